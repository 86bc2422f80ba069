import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { expect, test, vi } from 'vitest';
import { pacedPipe } from '../../fault-proxy/paced-pipe';

test('bytes keep their order on a machine that is late with them', async () => {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  const from = Object.assign(new EventEmitter(), { pause: () => {}, resume: () => {} });
  const written: Buffer[] = [];
  const to = { writable: true, write: (piece: Buffer) => written.push(piece) };
  pacedPipe({
    from: from as unknown as Socket,
    to: to as unknown as Socket,
    faults: { bytesPerSecond: 1_000_000 },
    lane: { freeAt: 0 },
    notBefore: 0,
    random: Math.random,
    cutAfter: undefined,
    slowLoris: undefined,
    swallow: false,
    count: () => undefined,
    cut: () => undefined,
  });
  const sent = Buffer.from(Array.from({ length: 9_000 }, (_, i) => i % 251));
  from.emit('data', sent.subarray(0, 8_900));
  // All of it is due, and nothing has run since; the rest is due at once.
  now = 50;
  from.emit('data', sent.subarray(8_900));
  now = 100;

  await vi.waitFor(() => expect(Buffer.concat(written)).toHaveLength(sent.length));
  expect(Buffer.concat(written).equals(sent)).toBe(true);
});
