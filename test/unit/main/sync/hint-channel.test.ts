import { expect, test } from 'vitest';
import { err, ok, type Failure } from '@shared/kernel/result';
import { createHintChannel } from '../../../../src/main/features/sync/hint-channel';
import type { ListenOptions } from '../../../../src/main/platform/server-client';
import { manualTimers } from '../../../support/manual-timers';
import { anId } from '../../../support/core-builders';

const office = anId(1, 1);

/** A channel whose server is the test: it hears what it is told to, and ends when told to. */
function aChannel({ token = ok('token') as Awaited<ReturnType<TokenOf>>, fraction = 1 } = {}) {
  const timers = manualTimers();
  const calls: { readonly options: ListenOptions; readonly end: (why: Failure) => void }[] = [];
  const hints: Readonly<Record<string, number>>[] = [];
  const channel = createHintChannel({
    client: {
      listen: (options) =>
        new Promise((resolve) => {
          calls.push({ options, end: resolve });
        }),
    },
    token: async () => token,
    timers,
    random: { uuid: () => '', fraction: () => fraction },
    hinted: (heads) => hints.push(heads),
  });
  return { channel, timers, calls, hints };
}
type TokenOf = Parameters<typeof createHintChannel>[0]['token'];

/** Lets everything happen that waits for nothing but promises. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('§12.3: a hint is passed on; a sign of life and rubbish are none, but the line is live', async () => {
  const { channel, calls, hints } = aChannel();
  channel.restart();
  await settle();
  expect(channel.isLive()).toBe(false);

  for (const data of ['', 'rubbish', '{"a":1}', `{"${office}":-1}`, `{"${office}":7}`]) {
    calls[0]?.options.heard(data);
  }

  expect(channel.isLive()).toBe(true);
  expect(hints.filter((heads) => Object.keys(heads).length > 0)).toEqual([{ [office]: 7 }]);
  expect(calls[0]?.options.silentMs).toBe(45_000);
});

test('§12.3: a line that ends is not live, and is taken up again with a doubling pause to a minute', async () => {
  const { channel, timers, calls } = aChannel();
  channel.restart();
  await settle();

  for (const pause of [1, 2, 4, 8, 16, 32, 60, 60]) {
    const before = calls.length;
    calls.at(-1)?.end({ code: 'server.timeout' });
    await settle();
    expect(channel.isLive()).toBe(false);
    timers.advance(pause * 1000 - 1);
    await settle();
    expect(calls.length).toBe(before);
    timers.advance(1);
    await settle();
    expect(calls.length).toBe(before + 1);
  }
});

test('§12.4: what the server asked for is waited for before the jitter begins', async () => {
  const { channel, timers, calls } = aChannel({ fraction: 0 });
  channel.restart();
  await settle();
  calls[0]?.end({ code: 'server.overloaded', retryAfterMs: 30_000 });
  await settle();

  timers.advance(29_999);
  await settle();
  expect(calls.length).toBe(1);
  timers.advance(1);
  await settle();
  expect(calls.length).toBe(2);
});

test('I-14: another person’s channel replaces the old one, which says nothing more', async () => {
  const { channel, calls, hints } = aChannel();
  channel.restart();
  await settle();
  channel.restart();
  await settle();

  calls[0]?.options.heard(`{"${office}":9}`);

  expect(calls[0]?.options.signal.aborted).toBe(true);
  expect(hints).toEqual([]);
  expect(calls.length).toBe(2);
});

test('a channel that was stopped never comes back by itself', async () => {
  const { channel, timers, calls } = aChannel();
  channel.restart();
  await settle();
  channel.stop();
  calls[0]?.end({ code: 'server.unreachable' });
  await settle();

  timers.advance(600_000);
  await settle();

  expect(calls.length).toBe(1);
});

test('without a token nobody is called; it is tried again', async () => {
  const { channel, timers, calls } = aChannel({ token: err({ code: 'server.unreachable' }) });
  channel.restart();
  await settle();
  timers.advance(1000);
  await settle();

  expect(calls).toEqual([]);
});
