import { z } from 'zod';
import type { HistoryStore } from '@shared/sync/intake-store';
import type { Database } from '../../db/queryable';
import { beginRecovery } from './begin-recovery';

const LastLine = z.object({ n: z.int() });

/** Writes the server's history; it is read at every contact (`visit.ts`), for another node may have begun a new one. */
export function postgresHistoryStore(
  db: Database,
  nowMs: () => number,
): Omit<HistoryStore, 'readHistory'> {
  return {
    beginRecovery: async (timeline) => {
      await beginRecovery(db, { reason: 'ticket', behind: timeline, nowMs: nowMs() });
    },
    recognise: async (timeline) => {
      await db.query(
        `insert into timeline (id, begun_at, reason, parent_id)
         select $1, begun_at, 'ticket', parent_id from timeline
           join server_state on server_state.timeline = timeline.id
         on conflict do nothing`,
        [timeline],
      );
    },
    lastN: async ({ deviceId, inc }, left) => {
      const { rows } = await db.query(
        `select coalesce(max(n), 0) as n from op
          where dev = $1 and inc = $2 and received_at <
                (select min(begun_at) from timeline, server_state
                  where parent_id = $3 or id = server_state.timeline)`,
        [deviceId, inc, left],
      );
      return LastLine.parse(rows[0]).n;
    },
  };
}
