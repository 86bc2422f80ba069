import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../log';
import { isDatabaseAway } from './database-failure';
import type { Queryable } from './queryable';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;
/** PostgreSQL replays its log before it answers; after more than this somebody has to look. */
const PATIENCE_MS = 5 * 60_000;

export interface WaitForDatabaseDeps {
  readonly log: Log;
  readonly pause?: (ms: number) => Promise<unknown>;
}

/**
 * Resolves once the database answers. While it is starting or not there yet (57P03, ECONNREFUSED) it is asked again with
 * growing pauses, five minutes in all; any other refusal is thrown at once.
 */
export async function waitForDatabase(
  db: Queryable,
  { log, pause = sleep }: WaitForDatabaseDeps,
): Promise<void> {
  let waitedMs = 0;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      await db.query('select 1');
      return;
    } catch (cause) {
      if (!isDatabaseAway(cause) || waitedMs >= PATIENCE_MS) throw cause;
      const reason = cause instanceof Error ? cause.message : String(cause);
      log.warn({ reason, pauseMs, waitedMs }, 'waiting for the database');
    }
    await pause(pauseMs);
    waitedMs += pauseMs;
  }
}
