import { act } from 'react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { useOpenConflicts } from '../../../src/renderer/data/use-conflicts';
import { ConflictsPage, DocumentConflicts } from '../../../src/renderer/features/conflicts';
import { CorrectIncomingPage, IncomingDetailPage } from '../../../src/renderer/features/incoming';
import { createFakeBridge, type FakeBridge } from '../../support/fake-bridge';
import {
  clerkSession,
  incomingContent,
  referenceRecords,
  sampleIds,
  signedInState,
} from '../../support/office-sample';
import { eventually, field, pressKey, showPage, typeText } from '../../support/page-harness';

const documentId = sampleIds.document(4);
const conflictId = '00000000-0000-4000-8c01-000000000001';
const otherOrgan = '00000000-0000-4000-8a02-000000000099';

let bridge: FakeBridge;
let close: (() => Promise<void>) | undefined;

beforeEach(() => {
  bridge = createFakeBridge({ session: signedInState(), serverDelayMs: 20 });
});
afterEach(async () => {
  await close?.();
  close = undefined;
});

const aConflict = (over: object = {}) => ({
  targetType: 'incomingDocument',
  targetId: documentId,
  field: 'subject',
  kind: 'scalar',
  kept: 'Trích yếu của máy một',
  losing: 'Trích yếu của máy hai',
  seen: 'Trích yếu ban đầu',
  author: clerkSession().user.id,
  at: '2026-11-20T01:05:00.000Z',
  keptAuthor: clerkSession().user.id,
  keptAt: '2026-11-20T01:00:00.000Z',
  state: 'open',
  ...over,
});

async function show(page: React.ReactNode, { conflict = {}, document = {} } = {}): Promise<void> {
  bridge.seed([
    ...referenceRecords(),
    {
      type: 'incomingDocument',
      id: documentId,
      content: incomingContent(4, { subject: 'Trích yếu của máy một', ...document }),
    },
    { type: 'conflict', id: conflictId, content: aConflict(conflict) },
  ]);
  ({ close } = await showPage(bridge, page));
}
/** A person opens a form after the page has told of the conflict. */
function OnceListed({ children }: { readonly children: React.ReactNode }) {
  const open = useOpenConflicts();
  return open.status === 'ready' && open.value.length > 0 ? children : null;
}
const text = () => document.body.textContent ?? '';
const button = (name: string) =>
  [...document.querySelectorAll('button')].find((found) => found.textContent === name);
const press = (name: string) => act(async () => button(name)?.click());
const nothing = () => undefined;

test('sync §8: both versions stand side by side with who wrote them and when', async () => {
  await show(<ConflictsPage onOpenDocument={nothing} />);

  await eventually(() => text().includes('Cần đối chiếu (1)') && button('Lấy bản này'));
  for (const part of [
    'Trích yếu của máy một',
    'Trích yếu của máy hai',
    'Nguyễn Thị Hạnh, 20/11/2026 08:00',
    'Nguyễn Thị Hạnh, 20/11/2026 08:05',
    'Trước khi sửa: Trích yếu ban đầu',
  ])
    expect(text()).toContain(part);
});

test('sync §8: one press takes the other version, and the list is empty again', async () => {
  await show(<ConflictsPage onOpenDocument={nothing} />);
  await eventually(() => button('Lấy bản này'));

  await press('Lấy bản này');

  await eventually(() => text().includes('Không có mục nào cần đối chiếu'));
  expect(bridge.appended).toMatchObject([
    {
      kind: 'cmd.resolveConflict',
      target: { type: 'conflict', id: conflictId },
      role: 'vanThu',
      body: { choice: 'losing', now: 'Trích yếu của máy một' },
    },
  ]);
});

