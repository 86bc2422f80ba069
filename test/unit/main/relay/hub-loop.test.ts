import { expect, test } from 'vitest';
import { err, ok } from '@shared/kernel/result';
import type { RelayReply } from '@shared/protocol/relay-message';
import { createHubLoop } from '../../../../src/main/features/relay/hub-loop';
import { anId } from '../../../support/core-builders';
import { manualTimers } from '../../../support/manual-timers';
import { silentLog } from '../../../support/silent-log';

const reply: RelayReply = {
  mailbox: anId(9, 1),
  relayed: 0,
  items: [],
  next: 0,
  head: 0,
  isAuthorityOld: false,
  registers: [],
  provinceHeardAt: null,
  serverTime: 0,
};

function aLoop() {
  const timers = manualTimers();
  const world = { meetings: 0, isProvinceThere: false, isHubThere: true, more: 0, fraction: 0.5 };
  const loop = createHubLoop({
    log: silentLog,
    meet: async () => {
      world.meetings += 1;
      if (!world.isHubThere) return err({ code: 'hub.unreachable' });
      world.more -= 1;
      return ok({ more: world.more >= 0, reply });
    },
    met: () => undefined,
    provinceAnswers: () => world.isProvinceThere,
    clock: { nowMs: () => 5000 },
    random: { fraction: () => world.fraction },
    timers,
    changed: () => undefined,
  });
  /** Lets time pass, and what was begun by it end. */
  const pass = async (ms: number): Promise<void> => {
    timers.advance(ms);
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  };
  return { loop, world, pass };
}

test('§20: the hub is met every ten seconds, a fifth more or less, while the province is away; else each minute', async () => {
  const { loop, world, pass } = aLoop();
  loop.start();
  await pass(30);
  expect(world.meetings).toBe(1);
  await pass(9_999);
  expect(world.meetings).toBe(1);
  world.fraction = 1;
  await pass(1);
  expect(world.meetings).toBe(2);
  await pass(11_999);
  expect(world.meetings).toBe(2);
  world.isProvinceThere = true;
  world.fraction = 0;
  await pass(1);
  expect(world.meetings).toBe(3);
  await pass(47_999);
  expect(world.meetings).toBe(3);
  await pass(1);
  expect(world.meetings).toBe(4);
  await loop.stop();
  await pass(120_000);
  expect(world.meetings).toBe(4);
});

test('§20: at once when there is work, and again while more is to be had', async () => {
  const { loop, world, pass } = aLoop();
  loop.start();
  await pass(30);
  world.more = 2;
  loop.nudge();
  for (const _ of [1, 2, 3]) await pass(30);
  expect(world.meetings).toBe(4);
  expect(loop.contact()).toMatchObject({ isAnswering: true, problem: null, metAt: 5000 });
});

test('§20: a hub that does not answer is named, and asked again', async () => {
  const { loop, world, pass } = aLoop();
  world.isHubThere = false;
  loop.start();
  await pass(30);
  expect(loop.contact()).toMatchObject({ isAnswering: false, problem: 'hub.unreachable' });
  world.isHubThere = true;
  await loop.meetNow();
  expect(loop.contact()).toMatchObject({ isAnswering: true, problem: null });
  loop.forget();
  expect(loop.contact()).toMatchObject({ isAnswering: false, metAt: null });
});

test('I-22: a hub that always has more is asked more slowly in the end', async () => {
  const { loop, world, pass } = aLoop();
  world.more = 10_000;
  loop.start();
  for (let at = 0; at < 200; at++) await pass(30);
  expect(world.meetings).toBe(200);
  await pass(999);
  expect(world.meetings).toBe(200);
  await pass(1);
  expect(world.meetings).toBe(201);
});
