import { act } from 'react';
import { afterEach, expect, test } from 'vitest';
import { NEW_CUSTODY, type Custody } from '@shared/domain/register/custody';
import { holdingOf } from '@shared/domain/register/number-queue';
import type { JsonObject } from '@shared/kernel/canonical-json';
import { DocumentNumber, RegistersPage } from '../../../src/renderer/features/registers';
import { waysOut } from '../../../src/renderer/features/registers/ways-out';
import type { CurrentSession } from '../../../src/renderer/data/session';
import { createFakeBridge, type FakeBridge } from '../../support/fake-bridge';
import {
  clerkSession,
  incomingContent,
  referenceRecords,
  sampleIds,
  signedInState,
} from '../../support/office-sample';
import {
  button,
  eventually,
  field,
  pageText,
  press,
  showPage,
  typeText,
} from '../../support/page-harness';

let close: (() => Promise<void>) | undefined;
afterEach(async () => {
  await close?.();
  close = undefined;
});

const chairman = {
  ...clerkSession(),
  user: {
    ...clerkSession().user,
    grants: [{ role: 'chuTich', organId: sampleIds.organ }],
  },
} as unknown as CurrentSession;

const dispute = {
  registerId: sampleIds.register,
  number: 7,
  date: '2026-03-02',
  reason: 'taken',
  openedAt: '2026-03-02T03:00:00.000Z',
};

const paper = (n: number, over: JsonObject) => ({
  type: 'incomingDocument' as const,
  id: sampleIds.document(n),
  content: incomingContent(n, over),
});

const booked = paper(1, { arrivalNumber: 7, subject: 'Văn bản trong sổ', dispute });
const claiming = paper(2, {
  arrivalNumber: null,
  state: 'moiDen',
  subject: 'Văn bản ghi trùng',
  dispute,
});

const withHolding = (custody: Partial<Custody>) =>
  referenceRecords().map((record) =>
    record.type === 'register'
      ? {
          ...record,
          content: {
            ...record.content,
            holding: holdingOf({ ...NEW_CUSTODY, state: 'FROZEN', ...custody }, 0),
          },
        }
      : record,
  );

async function show(
  session: CurrentSession,
  records: Parameters<FakeBridge['seed']>[0],
  page = <RegistersPage onOpenBook={() => undefined} onOpenDocument={() => undefined} />,
): Promise<FakeBridge> {
  const bridge = createFakeBridge({ session: signedInState(), serverDelayMs: 20 });
  bridge.seed(records);
  ({ close } = await showPage(bridge, page, session));
  return bridge;
}

test('§9.5: both papers of a number stand side by side, and a leader has one of them renumbered', async () => {
  const bridge = await show(chairman, [...withHolding({}), paper(3, {}), booked, claiming]);
  await eventually(() => pageText().includes('Số chờ lãnh đạo giải quyết: 1'));

  expect(pageText()).toContain('Sổ văn bản đến UBND 2026: số 07');
  expect(pageText()).toContain('Hai văn bản cùng một số.');
  expect(pageText()).toContain('Văn bản trong sổ');
  expect(pageText()).toContain('Văn bản ghi trùng');
  expect(pageText()).toContain('Còn 1 số của sổ này chờ lãnh đạo giải quyết');
  await press('Cấp số mới');
  await eventually(() => pageText().includes('bỏ số 07 và được cấp số tiếp theo'));
  await press('Cấp số mới');
  expect(bridge.appended).toMatchObject([
    {
      kind: 'cmd.resolveDispute',
      target: { id: sampleIds.document(2) },
      role: 'chuTich',
      body: { decision: 'renumber', date: null },
    },
  ]);
});

test('§9.6: a kept number gets its day from a leader, on the document’s own page too', async () => {
  const bridge = await show(
    chairman,
    [
      ...withHolding({}),
      claiming,
      {
        type: 'registerEntry',
        id: sampleIds.document(900),
        content: {
          registerId: sampleIds.register,
          number: 7,
          date: null,
          documentId: sampleIds.document(2),
          givenBy: sampleIds.clerk,
          kind: 'placeholder',
          note: null,
          keptFor: null,
        },
      },
    ],
    <DocumentNumber documentId={sampleIds.document(2)} />,
  );
  await eventually(() => button('Giữ số, sửa ngày…'));
  expect(button('Cấp số mới')).toBeUndefined();
  await press('Giữ số, sửa ngày…');
  await eventually(() => field('day'));
  expect(field('day').value).toBe('02/03/2026');
  await typeText(field('day'), '0');
  await press('Giữ số với ngày này');
  expect(bridge.appended).toEqual([]);
  await act(async () => {
    field('day').value = '';
  });
  await typeText(field('day'), '03/03/2026');
  await press('Giữ số với ngày này');

  expect(bridge.appended[0]).toMatchObject({
    kind: 'cmd.resolveDispute',
    body: { decision: 'correctDate', date: '2026-03-03' },
  });
});

test('§9.5: a clerk sees a dispute and decides nothing', async () => {
  await show(clerkSession(), [...withHolding({}), booked, claiming]);
  await eventually(() =>
    pageText().includes('Chủ tịch, Phó Chủ tịch hoặc Chánh Văn phòng quyết định'),
  );

  expect(button('Cấp số mới')).toBeUndefined();
  expect(button('Giữ nguyên sổ')).toBeUndefined();
});

test('I-9: a document with a number is never renumbered, nor one whose number is kept for it', () => {
  const kept = (documentId: string | null) =>
    ({ entry: { kind: 'placeholder', documentId } }) as Parameters<typeof waysOut>[0];

  expect(waysOut({ entry: null }, { id: 'a', number: 7 })).toEqual(['keep']);
  expect(waysOut({ entry: null }, { id: 'a', number: null })).toEqual(['renumber', 'keep']);
  expect(waysOut(kept('a'), { id: 'a', number: null })).toEqual(['correctDate', 'keep']);
  expect(waysOut(kept('b'), { id: 'a', number: null })).toEqual(['renumber', 'keep']);
  expect(waysOut(kept(null), { id: 'a', number: null })).toEqual([
    'correctDate',
    'renumber',
    'keep',
  ]);
});

test('N-11: a book frozen for a restore says so, and is opened with the last number on paper', async () => {
  const bridge = await show(clerkSession(), withHolding({ recovery: { lastSeen: 40 } }));
  await eventually(() => pageText().includes('Số lớn nhất các máy còn biết: 40'));
  await press('Mở khóa sổ');
  await eventually(() => field('number'));
  await typeText(field('number'), '39');
  await press('Mở khóa sổ');
  expect(pageText()).toContain('không nhỏ hơn 40');
  expect(bridge.appended).toEqual([]);
  await act(async () => {
    field('number').value = '';
  });
  await typeText(field('number'), '42');
  await press('Mở khóa sổ');

  expect(bridge.appended[0]).toMatchObject({
    kind: 'cmd.unfreeze',
    body: { lastPaperNumber: 42 },
  });
});

test('N-11: while workstations are still heard nobody is offered to open the book', async () => {
  await show(clerkSession(), withHolding({ recovery: { lastSeen: null } }));
  await eventually(() => pageText().includes('hãy chờ quản trị máy chủ báo đã xong'));

  expect(button('Mở khóa sổ')).toBeUndefined();
});
