import { z } from 'zod';
import type { HistoryStore } from '@shared/sync/intake-store';
import type { Database } from '../../db/queryable';
import { beginRecovery } from './begin-recovery';

const HistoryLine = z.object({
  timeline: z.uuid(),
  ancestry: z.array(z.uuid()),
  forks: z.array(z.object({ forkHead: z.int(), resumesAt: z.int() }).readonly()),
});
const LastLine = z.object({ n: z.int() });

/** The server's history, read at every contact: another node may have begun a new one a moment ago. */
export function postgresHistoryStore(db: Database, nowMs: () => number): HistoryStore {
  return {
    readHistory: async (officeId) => {
      const { rows } = await db.query(
        `select timeline,
                array(select id::text
                        from (select parent_id as id, begun_at, 0 as place from timeline
                              union all select id, begun_at, 1 from timeline) as known
                       where id <> server_state.timeline
                       group by id order by min(begun_at), min(place), id) as ancestry,
                coalesce((select json_agg(json_build_object(
                                   'forkHead', fork_head, 'resumesAt', resumes_at))
                            from office_recovery where office_id = $1), '[]') as forks
           from server_state`,
        [officeId],
      );
      return HistoryLine.parse(rows[0]);
    },
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
