import { err, type Result } from '@shared/kernel/result';
import type { SyncReply, SyncRequest } from '@shared/protocol/sync-message';
import { entitledScopes } from '@shared/sync/entitlement';
import type { ExchangeFailure, ExchangeSession } from '@shared/sync/exchange';
import type { Queryable } from '../../db/queryable';
import type { Admission } from '../../http/admission';
import type { Gate } from '../../http/limits';
import type { SyncService } from './sync-service';
import { openVisit, type Visit } from './visit';

/** Changes that one page may hold; who is further behind is loading, not keeping up. */
const FAR_BEHIND = 1_000;

export interface SnapshotDeps {
  readonly db: Queryable;
  readonly sync: SyncService;
  readonly admit: Admission;
  /** Pages of loads, those that are made at the same time. */
  readonly oneOfFew: Gate;
}

export type SnapshotFailure =
  | ExchangeFailure
  | {
      readonly code: 'server.overloaded';
      readonly queuePlace: number;
      readonly retryAfterMs: number;
    };

/**
 * Keeps first loads apart from the daily exchange (§12.4). Who is not admitted waits for pages, never for work of
 * their own to be received.
 */
export function createSnapshots({ db, sync, admit, oneOfFew }: SnapshotDeps) {
  return async (
    session: ExchangeSession,
    request: SyncRequest,
  ): Promise<Result<SyncReply, SnapshotFailure>> => {
    const visit = openVisit(db, session, request.ticket);
    if (!(await isLoading(visit, session, request))) return sync(session, request, visit);
    const place = admit(session.deviceId);
    if (!place.isIn) {
      const { queuePlace, retryAfterMs } = place;
      return request.ops.length > 0
        ? sync(session, { ...request, want: 0 }, visit)
        : err({ code: 'server.overloaded', queuePlace, retryAfterMs });
    }
    let isOver = false;
    try {
      const reply = await oneOfFew(() => sync(session, request, visit));
      if (reply.ok) {
        const read = reply.value.pages.map(({ scope, next }) => [scope, next] as const);
        const cursors = { ...request.cursors, ...Object.fromEntries(read) };
        isOver = !(await isLoading(visit, session, { ...request, cursors }));
      }
      return reply;
    } finally {
      place.leave(isOver);
    }
  };
}

export type Snapshots = ReturnType<typeof createSnapshots>;

/** Dossiers are small: they never make a first load. */
async function isLoading(
  { seen }: Visit,
  { officeId, user }: ExchangeSession,
  { want, cursors }: SyncRequest,
): Promise<boolean> {
  if (want === 0) return false;
  const { scopes } = await seen();
  return entitledScopes(user, officeId, []).some(
    (scope) => (scopes.get(scope)?.head ?? 0) - (cursors[scope] ?? 0) > FAR_BEHIND,
  );
}
