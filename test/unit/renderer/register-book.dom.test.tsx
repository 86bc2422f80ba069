import { act, type ReactNode } from 'react';
import { afterEach, expect, test } from 'vitest';
import type { JsonObject } from '@shared/kernel/canonical-json';
import { DocumentNumber, RegisterBookPage } from '../../../src/renderer/features/registers';
import { createFakeBridge, type FakeBridge } from '../../support/fake-bridge';
import {
  incomingContent,
  referenceRecords,
  sampleIds,
  signedInState,
} from '../../support/office-sample';
import { eventually, field, showPage, typeText } from '../../support/page-harness';

let close: (() => Promise<void>) | undefined;
afterEach(async () => {
  await close?.();
  close = undefined;
});

const text = () => document.body.textContent ?? '';
const button = (name: string) =>
  [...document.querySelectorAll('button')].findLast(
    (found) => (found.getAttribute('aria-label') ?? found.textContent) === name,
  );
const press = (name: string) => act(async () => button(name)?.click());
const textArea = () =>
  document.querySelector<HTMLTextAreaElement>('textarea[name="reason"]') as HTMLTextAreaElement;

const leaderId = '00000000-0000-4000-8a04-000000000009';
const leader = {
  type: 'user' as const,
  id: leaderId,
  content: {
    id: leaderId,
    officeId: sampleIds.office,
    login: 'chutich',
    fullName: 'Trần Văn Bình',
    position: 'Chủ tịch',
    unitId: null,
    grants: [{ role: 'chuTich', organId: sampleIds.organ }],
    active: true,
  },
};

const entry = (number: number, over: JsonObject = {}) => ({
  type: 'registerEntry' as const,
  id: `00000000-0000-4000-8e01-${String(number).padStart(12, '0')}`,
  content: {
    registerId: sampleIds.register,
    number,
    date: '2026-03-02',
    documentId: sampleIds.document(number),
    givenBy: sampleIds.clerk,
    kind: 'document',
    note: null,
    keptFor: null,
    ...over,
  },
});

const papers = [1, 2].map((n) => ({
  type: 'incomingDocument' as const,
  id: sampleIds.document(n),
  content: incomingContent(n, {
    state: n === 1 ? 'daDangKy' : 'huySoDen',
    subject: `Văn bản ${n}`,
  }),
}));

async function show(page: ReactNode): Promise<FakeBridge> {
  const bridge = createFakeBridge({ session: signedInState(), serverDelayMs: 20 });
  bridge.seed([
    ...referenceRecords(),
    leader,
    ...papers,
    entry(1),
    entry(2, { kind: 'voided', note: 'Đã hủy: trùng với số 1 (đồng ý: Trần Văn Bình)' }),
    entry(3, { kind: 'placeholder', documentId: null, date: null, note: 'chờ hồ sơ' }),
    { ...entry(99), content: { ...entry(1).content, registerId: sampleIds.organ } },
  ]);
  ({ close } = await showPage(bridge, page));
  return bridge;
}

const book = <RegisterBookPage id={sampleIds.register} onClose={() => undefined} />;

test('I-10: the book shows every number in its place, voided and kept ones with their note', async () => {
  await show(book);

  await eventually(() => document.querySelectorAll('tbody tr').length === 3, 'three rows');
  const rows = [...document.querySelectorAll('tbody tr')].map((row) =>
    [...row.querySelectorAll('td')].map((cell) => cell.textContent),
  );
  expect(rows.map((row) => row[1])).toEqual(['01', '02', '03']);
  expect(rows[0]?.[5]).toContain('Văn bản 1');
  expect(rows[1]?.[9]).toBe('Đã hủy: trùng với số 1 (đồng ý: Trần Văn Bình)');
  expect(rows[2]?.[9]).toBe('chờ hồ sơ');
  expect(document.querySelectorAll('thead th')).toHaveLength(10);
  expect(text()).toContain('Từ số 01 đến số 03');
});

test('§9.5: a number that nothing came for is voided with a reason of ten characters', async () => {
  const bridge = await show(book);
  await eventually(() => text().includes('Số đã hủy và số chờ hồ sơ'));
  await act(async () =>
    [...document.querySelectorAll<HTMLElement>('[role="tab"]')].at(-1)?.click(),
  );
  await eventually(() => button('Hủy số 3 đang chờ hồ sơ'));
  expect(button('Hủy số 2 đang chờ hồ sơ')).toBeUndefined();
  await press('Hủy số 3 đang chờ hồ sơ');
  await eventually(textArea);
  await typeText(textArea(), 'ngắn');
  await press('Hủy số này');
  expect(bridge.appended).toEqual([]);
  await typeText(textArea(), ' quá, nên ghi thêm');
  await press('Hủy số này');

  expect(bridge.appended[0]).toMatchObject({
    kind: 'cmd.closePlaceholder',
    target: { type: 'register', id: sampleIds.register },
    role: 'vanThu',
    body: { number: 3, reason: 'ngắn quá, nên ghi thêm' },
  });
});

test('VB021, N-15: a number is voided with a reason and the leader who agreed, and says that it stays used', async () => {
  const bridge = await show(<DocumentNumber documentId={sampleIds.document(1)} />);
  await eventually(() => button('Hủy số…'));
  await press('Hủy số…');
  await eventually(textArea);
  expect(text()).toContain('không bao giờ dùng lại');
  await typeText(textArea(), 'Đăng ký trùng văn bản số 7');
  await press('Hủy số này');
  expect(text()).toContain('Hãy chọn lãnh đạo đã đồng ý');
  expect(bridge.appended).toEqual([]);
  await act(async () => field('approver').click());
  const option = await eventually(() =>
    [...document.querySelectorAll<HTMLElement>('[role="option"]')].find((found) =>
      found.textContent?.includes('Trần Văn Bình'),
    ),
  );
  expect(document.querySelectorAll('[role="option"]')).toHaveLength(1);
  await act(async () => option.click());
  await press('Hủy số này');

  expect(bridge.appended[0]).toMatchObject({
    kind: 'cmd.voidNumber',
    role: 'vanThu',
    body: { reason: 'Đăng ký trùng văn bản số 7', approver: leaderId },
  });
  await eventually(() => text().includes('Yêu cầu hủy số 01 đã lưu trên máy'));
});

test('VB021: a voided number is not voided again', async () => {
  await show(
    <>
      <DocumentNumber documentId={sampleIds.document(2)} />
      {book}
    </>,
  );
  await eventually(() => text().includes('Văn bản 1'));

  expect(button('Hủy số…')).toBeUndefined();
});
