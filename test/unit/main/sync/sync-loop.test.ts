import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { err, ok, type Result } from '@shared/kernel/result';
import type { RoundDone } from '@shared/sync/engine';
import { createSyncLoop, type SyncLoopDeps } from '../../../../src/main/features/sync/sync-loop';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const done = { more: false, heads: {}, matched: true, serverTime: 0 } as RoundDone;

/** A loop whose rounds end as they are told; the parts of the status that do not matter here are empty. */
function aLoop(rounds: () => Result<RoundDone>) {
  const at: number[] = [];
  const loop = createSyncLoop({
    engine: {
      round: async () => {
        at.push(Date.now());
        return rounds();
      },
    },
    state: {
      pendingCount: () => 0,
      attention: () => [],
      unsentFiles: () => [],
    } as unknown as SyncLoopDeps['state'],
    clock: { nowMs: () => Date.now() } as SyncLoopDeps['clock'],
    random: { fraction: () => 1 } as SyncLoopDeps['random'],
    isEnrolled: () => true,
    heldUpTo: () => undefined,
    firstLoad: () => undefined,
    freeBytes: async () => undefined,
    heldFile: () => undefined,
    heldRegisters: () => 0,
    hub: () => undefined,
    refusedOfColleagues: () => 0,
    unsentFiles: async () => ({ files: 0, bytes: 0, sentPercent: null }),
    idleMs: 15_000,
    hintsAreLive: () => false,
    statusChanged: () => undefined,
    answered: () => undefined,
    log: { error: () => undefined } as unknown as SyncLoopDeps['log'],
  });
  const pauses = () => at.slice(1).map((time, i) => time - (at[i] ?? 0));
  return { loop, pauses };
}

test('§12.4: who waits in the queue of first loads comes back when told, and is not shown as without a line', async () => {
  const { loop, pauses } = aLoop(() =>
    err({ code: 'server.overloaded', queuePlace: 12, retryAfterMs: 4_000 }),
  );
  loop.start();
  await vi.advanceTimersByTimeAsync(30_000);
  const status = await loop.status();
  await loop.stop();

  expect(pauses()).toEqual([5_000, 5_000, 5_000, 5_000, 5_000, 5_000]);
  expect(status).toMatchObject({ connection: 'online', connectionProblem: null, queuePlace: 12 });
  expect(status.offlineSince).toBeNull();
});

test('§12.4: a server that says no more than "busy" is asked with doubling pauses, up to a minute', async () => {
  const { loop, pauses } = aLoop(() => err({ code: 'server.overloaded', retryAfterMs: 1_000 }));
  loop.start();
  await vi.advanceTimersByTimeAsync(250_000);
  const status = await loop.status();
  await loop.stop();

  expect(pauses()).toEqual([2_000, 3_000, 5_000, 9_000, 17_000, 33_000, 61_000, 61_000]);
  expect(status).toMatchObject({ connection: 'offline', connectionProblem: 'server.overloaded' });
});

test('§12.4: the place in the queue is forgotten with the first page', async () => {
  const answers = [
    err({ code: 'server.overloaded', queuePlace: 1, retryAfterMs: 1_200 }),
    ok(done),
  ];
  const { loop } = aLoop(() => answers.shift() ?? ok(done));
  loop.start();
  await vi.advanceTimersByTimeAsync(0);
  const waiting = await loop.status();
  await vi.advanceTimersByTimeAsync(3_000);
  const loading = await loop.status();
  await loop.stop();

  expect(waiting.queuePlace).toBe(1);
  expect(loading.queuePlace).toBeUndefined();
});
