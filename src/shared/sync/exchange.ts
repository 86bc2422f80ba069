import type { User } from '../domain/organ/user';
import { err, ok, type Result } from '../kernel/result';
import type { Notice, SyncReply, SyncRequest } from '../protocol/sync-message';
import { PROTOCOL_VERSION } from '../protocol/version';
import { readPage } from './feed';
import type { Intake } from './intake';
import type { FeedStore, TicketStore } from './intake-store';
import { officeScope, type Page, type Scope } from './record';

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

    const scopes = entitledScopes(session);
    const pages: Page[] = [];
    const heads: Record<Scope, number> = {};
    const notices: Notice[] = [];
    for (const scope of scopes) {
      const after = request.cursors[scope] ?? 0;
      const page = await readPage(deps.feed, {
        officeId: session.officeId,
        scope,
        after,
        maxBytes: request.want,
      });
      if (after > page.head) return err({ code: 'server.went-back' });
      heads[scope] = page.head;
      if (digestDiffers(request, page)) notices.push({ kind: 'rescan', scope });
      else if (request.want > 0 && page.next > after) pages.push(page);
    }
    return ok({
      results: answer.results,
      pages,
      scopes,
      heads,
      ticket,
      timeline: deps.timeline(),
      serverTime: deps.nowMs(),
      notices,
    });
  };
}

export type Exchange = ReturnType<typeof createExchange>;

/**
 * Scopes by the server's own state at this moment (I-13). A device without a person may only push; an administrator has
 * no access to content (van-ban.md §8.2), and who lost their last role has none either.
 */
const entitledScopes = ({ officeId, user }: ExchangeSession): readonly Scope[] =>
  user?.active && user.officeId === officeId && user.grants.some(({ role }) => role !== 'quanTri')
    ? [officeScope(officeId)]
    : [];

/** Both sides stand at the same sequence and hold different records: a defect, healed and never hidden (I-7). */
function digestDiffers(request: SyncRequest, page: Page): boolean {
  const held = request.digests[page.scope];
  if (!held || page.digest === null || page.entries.length > 0 || held.seq !== page.head)
    return false;
  return held.digest.sum !== page.digest.sum || held.digest.count !== page.digest.count;
}