test('I-8: a choice that could not be saved says so and stays', async () => {
  await show(<ConflictsPage onOpenDocument={nothing} />);
  await eventually(() => button('Giữ bản này'));
  bridge.failNext('operations.append', { code: 'journal.disk-full' });

  await press('Giữ bản này');

  await eventually(() => text().includes('Chưa lưu được lựa chọn'));
  expect(button('Giữ bản này')).toBeDefined();
});

test('I-13: who may not correct the document sees both versions and chooses nothing', async () => {
  await show(<ConflictsPage onOpenDocument={nothing} />, { document: { organId: otherOrgan } });

  await eventually(() => text().includes('Bạn vẫn xem được cả hai bản'));
  expect([button('Giữ bản này'), button('Lấy bản này')]).toEqual([undefined, undefined]);
});

test('a closed one is in no list', async () => {
  await show(<ConflictsPage onOpenDocument={nothing} />, { conflict: { state: 'closed' } });

  await eventually(() => text().includes('Không có mục nào cần đối chiếu'));
});

test('sync §15: the document bears the mark and shows both versions on its own page', async () => {
  await show(
    <IncomingDetailPage
      id={documentId}
      onClose={nothing}
      onCorrect={nothing}
      conflicts={<DocumentConflicts documentId={documentId} />}
    />,
  );

  await eventually(() => text().includes('Có hai bản khác nhau') && button('Lấy bản này'));
  expect(document.querySelector('[title^="Có hai bản khác nhau"]')?.textContent).toBe(
    'Cần đối chiếu',
  );
});

/** Two savings of the largest form of the program: slow where many work. */
test(
  'van-ban.md §9.4, sync §8: a correction asks for its reason, and names the conflict that it settles',
  { timeout: 30_000 },
  async () => {
    await show(
      <OnceListed>
        <CorrectIncomingPage id={documentId} onClose={nothing} />
      </OnceListed>,
    );
    await eventually(() => field('subject'));
    await typeText(field('subject'), ' x');

    await pressKey('s', true);
    await eventually(() => text().includes('Vui lòng ghi lý do sửa'));
    expect(bridge.appended).toEqual([]);

    await typeText(field('reason'), 'Gộp');
    await pressKey('s', true);
    await eventually(() => bridge.appended.length === 1);
    expect(bridge.appended[0]?.body).toMatchObject({
      set: { subject: { was: 'Trích yếu của máy một' } },
      reason: 'Gộp',
      settles: [conflictId],
    });
  },
);

test('van-ban.md §9.4: the history shows who corrected what, why, and the old value', async () => {
  const correction = {
    id: '00000000-0000-4000-8c02-000000000001',
    userId: sampleIds.clerk,
    role: 'vanThu',
    at: '2026-11-20T01:00:00.000Z',
    reason: 'Gõ thiếu chữ',
    changes: [{ field: 'subject', was: 'Trích yếu cũ', now: 'Trích yếu mới' }],
  };
  await show(<IncomingDetailPage id={documentId} onClose={nothing} onCorrect={nothing} />, {
    document: { corrections: [correction] },
  });

  await eventually(() => text().includes('Trích yếu nội dung: “Trích yếu cũ” → “Trích yếu mới”'));
  await eventually(() => text().includes('Nguyễn Thị Hạnh, 20/11/2026 08:00'));
  expect(text()).toContain('Lý do: Gõ thiếu chữ');
});

test('sync §6.6: a draft deleted while somebody edited it is told in words, and stays by one press', async () => {
  const deletion = { field: 'isDeleted', kept: false, losing: true, seen: false };
  await show(<ConflictsPage onOpenDocument={nothing} />, { conflict: deletion });
  await eventually(() => text().includes('Bản thảo này đã bị xóa trong khi có người sửa'));
  expect(button('Lấy bản này')).toBeUndefined();

  await press('Giữ bản thảo');

  await eventually(() => bridge.appended.length > 0);
  expect(bridge.appended[0]).toMatchObject({
    kind: 'cmd.resolveConflict',
    body: { choice: 'kept', now: null },
  });
});
