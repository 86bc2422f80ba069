import type { User } from '../domain/organ/user';
import { err, ok, type Result } from '../kernel/result';
import type { Notice, SyncReply, SyncRequest } from '../protocol/sync-message';
import { PROTOCOL_VERSION } from '../protocol/version';
import { entitledScopes } from './entitlement';
import { readPage, readRepair } from './feed';
import type { Intake } from './intake';
import type { FeedStore, LeaseStore, ReadScope, TicketStore } from './intake-store';
import {
  bucketSums,
  EMPTY_DIGEST,
  type FeedEntry,
  type Page,
  type Repair,
  type Scope,
} from './record';

/** Who sends the request, as the access token says: the device always, the person only after signing in. */
export interface ExchangeSession {
  readonly deviceId: string;
  readonly inc: number;
  readonly officeId: string;
  readonly user: User | undefined;
}

export interface ExchangeDeps {
  readonly intake: Intake;
  readonly feed: FeedStore;
  readonly tickets: TicketStore;
  readonly leases: LeaseStore;
  /**
   * The ticket after a presented one: a secret of the server, and the same one for the same one. A request may run twice
   * or long after the workstation gave it up and asked again; each of its answers must carry a ticket that counts.
   */
  readonly freshTicket: (presented: string) => string;
  readonly nowMs: () => number;
  readonly timeline: () => string;
}

export type ExchangeFailure = {
  readonly code:
    | 'http.unsupported-protocol'
    | 'device.not-enrolled'
    | 'device.forked'
    | 'device.disabled'
    | 'server.went-back';
};

/** Older clients are served for two versions; their pending work is always accepted (I-20). */
const OLDEST_PROTOCOL = Math.max(1, PROTOCOL_VERSION - 2);

/** The server's side of `POST /sync`: push and pull in one round trip (§2.1, §6.1). */
export function createExchange(deps: ExchangeDeps) {
  return async (
    session: ExchangeSession,
    request: SyncRequest,
  ): Promise<Result<SyncReply, ExchangeFailure>> => {
    if (request.proto < OLDEST_PROTOCOL || request.proto > PROTOCOL_VERSION) {
      return err({ code: 'http.unsupported-protocol' });
    }
    if (request.dev !== session.deviceId || request.inc !== session.inc)
      return err({ code: 'device.not-enrolled' });
    if (request.timeline !== null && request.timeline !== deps.timeline())
      return err({ code: 'server.went-back' });
    const ticket = deps.freshTicket(request.ticket);
    const rolled = await deps.tickets.roll(session, request.ticket, ticket);
    if (rolled !== 'rolled')
      return err({ code: rolled === 'stale' ? 'device.forked' : 'device.not-enrolled' });

    const answer = await deps.intake.accept(session, request.ops);
    if (answer.status === 'refused') return err({ code: answer.code });

    const pulled = await pull(deps, session, request);
    if (!pulled.ok) return pulled;
    return ok({
      results: answer.results,
      ...pulled.value,
      ticket,
      timeline: deps.timeline(),
      serverTime: deps.nowMs(),
      leases: await deps.leases.sendLeases(session.officeId, session),
    });
  };
}

export type Exchange = ReturnType<typeof createExchange>;

type Pulled = Pick<SyncReply, 'pages' | 'repairs' | 'scopes' | 'heads' | 'notices'>;

/** What the person may see beyond their cursors, by the server's own state at this moment (I-13). */
async function pull(
  { feed }: ExchangeDeps,
  { officeId, user }: ExchangeSession,
  request: SyncRequest,
): Promise<Result<Pulled, ExchangeFailure>> {
  const dossiers = user ? await feed.dossiersOf(officeId, user.id) : [];
  const scopes = entitledScopes(user, officeId, dossiers);
  const states = await feed.readScopes(officeId, scopes);
  const pages: Page[] = [];
  const repairs: Repair[] = [];
  const heads: Record<Scope, number> = {};
  const notices: Notice[] = [];
  let bytes = request.want;
  for (const scope of scopes) {
    const state = states.get(scope) ?? NOTHING;
    const after = request.cursors[scope] ?? 0;
    if (after > state.head) return err({ code: 'server.went-back' });
    heads[scope] = state.head;
    const buckets = request.rescan?.[scope];
    if (buckets) {
      const repair = await readRepair(feed, { officeId, scope, buckets, maxBytes: bytes });
      bytes -= sizeOf(repair.entries);
      repairs.push(repair);
    } else if (needsRescan(request, scope, state)) {
      const { head: seq, marks } = await feed.readMarks(officeId, scope);
      notices.push({ kind: 'rescan', scope, seq, sums: bucketSums(marks) });
    } else if (bytes > 0 && state.head > after) {
      const page = await readPage(feed, { officeId, scope, after, maxBytes: bytes });
      heads[scope] = page.head;
      bytes -= sizeOf(page.entries);
      pages.push(page);
    }
  }
  return ok({ pages, repairs, scopes, heads, notices });
}

/** A scope in which nothing ever happened. */
const NOTHING: ReadScope = { head: 0, digest: EMPTY_DIGEST, forgottenTo: 0 };

const sizeOf = (entries: readonly FeedEntry[]): number => JSON.stringify(entries).length;

/**
 * Both sides stand at the same sequence and hold different records, which is a defect, healed and never hidden (I-7); or
 * the client has been away for longer than removals are kept (M-18).
 */
function needsRescan(request: SyncRequest, scope: Scope, state: ReadScope): boolean {
  const after = request.cursors[scope] ?? 0;
  if (after > 0 && after < state.forgottenTo) return true;
  const held = request.digests[scope];
  if (held?.seq !== state.head) return false;
  return held.digest.sum !== state.digest.sum || held.digest.count !== state.digest.count;
}
