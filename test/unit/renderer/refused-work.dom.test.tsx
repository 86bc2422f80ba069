import { act, useState } from 'react';
import { afterEach, expect, test, vi } from 'vitest';
import { CorrectIncomingPage, RegisterIncomingPage } from '../../../src/renderer/features/incoming';
import { DraftOutgoingPage, EditDraftPage } from '../../../src/renderer/features/outgoing';
import { SyncPage } from '../../../src/renderer/features/sync';
import type { ErrorCode } from '@shared/errors/catalogue';
import { createFakeBridge, type FakeBridge } from '../../support/fake-bridge';
import {
  incomingContent,
  referenceRecords,
  sampleIds,
  signedInState,
} from '../../support/office-sample';
import { draftingRecords, outgoingContent } from '../../support/outgoing-sample';
import { eventually, field, pressKey, showPage, tick, typeText } from '../../support/page-harness';

// Whole pages are filled in by key, on machines that do other things besides.
vi.setConfig({ testTimeout: 30_000 });

const documentId = sampleIds.document(4);

let bridge: FakeBridge;
let close: (() => Promise<void>) | undefined;
afterEach(async () => {
  await close?.();
  close = undefined;
});

type Opened = Parameters<Parameters<typeof SyncPage>[0]['onCorrect']>;

/** The attention list, and the form that one of its buttons opens, as the shell does it. */
function Walk() {
  const [opened, open] = useState<Opened>();
  const back = () => open(undefined);
  if (!opened) {
    return (
      <SyncPage onOpenDocument={() => undefined} onCorrect={(...asked: Opened) => open(asked)} />
    );
  }
  const [form, { id }, refused] = opened;
  if (form === 'correctIncoming')
    return <CorrectIncomingPage id={id} refused={refused} onClose={back} />;
  if (form === 'editDraft') return <EditDraftPage id={id} refused={refused} onClose={back} />;
  if (form === 'draftOutgoing')
    return <DraftOutgoingPage refused={refused} onClose={back} onSaved={back} />;
  const start = { typed: refused.bodies[0] ?? {}, replaces: refused.replaces };
  return <RegisterIncomingPage start={start} onClose={back} onOpen={back} />;
}

type DocumentType = 'incomingDocument' | 'outgoingDocument';

/** The server has refused a change of a document's subject. */
async function refusedChange(type: DocumentType, code: ErrorCode): Promise<string> {
  bridge = createFakeBridge({ session: signedInState(), serverDelayMs: 20 });
  const content =
    type === 'incomingDocument' ? incomingContent(4, { subject: 'Cũ' }) : outgoingContent();
  bridge.seed([...referenceRecords(), ...draftingRecords(), { type, id: documentId, content }]);
  bridge.rejectKind('patch', code);
  const role = type === 'incomingDocument' ? 'vanThu' : 'chuyenVien';
  const body = { set: { subject: { was: 'Cũ', now: 'Trích yếu mới' } } };
  const target = { type, id: documentId };
  const draft = { kind: 'patch' as const, target, base: 1, body, role } as const;
  ({ close } = await showPage(bridge, <Walk />));
  await act(async () => void (await bridge.call('operations.append', { drafts: [draft] })));
  const { subject: before } = content as { readonly subject: string };
  // The document shows again what it was before the refused change.
  const isTold = () => /Máy chủ (không nhận|đang giữ lại)/.test(text()) && text().includes(before);
  await eventually(isTold, 'the refusal');
  return bridge.appended[0]?.opId ?? '';
}

const text = () => document.body.textContent ?? '';
const subject = () => document.querySelector<HTMLTextAreaElement>('[name=subject]')?.value;
const press = async (name: string) => {
  const find = () =>
    [...document.querySelectorAll('button')].find(({ textContent }) => textContent === name);
  await eventually(find, name);
  await act(async () => find()?.click());
};
const replaced = () =>
  bridge.calls.flatMap(({ channel, input }) =>
    channel === 'operations.append' ? [(input as { replaces?: string[] }).replaces ?? []] : [],
  );

test('sync §15: a refused correction is mended in the form of corrections, which it leaves the list with', async () => {
  const opId = await refusedChange('incomingDocument', 'incoming.clerk-only');
  await press('Sửa và gửi lại');

  await eventually(() => subject() === 'Trích yếu mới', 'what was typed');
  await typeText(field('reason'), 'Ghi nhầm');
  await pressKey('s', true);
  await eventually(() => bridge.appended.length === 2, 'the correction');
  expect(bridge.appended[1]).toMatchObject({
    kind: 'patch',
    target: { id: documentId },
    body: { set: { subject: { was: 'Cũ', now: 'Trích yếu mới' } } },
  });
  expect(replaced().at(-1)).toEqual([opId]);
});

test('sync §15: a refused change of a draft is mended in the form of drafts', async () => {
  const opId = await refusedChange('outgoingDocument', 'outgoing.not-allowed');
  await press('Sửa và gửi lại');

  await eventually(() => subject() === 'Trích yếu mới', 'what was typed');
  await tick(field('notSecretConfirmed'));
  await pressKey('s', true);
  await eventually(() => bridge.appended.length > 1, 'the change');
  expect(bridge.appended[1]).toMatchObject({ kind: 'patch', target: { id: documentId } });
  expect(replaced().at(-1)).toEqual([opId]);
});

test.each(['incomingDocument', 'outgoingDocument'] as const)(
  'sync §15: what was typed as a change of an %s is offered in a fresh form',
  async (type) => {
    await refusedChange(type, 'outgoing.not-allowed');
    await press('Chép sang văn bản mới');

    await eventually(() => subject() === 'Trích yếu mới', 'what was typed');
    expect(text()).not.toContain('Sửa và gửi lại');
    expect(bridge.appended).toHaveLength(1);
  },
);

test('I-15: the author of held work reads that it was returned, and why', async () => {
  const opId = await refusedChange('incomingDocument', 'operation.held');
  await eventually(() => text().includes('Máy chủ đang giữ lại'), 'the held act');

  const decidedAt = '2026-11-20T01:00:00.000Z';
  const content = { opId, state: 'daTraLai', decidedAt, reason: 'Đã làm rồi' };
  await act(async () =>
    bridge.seed([{ type: 'heldWork', id: '00000000-0000-4000-8c09-000000000001', content }]),
  );
  await eventually(() => text().includes('Đã làm rồi'), 'the reason');
  expect(text()).toContain('được trả lại lúc 20/11/2026 08:00');
  expect(text()).not.toContain('Máy chủ đang giữ lại');
});
