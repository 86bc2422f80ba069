import { expect, test } from 'vitest';
import type { SyncStatus } from '@shared/sync/status';
import { SyncRequest } from '@shared/protocol/sync-message';
import { createDeviceFigures } from '../../../../src/main/features/sync/device-figures';
import { aChain } from '../../../support/core-builders';

const MINUTE = 60_000;

const statusWith = (over: Partial<SyncStatus>): SyncStatus => ({
  pendingOperations: 0,
  pendingFiles: 0,
  pendingFileBytes: 0,
  attention: 0,
  connection: 'online',
  connectionProblem: null,
  offlineSince: null,
  lastContactAt: null,
  matchedAt: null,
  behind: 0,
  clockDifferenceMs: 1200.4,
  freeBytes: 5_000_000_000,
  heldFile: null,
  ...over,
});

function aMachine() {
  let pending = aChain([{}, {}, {}]);
  let status = statusWith({});
  let monotonicMs = 0;
  const wall = pending[0]?.at.wall ?? 0;
  const join = createDeviceFigures({
    state: { pending: () => pending, attention: () => [] },
    status: () => Promise.resolve(status),
    clock: { nowMs: () => wall + 7 * MINUTE, monotonicMs: () => monotonicMs },
    version: '1.2.3',
    healed: () => 0,
  });
  return {
    wait: (ms: number) => (monotonicMs += ms),
    setStatus: (over: Partial<SyncStatus>) => (status = statusWith(over)),
    settle: () => (pending = []),
    /** One exchange that carries the first `count` of what is pending. */
    exchange: async (count: number, isAnswered = true) => {
      const asked = { inc: 1, ops: pending.slice(0, count) } as unknown as SyncRequest;
      const { request, answered } = await join(asked);
      if (isAnswered) answered();
      return request.figures;
    },
  };
}

test('§15: figures travel when they changed, again until an answer came, and else once in ten minutes', async () => {
  const machine = aMachine();
  machine.setStatus({ clockDifferenceMs: null });
  expect(await machine.exchange(3)).toMatchObject({ clockDifferenceMs: null });
  machine.setStatus({});
  expect(await machine.exchange(3, false)).toMatchObject({ version: '1.2.3' });
  expect(await machine.exchange(3)).toMatchObject({ clockDifferenceMs: 1200, freeBytes: 5e9 });
  machine.wait(10 * MINUTE - 1);
  machine.setStatus({ freeBytes: 1, clockDifferenceMs: 5 });
  expect(await machine.exchange(3)).toBeUndefined();
  machine.wait(1);
  expect(await machine.exchange(3)).toMatchObject({ freeBytes: 1 });
  machine.setStatus({ pendingFiles: 2, pendingFileBytes: 3000 });
  expect(await machine.exchange(3)).toMatchObject({ pendingFiles: 2, pendingBytes: 3000 });
});

test('§15: what the exchange carries itself does not count as waiting', async () => {
  const machine = aMachine();
  const first = await machine.exchange(1);
  expect(first).toMatchObject({ pendingOperations: 2, oldestPendingMs: 7 * MINUTE });
  expect(first?.pendingBytes).toBeGreaterThan(500);
  expect(await machine.exchange(3)).toMatchObject({
    pendingOperations: 0,
    pendingBytes: 0,
    oldestPendingMs: null,
  });
  machine.settle();
  expect(await machine.exchange(0)).toBeUndefined();
});

test('§15, I-13: figures have no room for content', () => {
  const { figures } = SyncRequest.unwrap().shape;
  const kinds = Object.entries(figures.unwrap().unwrap().shape).filter(
    ([, shape]) => shape.safeParse('Về việc mật').success,
  );
  expect(kinds.map(([name]) => name)).toEqual(['version']);
});
