import { z } from 'zod';
import type { Queryable } from '../../db/queryable';
import type { Log } from '../../log';

/** About 0.3 ms of the database for every office of the country (§12.2). */
const EVERY_MS = 500;

const HeadRow = z.object({
  office_id: z.string(),
  // node-postgres gives int8 as string.
  head: z.coerce.number(),
});

export interface HeadWatchDeps {
  readonly db: Queryable;
  readonly log: Log;
  readonly everyMs?: number;
}

/**
 * Tells who listens how far their office's stream has come, whichever node moved it.
 *
 * All heads are read again and again while somebody listens, and compared with the last ones: nothing is announced
 * from a transaction, where NOTIFY would take a lock of the whole database (§12.2).
 */
export function createHeadWatch({ db, log, everyMs = EVERY_MS }: HeadWatchDeps) {
  const listeners = new Map<string, Set<(head: number) => void>>();
  let heads = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;
  let isReading = false;

  async function read(): Promise<void> {
    isReading = true;
    try {
      const { rows } = await db.query('select office_id, head from stream');
      tell(new Map(rows.map((row) => HeadRow.parse(row)).map((row) => [row.office_id, row.head])));
    } catch (cause) {
      // Hints only hurry: the database may be away, and the next reading says the same.
      log.warn({ reason: String(cause) }, 'heads were not read');
    }
    isReading = false;
    if (listeners.size > 0) timer = setTimeout(() => void read(), everyMs);
  }

  function tell(now: Map<string, number>): void {
    const before = heads;
    heads = now;
    for (const [officeId, ears] of listeners) {
      const head = now.get(officeId);
      if (head === undefined || head === before.get(officeId)) continue;
      for (const listener of ears) listener(head);
    }
  }

  return {
    /** Calls with the head as it is known, then at each change. @returns ends it */
    listen(officeId: string, listener: (head: number) => void): () => void {
      const ears = listeners.get(officeId) ?? new Set();
      listeners.set(officeId, ears.add(listener));
      const known = heads.get(officeId);
      if (known !== undefined) listener(known);
      if (listeners.size === 1 && ears.size === 1 && !isReading) void read();
      return () => {
        ears.delete(listener);
        if (ears.size > 0 || listeners.get(officeId) !== ears) return;
        listeners.delete(officeId);
        if (listeners.size > 0) return;
        clearTimeout(timer);
        // What nobody watched is not known any more.
        heads = new Map();
      };
    },
  };
}

export type HeadWatch = ReturnType<typeof createHeadWatch>;
