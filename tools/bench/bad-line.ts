import type { FaultProxy } from '../../test/fault-proxy/fault-proxy';

/** The line of B-6 and B-8: 256 kbit/s, 200 ms there and back, gone for 5 s of every minute. */
export const SLOW = { bytesPerSecond: 32_000, latencyMs: 100 };
export const DROP_EVERY_MS = 60_000;
export const DROP_FOR_MS = 5_000;

/** TCP payload of both directions while something was done. */
export async function bytesOf(proxy: FaultProxy, work: () => Promise<unknown>): Promise<number> {
  const before = proxy.traffic();
  await work();
  const after = proxy.traffic();
  return after.up - before.up + after.down - before.down;
}
