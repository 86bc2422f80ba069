import { z } from 'zod';
import type { Random, Timers } from '@shared/kernel/clock';
import type { Result } from '@shared/kernel/result';
import type { ServerClient } from '../../platform/server-client';

export interface HintChannelDeps {
  readonly client: Pick<ServerClient, 'listen'>;
  /** A token for who is signed in; hints are for people, a device alone has nothing to pull. */
  readonly token: () => Promise<Result<string>>;
  readonly timers: Timers;
  readonly random: Random;
  /** How far streams have come, by office. */
  readonly hinted: (heads: Readonly<Record<string, number>>) => void;
}

const Hint = z.record(z.uuid(), z.int().nonnegative());

/** The server gives a sign of life each 25 s (§12.3). */
const SILENT_MS = 45_000;
const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 60_000;

/**
 * Hears from the server that something changed, instead of asking all day. Nothing hangs on it: a hint that is lost
 * only costs the time until the next round.
 */
export function createHintChannel({ client, token, timers, random, hinted }: HintChannelDeps) {
  let current: AbortController | undefined;
  let cancelRetry = (): void => undefined;
  let retryMs = FIRST_RETRY_MS;
  let isLive = false;

  async function connect(): Promise<void> {
    const own = new AbortController();
    current = own;
    const access = await token();
    const ended = access.ok
      ? await client.listen({
          path: '/hints',
          accessToken: access.value,
          silentMs: SILENT_MS,
          signal: own.signal,
          heard: (data) => heard(own, data),
        })
      : access.error;
    // A newer connection has taken over, or nobody wants one any more.
    if (current !== own) return;
    isLive = false;
    retry(ended.retryAfterMs ?? 0);
  }

  function heard(by: AbortController, data: string): void {
    if (current !== by) return;
    isLive = true;
    retryMs = FIRST_RETRY_MS;
    const hint = Hint.safeParse(data === '' ? {} : parse(data));
    if (hint.success) hinted(hint.data);
  }

  /** Full jitter, so that a province that comes back does not come at once (§12.4). */
  function retry(atLeastMs: number): void {
    cancelRetry = timers.after(atLeastMs + random.fraction() * retryMs, () => void connect());
    retryMs = Math.min(LAST_RETRY_MS, retryMs * 2);
  }

  function stop(): void {
    cancelRetry();
    isLive = false;
    const ending = current;
    current = undefined;
    ending?.abort();
  }

  return {
    stop,
    /** Connects, at once and anew: at the start and when another person sits down. */
    restart(): void {
      stop();
      retryMs = FIRST_RETRY_MS;
      void connect();
    },
    /** True while the server is heard. */
    isLive: (): boolean => isLive,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
