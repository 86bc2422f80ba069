import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { err, ok, type Result } from '@shared/kernel/result';
import { createCarrierLoop, pauseAfter } from '../../../sync-server/src/features/hub/carrier-loop';
import { silentLog } from '../../../sync-server/src/log';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function aLoop(answer: () => Result<void>) {
  const rounds: number[] = [];
  const loop = createCarrierLoop({
    round: async () => {
      rounds.push(Date.now());
      return answer();
    },
    log: silentLog,
    random: () => 0.5,
  });
  return { loop, rounds };
}

test('§12.4: while the province is away the pauses grow, and new work does not shorten them', async () => {
  const { loop, rounds } = aLoop(() => err({ code: 'server.unreachable' }));
  loop.start();
  for (let i = 0; i < 40; i++) {
    loop.wake();
    await vi.advanceTimersByTimeAsync(15_000);
  }
  await loop.stop();
  const pauses = rounds.slice(1).map((at, i) => at - (rounds[i] ?? 0));
  expect(pauses.slice(0, 4)).toEqual([1_500, 3_000, 6_000, 12_000]);
  expect(Math.max(...pauses)).toBe(90_000);
});

test('§12.4: two hubs that lost the line together do not come back together', () => {
  expect(pauseAfter(3, 0)).toBe(4_000);
  expect(pauseAfter(3, 0.99)).toBeCloseTo(7_960);
  expect(pauseAfter(30, 0.99)).toBeLessThanOrEqual(120_000);
});

test('the province may ask to be left alone for longer', async () => {
  const { loop, rounds } = aLoop(() =>
    err({ code: 'http.too-many-requests', retryAfterMs: 60_000 }),
  );
  loop.start();
  await vi.advanceTimersByTimeAsync(59_000);
  expect(rounds).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(rounds).toHaveLength(2);
  await loop.stop();
});

test('while it answers new work is carried at once, one round at a time', async () => {
  const { loop, rounds } = aLoop(() => ok(undefined));
  loop.start();
  loop.wake();
  await vi.advanceTimersByTimeAsync(0);
  expect(rounds).toHaveLength(2);
  loop.wake();
  await vi.advanceTimersByTimeAsync(0);
  expect(rounds).toHaveLength(3);
  await loop.stop();
  loop.wake();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(rounds).toHaveLength(3);
});
