import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createJournalState } from '@shared/sync/journal-state';
import type { JournalRecord } from '@shared/sync/journal-record';
import type { Operation } from '@shared/sync/operation';
import { safetyOf, statusHeadline, SyncStatus } from '@shared/sync/status';
import { aChain, anId, sample, sha256 } from '../../../support/core-builders';

/** What really is so, kept apart from the journal: what was saved, and what became of it. */
interface Model {
  readonly open: Set<number>;
  readonly refused: Set<number>;
  readonly files: Set<string>;
}
interface Real {
  readonly records: JournalRecord[];
  saved: number;
}

const MOST = 60;
const fileOf = (n: number): string => n.toString(16).padStart(64, '0');
const operations: readonly Operation[] = aChain(
  Array.from({ length: MOST }, (_, i) => ({
    opId: anId(7, i + 1),
    target: { type: 'incomingDocument', id: anId(6, i + 1) },
    files: i % 3 === 0 ? [fileOf(i + 1)] : [],
  })),
);

/** The status that main would tell after a restart at this moment, whatever it believed before. */
function statusAfterRestart({ records }: Real, believesMatched: boolean): SyncStatus {
  const state = createJournalState(sha256);
  for (const record of records) state.take(record);
  const files = state.unsentFiles().length;
  const isOpen = state.pendingCount() + files > 0;
  return SyncStatus.parse({
    pendingOperations: state.pendingCount(),
    pendingFiles: files,
    pendingFileBytes: 0,
    attention: state.attention().length,
    connection: 'online',
    connectionProblem: null,
    offlineSince: null,
    lastContactAt: '2026-03-02T02:00:00.000Z',
    matchedAt: isOpen || !believesMatched ? null : '2026-03-02T02:00:00.000Z',
    behind: 0,
    clockDifferenceMs: 0,
    freeBytes: null,
    heldFile: null,
  });
}

/** The line and the three levels against the model, after every step. */
function expectTruth(model: Model, real: Real): void {
  for (const believesMatched of [true, false]) {
    const status = statusAfterRestart(real, believesMatched);
    const isAllReceived = model.open.size === 0 && model.files.size === 0;
    const isAllWell = isAllReceived && model.refused.size === 0 && believesMatched;

    expect(status.pendingOperations).toBe(model.open.size);
    expect(status.pendingFiles).toBe(model.files.size);
    expect(status.attention).toBe(model.refused.size);
    expect(statusHeadline(status, 0) === 'received').toBe(isAllWell);
    expect(safetyOf(status)).toBe(isAllWell ? 'handOver' : isAllReceived ? 'received' : 'saved');
  }
}

type Step = fc.Command<Model, Real>;

class Save implements Step {
  check = () => true;
  toString = () => 'save';
  run(model: Model, real: Real): void {
    const op = operations[real.saved];
    if (!op) return;
    real.saved += 1;
    real.records.push({ t: 'op', op });
    model.open.add(op.n);
    for (const file of op.files ?? []) model.files.add(file);
    expectTruth(model, real);
  }
}

class Answer implements Step {
  readonly status: 'applied' | 'merged' | 'rejected' | 'held';
  constructor(status: Answer['status']) {
    this.status = status;
  }
  check = ({ open }: Model) => open.size > 0;
  toString = () => this.status;
  run(model: Model, real: Real): void {
    const n = Math.min(...model.open);
    const effect = { rev: 1, seq: n };
    const outcome = {
      applied: { status: 'applied', ...effect },
      merged: { status: 'merged', ...effect, conflicts: [] },
      rejected: { status: 'rejected', code: 'incoming.clerk-only' },
      held: { status: 'held', code: 'incoming.clerk-only' },
    } as const;
    real.records.push({ t: 'outcome', inc: 1, n, outcome: outcome[this.status] });
    model.open.delete(n);
    if (this.status === 'rejected' || this.status === 'held') model.refused.add(n);
    expectTruth(model, real);
  }
}

class ReceiveFile implements Step {
  check = ({ files }: Model) => files.size > 0;
  toString = () => 'file received';
  run(model: Model, real: Real): void {
    const [sha256Hex = ''] = model.files;
    real.records.push({ t: 'fileReceived', sha256: sha256Hex } as JournalRecord);
    model.files.delete(sha256Hex);
    expectTruth(model, real);
  }
}

class Dismiss implements Step {
  check = ({ refused }: Model) => refused.size > 0;
  toString = () => 'dismiss';
  run(model: Model, real: Real): void {
    const [n = 0] = model.refused;
    real.records.push({ t: 'dismissed', opId: operations[n - 1]?.opId ?? '' });
    model.refused.delete(n);
    expectTruth(model, real);
  }
}

/** The same outcome journalled twice, as after a crash between the flush and the memory of it. */
class Repeat implements Step {
  readonly back: number;
  constructor(back: number) {
    this.back = back;
  }
  check = () => true;
  toString = () => `repeat -${this.back}`;
  run(model: Model, real: Real): void {
    const earlier = real.records.filter(({ t }) => t === 'outcome').at(-1 - this.back);
    if (earlier) real.records.push(earlier);
    expectTruth(model, real);
  }
}

test('T-12, I-21: the status line and the three levels tell the truth at every moment, also after a restart', () => {
  const commands = [
    fc.constant(new Save()),
    fc
      .constantFrom('applied' as const, 'merged' as const, 'rejected' as const, 'held' as const)
      .map((status) => new Answer(status)),
    fc.constant(new ReceiveFile()),
    fc.constant(new Dismiss()),
    fc.nat({ max: 2 }).map((back) => new Repeat(back)),
  ];
  fc.assert(
    fc.property(fc.commands<Model, Real>(commands, { maxCommands: 50, size: 'max' }), (steps) => {
      const setup = () => ({
        model: { open: new Set<number>(), refused: new Set<number>(), files: new Set<string>() },
        real: {
          saved: 0,
          records: [{ t: 'chain', dev: sample.deviceId, inc: 1, n: 0, hash: '0'.repeat(64) }],
        } as Real,
      });
      fc.modelRun(setup, steps);
    }),
    { numRuns: 300 },
  );
});
