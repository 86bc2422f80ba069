import { z } from 'zod';
import type {
  HistoryStore,
  PresentedTicket,
  ReadScope,
  TicketStore,
} from '@shared/sync/intake-store';
import { entitledScopes } from '@shared/sync/entitlement';
import type { ExchangeSession } from '@shared/sync/exchange';
import type { Scope } from '@shared/sync/record';
import { judgeTicket } from '@shared/sync/ticket';
import type { Queryable } from '../../db/queryable';
import { ticketHash } from './postgres-ticket-store';

const SeenLine = z.object({
  timeline: z.uuid(),
  ancestry: z.array(z.uuid()),
  forks: z.array(z.object({ forkHead: z.int(), resumesAt: z.int() }).readonly()),
  ticket: z.object({ count: z.int(), contacts: z.int(), known: z.boolean() }).nullable(),
  dossiers: z.array(z.string()),
  scopes: z.array(
    z
      .object({
        scope: z.string(),
        sum: z.string(),
        count: z.int(),
        head: z.int(),
        forgottenTo: z.int(),
      })
      .transform(({ scope, sum, count, ...state }): [Scope, ReadScope] => [
        scope,
        { digest: { sum, count }, ...state },
      ]),
  ),
  has_lease: z.boolean(),
});

/** What the server knows of who comes: history, ticket, dossiers, scopes, leases, all of one moment. */
export interface Seen extends Awaited<ReturnType<HistoryStore['readHistory']>> {
  readonly judge: (presented: PresentedTicket) => Awaited<ReturnType<TicketStore['judge']>>;
  readonly dossiers: readonly string[];
  /** Of every scope that the person may see and in which something happened. */
  readonly scopes: ReadonlyMap<Scope, ReadScope>;
  readonly hasLease: boolean;
}

/**
 * One contact of a workstation. An idle one finds everything in a single statement: how many it takes is what the
 * server's processors are busy with (B-11).
 */
export interface Visit {
  readonly seen: () => Promise<Seen>;
  /** Something was written: the next look is a new one. */
  readonly forget: () => void;
}

export function openVisit(db: Queryable, session: ExchangeSession, ticket: string): Visit {
  let held: Promise<Seen> | undefined;
  return {
    seen: () => (held ??= look(db, session, ticketHash(ticket))),
    forget: () => (held = undefined),
  };
}

async function look(
  db: Queryable,
  { deviceId, inc, officeId, user }: ExchangeSession,
  ticket: string,
): Promise<Seen> {
  const { rows } = await db.query(
    `with member as (
       select dossier_id as id from dossier_member where office_id = $1 and user_id = $2)
     select timeline,
            array(select id::text
                    from (select parent_id as id, begun_at, 0 as place from timeline
                          union all select id, begun_at, 1 from timeline) as known
                   where id <> server_state.timeline
                   group by id order by min(begun_at), min(place), id) as ancestry,
            coalesce((select json_agg(json_build_object(
                               'forkHead', fork_head, 'resumesAt', resumes_at))
                        from office_recovery where office_id = $1), '[]') as forks,
            (select json_build_object(
                      'count', ticket_count, 'contacts', contacts,
                      'known', ticket_newest = $3 or coalesce(ticket_previous = $3, false))
               from device where id = $4 and inc = $5) as ticket,
            array(select id::text from member) as dossiers,
            coalesce((select json_agg(json_build_object(
                               'scope', scope, 'sum', sum, 'count', count,
                               'head', head, 'forgottenTo', forgotten_to))
                        from scope_digest
                       where office_id = $1
                         and scope = any($6::text[] || array(select 'dossier:' || id from member))),
                     '[]') as scopes,
            exists (select from register
                     where office_id = $1 and custody->'lease'->>'deviceId' = $4::text
                       and (custody->'lease'->>'inc')::int = $5) as has_lease
       from server_state`,
    [officeId, user?.id ?? null, ticket, deviceId, inc, entitledScopes(user, officeId, [])],
  );
  const { ticket: known, scopes, has_lease: hasLease, ...seen } = SeenLine.parse(rows[0]);
  return {
    ...seen,
    scopes: new Map(scopes),
    hasLease,
    judge: (presented) => {
      if (!known) return 'unknown';
      const isGiven = presented.first === undefined || known.known;
      return isGiven ? judgeTicket(known, presented) : 'stale';
    },
  };
}
