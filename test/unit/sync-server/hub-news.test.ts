import { expect, test, vi } from 'vitest';
import { err, ok, type Result } from '@shared/kernel/result';
import { createCarrierLoop } from '../../../sync-server/src/features/hub/carrier-loop';
import { createHubRound } from '../../../sync-server/src/features/hub/hub-round';
import { createHubSessions } from '../../../sync-server/src/features/hub/hub-sessions';
import type { ProvinceClient } from '../../../sync-server/src/features/hub/province-client';
import type { Tokens } from '../../../sync-server/src/features/session/tokens';
import { createLog } from '../../../sync-server/src/log';
import { anId } from '../../support/core-builders';
import { anAuthority } from '../../support/relay-office';

function aRound(step: () => Promise<Result<boolean>> = async () => ok(false)) {
  const world = { at: 0, asked: 0, isStopped: false, answer: ok({ leases: [] }) as Result<object> };
  const round = createHubRound({
    province: {
      call: (async () => {
        world.asked += 1;
        return world.answer;
      }) as unknown as ProvinceClient['call'],
    },
    authority: { take: async () => ok(anAuthority()) },
    numbers: { takeLeases: async () => undefined },
    work: { deliver: async () => ok(undefined), tryAgain: () => undefined },
    files: { step, tryAgain: () => undefined },
    log: createLog('silent'),
    nowMs: () => world.at,
    stopped: (isStopped) => {
      world.isStopped = isStopped;
    },
  });
  return { round, world };
}

test('§20: who is unknown at the hub makes it ask the province again, once a minute at most', async () => {
  const { round, world } = aRound();
  world.at = 1_000_000;
  await round.run();
  expect(world.asked).toBe(1);
  round.newsWanted();
  world.at += 59_999;
  await round.run();
  expect(world.asked).toBe(1);
  world.at += 1;
  await round.run();
  expect(world.asked).toBe(2);
  // Nobody unknown since: a quarter of an hour.
  world.at += 15 * 60_000 - 1;
  await round.run();
  expect(world.asked).toBe(2);
  world.at += 1;
  await round.run();
  expect(world.asked).toBe(3);
});

test('§9.4, §20: a clerk’s word that there is news makes it ask at once, once in two seconds at most', async () => {
  const { round, world } = aRound();
  world.at = 1_000_000;
  await round.run();
  expect(round.newsTold()).toBe(2_000);
  world.at += 1_999;
  await round.run();
  expect(world.asked).toBe(1);
  world.at += 1;
  await round.run();
  expect(world.asked).toBe(2);
});

test('§20: a hub stops when the province says that it is disabled, not when the province is away', async () => {
  const { round, world } = aRound();
  world.answer = err({ code: 'server.unreachable' });
  await round.run();
  expect(world.isStopped).toBe(false);
  world.answer = err({ code: 'device.disabled' });
  await round.run();
  expect(world.isStopped).toBe(true);
  world.answer = ok({ leases: [] });
  await round.run();
  expect(world.isStopped).toBe(false);
});

test('§20: a machine that the authority does not name is told of', async () => {
  let told = 0;
  const sessions = createHubSessions({
    authority: () => anAuthority(),
    tokens: { isNonceOf: async () => true } as unknown as Tokens,
    nowMs: () => 0,
    unknown: () => {
      told += 1;
    },
  });
  const request = { deviceId: anId(5, 1), nonce: 'x', deviceProof: 'AA==', user: null } as never;
  expect(await sessions.renew(request)).toMatchObject({ error: { code: 'device.not-enrolled' } });
  expect(told).toBe(1);
});

test('§20: a hub that is told to end does not finish a long upload first; the round is over after the step in hand', async () => {
  let steps = 0;
  const { round } = aRound(async () => {
    steps += 1;
    // A real step waits for the province.
    await new Promise((resolve) => setTimeout(resolve, 1));
    return ok(steps < 10_000);
  });
  const loop = createCarrierLoop({
    round: (isEnding) => round.run(isEnding),
    log: createLog('silent'),
    random: () => 0.5,
  });
  loop.start();
  await vi.waitFor(() => expect(steps).toBeGreaterThan(3));
  const before = steps;
  await loop.stop();

  expect(steps).toBeLessThanOrEqual(before + 1);
});
