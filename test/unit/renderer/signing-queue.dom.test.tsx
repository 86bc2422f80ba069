import { expect, onTestFinished, test } from 'vitest';
import { SigningQueuePage } from '../../../src/renderer/features/outgoing';
import type { User } from '@shared/domain/organ/user';
import type { Input } from '@shared/ipc/contract';
import { ok } from '@shared/kernel/result';
import { createFakeBridge } from '../../support/fake-bridge';
import { clerkSession, referenceRecords, signedInState } from '../../support/office-sample';
import { draftingRecords, outgoingContent, outgoingIds } from '../../support/outgoing-sample';
import { eventually, pageText, pressKey, showPage } from '../../support/page-harness';

/** The queue of the chairman over documents in these states. */
async function showQueue(contents: readonly ReturnType<typeof outgoingContent>[]) {
  const bridge = createFakeBridge({ session: signedInState(), serverDelayMs: 60_000 });
  bridge.seed([
    ...referenceRecords(),
    ...draftingRecords(),
    ...contents.map((content, n) => ({
      type: 'outgoingDocument' as const,
      id: outgoingIds.document(n + 1),
      content,
    })),
  ]);
  const begun: Input<'signing.begin'>[] = [];
  const call: typeof bridge.call = (channel, input) => {
    if (channel !== 'signing.begin') return bridge.call(channel, input);
    begun.push(input as Input<'signing.begin'>);
    return Promise.resolve(ok(undefined)) as never;
  };
  const chairman = draftingRecords().find(({ id }) => id === outgoingIds.chairman)
    ?.content as unknown as User;
  const page = await showPage({ ...bridge, call }, <SigningQueuePage onOpen={() => undefined} />, {
    ...clerkSession(),
    user: chairman,
  });
  onTestFinished(page.close);
  return begun;
}

test('S-17: one key opens the signing window over every paper that waits for this leader', async () => {
  const begun = await showQueue([
    outgoingContent({ state: 'choKy', subject: 'Kế hoạch một' }),
    outgoingContent({ state: 'choKy', subject: 'Kế hoạch hai' }),
    outgoingContent({ state: 'choTheThuc', subject: 'Chưa trình ký' }),
    outgoingContent({
      state: 'choKy',
      subject: 'Của người khác',
      signerUserId: outgoingIds.expert,
    }),
  ]);
  await eventually(() => pageText().includes('Đọc và ký 2 văn bản'));

  await pressKey('F4');

  expect(pageText()).not.toContain('Chưa trình ký');
  expect(pageText()).not.toContain('Của người khác');
  expect(begun.map(({ intent, documentIds }) => [intent, documentIds.toSorted()])).toEqual([
    ['leader', [outgoingIds.document(1), outgoingIds.document(2)]],
  ]);
});

test('S-17: an empty queue says so, and its key opens nothing', async () => {
  const begun = await showQueue([outgoingContent({ state: 'daKy' })]);
  await eventually(() => pageText().includes('Không có văn bản nào chờ ký'));

  await pressKey('F4');

  expect(begun).toEqual([]);
});
