import { expect, test } from 'vitest';
import { FileHash, UserId } from '@shared/kernel/ids';
import { createJournalState } from '@shared/sync/journal-state';
import { urgencyOf } from '../../../../src/main/features/files/urgency';
import { anOperation, aRegistration, sample, sha256 } from '../../../support/core-builders';

const file = FileHash.parse('a'.repeat(64));
const other = FileHash.parse('b'.repeat(64));

function stateWith(priority: number) {
  const state = createJournalState(sha256);
  state.take({ t: 'op', op: anOperation({ body: aRegistration({ priority }), files: [file] }) });
  return state;
}

test('§10.2: how urgent a file is, its paper says: as saved here, or as the desk knows it', () => {
  const unknown = { findDocument: () => undefined };

  expect(urgencyOf({ state: stateWith(3), ...unknown }, file)).toBe(3);
  expect(urgencyOf({ state: stateWith(0), findDocument: () => ({ priority: 2 }) }, file)).toBe(2);
  expect(urgencyOf({ state: stateWith(3), ...unknown }, other)).toBe(0);
});

test('M-9, §10.3: files of anybody’s unfinished rows stay, and of what was received none', () => {
  const state = stateWith(0);
  state.take({
    t: 'draftRow',
    user: UserId.parse(sample.clerkId),
    rowId: 'r1',
    row: { files: [{ sha256: other, name: 'a.pdf' }] },
  });

  expect([...state.pinnedFiles()]).toEqual([file, other]);
  state.take({ t: 'fileReceived', sha256: file });
  expect([...state.pinnedFiles()]).toEqual([other]);
});

test('I-1: the files of refused work stay until somebody has dealt with it', () => {
  const state = stateWith(0);
  state.take({ t: 'fileReceived', sha256: file });
  const outcome = { status: 'rejected', code: 'incoming.clerk-only' } as const;
  state.take({ t: 'outcome', inc: 1, n: 1, outcome });

  expect([...state.pinnedFiles()]).toEqual([file]);
  state.take({ t: 'dismissed', opId: state.attention()[0]?.operation.opId ?? '' });
  expect([...state.pinnedFiles()]).toEqual([]);
});
