import { act } from 'react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HeldWorkPage } from '../../../src/renderer/features/held-work';
import { createFakeBridge, type FakeBridge } from '../../support/fake-bridge';
import { referenceRecords, sampleIds, signedInState } from '../../support/office-sample';
import { eventually, showPage } from '../../support/page-harness';
import { aCreateOperation } from './operation-builder';

const heldId = '00000000-0000-4000-8d01-000000000001';
const otherOrgan = '00000000-0000-4000-8a02-000000000099';
const documentId = sampleIds.document(9);

let bridge: FakeBridge;
let close: (() => Promise<void>) | undefined;

beforeEach(() => {
  bridge = createFakeBridge({ session: signedInState(), serverDelayMs: 20 });
});
afterEach(async () => {
  await close?.();
  close = undefined;
});

const text = () => document.body.textContent ?? '';
const button = (name: string) =>
  [...document.querySelectorAll('button')].find((found) => found.textContent === name);

/** A registration whose author may no longer see where it belongs. */
async function showHeldPaper(over: object = {}): Promise<void> {
  const subject = 'Báo cáo kết quả chuyển đổi số';
  const content = {
    targetId: documentId,
    operation: aCreateOperation(documentId, { subject, ...over }),
    state: 'choTiepNhan',
    decidedBy: null,
    decidedAt: null,
    reason: null,
  };
  bridge.seed([
    ...referenceRecords(),
    { type: 'heldWork', id: heldId, content: JSON.parse(JSON.stringify(content)) },
  ]);
  ({ close } = await showPage(bridge, <HeldWorkPage />));
  await eventually(() => text().includes(subject));
}

test('sync §7.4: a held new paper is named by what it tells of itself, and one press takes it over', async () => {
  await showHeldPaper();
  await eventually(() => button('Tiếp nhận'));

  await act(async () => button('Tiếp nhận')?.click());

  await eventually(() => bridge.appended.length === 1);
  expect(bridge.appended).toMatchObject([
    { kind: 'cmd.acceptHeld', target: { type: 'heldWork', id: heldId }, role: 'vanThu', body: {} },
  ]);
});

test('I-8: a take-over that could not be saved says so, and the paper still waits', async () => {
  await showHeldPaper();
  await eventually(() => button('Tiếp nhận'));
  bridge.failNext('operations.append', { code: 'journal.disk-full' });

  await act(async () => button('Tiếp nhận')?.click());

  await eventually(() => text().includes('Chưa lưu được'));
  expect(button('Tiếp nhận')).toBeDefined();
});

test('I-13: who could not register the paper may return it and not take it over', async () => {
  await showHeldPaper({ organId: otherOrgan });
  await eventually(() => button('Trả lại'));

  expect(button('Tiếp nhận')).toBeUndefined();
});
