import { act } from 'react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { OrgUnitId } from '@shared/kernel/ids';
import { DraftOutgoingPage } from '../../../src/renderer/features/outgoing';
import { createFakeBridge, type FakeBridge } from '../../support/fake-bridge';
import { clerkSession, referenceRecords, signedInState } from '../../support/office-sample';
import { draftingRecords, outgoingIds } from '../../support/outgoing-sample';
import { eventually, field, pressKey, showPage, tick, typeText } from '../../support/page-harness';

let bridge: FakeBridge;
let close: () => Promise<void>;
let savedId: string | undefined;

beforeEach(async () => {
  savedId = undefined;
  bridge = createFakeBridge({ session: signedInState(), serverDelayMs: 20 });
  bridge.seed([...referenceRecords(), ...draftingRecords()]);
  const page = await showPage(
    bridge,
    <DraftOutgoingPage
      onClose={() => undefined}
      onSaved={(id) => {
        savedId = id;
      }}
    />,
  );
  close = page.close;
  await eventually(() => text().includes('Trần Văn Bình'), 'the signer');
  await eventually(() => text().includes('Văn phòng HĐND và UBND'), 'the unit');
});

afterEach(() => close());

const text = () => document.body.textContent ?? '';
const SUBJECT = 'Kế hoạch kiểm tra công tác văn thư';

async function choose(name: string, value: string): Promise<void> {
  const select = field(name) as unknown as HTMLSelectElement;
  await act(async () => {
    Object.getOwnPropertyDescriptor(HTMLSelectElement.prototype, 'value')?.set?.call(select, value);
    select.dispatchEvent(new Event('change', { bubbles: true }));
  });
}

async function fillIn(): Promise<void> {
  await choose('documentTypeId', 'KH');
  await typeText(field('subject'), SUBJECT);
  await choose('draftingUnitId', outgoingIds.unit);
  await choose('signerUserId', outgoingIds.chairman);
  await typeText(field('recipients'), 'Sở Nội vụ');
}

test('an empty form names every required field and saves nothing', async () => {
  await pressKey('s', true);

  await eventually(() => text().includes('Vui lòng thêm ít nhất một nơi nhận.'));
  expect(text()).toContain('Vui lòng chọn loại văn bản.');
  expect(text()).toContain('Vui lòng nhập trích yếu nội dung văn bản (từ 5 đến 500 ký tự).');
  expect(text()).toContain('Vui lòng chọn đơn vị soạn thảo.');
  expect(text()).toContain('Vui lòng chọn người ký.');
  expect(bridge.appended).toHaveLength(0);
});

test('without the statement that it carries no secrecy mark nothing is saved', async () => {
  await fillIn();
  await pressKey('s', true);

  await eventually(() => text().includes('Bạn cần xác nhận văn bản không mang dấu Mật'));
  expect(field('notSecretConfirmed').checked).toBe(false);
  expect(bridge.appended).toHaveLength(0);
  expect(field('subject').value).toBe(SUBJECT);
});

test('a saved draft knows signer, authority and recipient, also one that was typed and not added', async () => {
  await fillIn();
  await tick(field('notSecretConfirmed'));
  await pressKey('s', true);

  await eventually(() => savedId);
  expect(bridge.appended).toHaveLength(1);
  expect(bridge.appended[0]).toMatchObject({
    kind: 'create',
    role: 'vanThu',
    body: {
      documentTypeId: 'KH',
      subject: SUBJECT,
      signingForm: 'TM',
      signerName: 'Trần Văn Bình',
      signerPosition: 'Chủ tịch UBND',
      place: 'Tân Hòa',
      recipients: [{ agencyCode: 'H99.2', name: 'Sở Nội vụ', channel: 'giay' }],
      notSecretConfirmed: true,
    },
  });
});

test('handing on asks for a draft file', async () => {
  await fillIn();
  await tick(field('notSecretConfirmed'));
  const button = [...document.querySelectorAll('button')].find(
    ({ textContent }) => textContent === 'Lưu và trình',
  );
  await tick(button as unknown as HTMLInputElement);

  await eventually(() => text().includes('Vui lòng thêm tệp dự thảo trước khi trình.'));
  expect(bridge.appended).toHaveLength(0);
});

test('a full disk keeps every typed letter on screen, and a second try saves the same document', async () => {
  bridge.failNext('operations.append', { code: 'journal.disk-full' });
  await fillIn();
  await tick(field('notSecretConfirmed'));
  await pressKey('s', true);

  await eventually(() => text().includes('Chưa lưu được. Nội dung đã nhập vẫn còn nguyên.'));
  expect(text()).toContain('NK-001');
  expect(field('subject').value).toBe(SUBJECT);
  expect(field('recipients').value).toBe('Sở Nội vụ');
  await pressKey('s', true);
  await eventually(() => savedId);
  expect(bridge.appended).toHaveLength(1);
});

test('the author’s own unit is chosen, also when the office’s units come after the form', async () => {
  await close();
  const session = clerkSession();
  const late = createFakeBridge({ session: signedInState() });
  late.seed([...referenceRecords()]);
  const page = await showPage(
    late,
    <DraftOutgoingPage onClose={() => undefined} onSaved={() => undefined} />,
    { ...session, user: { ...session.user, unitId: OrgUnitId.parse(outgoingIds.unit) } },
  );
  close = page.close;
  await eventually(() => text().includes('Đơn vị soạn thảo'), 'the form');

  late.seed(draftingRecords());

  await eventually(() => text().includes('Văn phòng HĐND và UBND'), 'the unit');
  expect((field('draftingUnitId') as unknown as HTMLSelectElement).value).toBe(outgoingIds.unit);
});
