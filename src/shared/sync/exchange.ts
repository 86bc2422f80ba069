import type { User } from '../domain/organ/user';
import { sizeOf, sizeOfAll } from '../kernel/canonical-json';
import { err, ok, type Result } from '../kernel/result';
import type { Notice, SyncReply, SyncRequest } from '../protocol/sync-message';
import { PROTOCOL_VERSION } from '../protocol/version';
import { entitledScopes } from './entitlement';
import { missesRemovals, readPage, readRepair } from './feed';
import type { Intake } from './intake';
import { readLoadPage } from './load';
import type {
  FeedStore,
  Fork,
  HistoryStore,
  LeaseStore,
  PresentedTicket,
  ReadScope,
  TicketStore,
} from './intake-store';
import { bucketSums, EMPTY_DIGEST, type Page, type Repair, type Scope } from './record';
import { formatTicket, parseTicket, ticketText, type TicketOwner } from './ticket';

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
  /** 32 hexadecimal digits that only this installation can compute, and the same ones for the same text. */
  readonly ticketMac: (text: string) => string;
  readonly history: HistoryStore;
  readonly nowMs: () => number;
}

export type ExchangeFailure = {
  readonly code:
    | 'http.unsupported-protocol'
    | 'device.not-enrolled'
    | 'device.forked'
    | 'device.disabled'
    | 'server.went-back';
  /** An operation proves it: a request that was late or came twice cannot look like that, and a ticket alone can (§13.3). */
  readonly isProven?: boolean;
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
    const contact = await takeTicket(deps, session, request);
    if (!contact.ok) return contact;
    const { history, isEarlier } = contact.value;
    const { timeline, ancestry } = history;
    if (isEarlier) return ok(await askAgain(deps, session, contact.value));

    if (request.lost) await deps.intake.passOver(session, request.lost);
    const answer = await deps.intake.accept(session, request.ops);
    if (answer.status === 'refused') return err({ code: answer.code, isProven: true });

    const pulled = await pull(deps, session, { ...request, forks: history.forks });
    if (!pulled.ok) return pulled;
    return ok({
      results: answer.results,
      ...pulled.value,
      timeline,
      ancestry,
      serverTime: deps.nowMs(),
      leases: await deps.leases.sendLeases(session.officeId, session),
      ticket: await nextTicket(deps, session, contact.value),
    });
  };
}

export type Exchange = ReturnType<typeof createExchange>;

interface Contact {
  readonly presented: PresentedTicket;
  readonly history: Awaited<ReturnType<HistoryStore['readHistory']>>;
  /** The history in which the workstation was last here. */
  readonly timeline: string;
  /** It is one of before this server was restored. */
  readonly isEarlier: boolean;
}

/** Judges the ticket; one that this server does not know to have given begins a recovery. */
async function takeTicket(
  deps: ExchangeDeps,
  session: ExchangeSession,
  request: SyncRequest,
): Promise<Result<Contact, ExchangeFailure>> {
  const history = await deps.history.readHistory(session.officeId);
  const timeline = request.timeline ?? history.timeline;
  const isEarlier = timeline !== history.timeline;
  const owner = { timeline, deviceId: session.deviceId, inc: session.inc };
  const presented = readTicket(deps, owner, request.ticket);
  if (isEarlier && !history.ancestry.includes(timeline)) {
    const isOurs = presented !== undefined && presented.first === undefined;
    if (!isOurs || !isBehindRestore(request, history.forks))
      return err({ code: 'server.went-back' });
    await deps.history.recognise(timeline);
    return takeTicket(deps, session, request);
  }
  if (!presented) return err({ code: 'device.forked' });
  const contact = { presented: { ...presented, isEarlier }, history, timeline, isEarlier };
  const judged = await deps.tickets.judge(session, contact.presented);
  if (judged === 'unknown') return err({ code: 'device.not-enrolled' });
  if (judged === 'stale') return err({ code: 'device.forked' });
  if (judged === 'ahead') {
    // Only this installation can have given it, and it does not know: its history went back (I-23).
    await deps.history.beginRecovery(timeline);
    return takeTicket(deps, session, { ...request, timeline });
  }
  return ok(contact);
}

/**
 * The ticket after the presented one: with the same place in the chain each time, for a request may run twice, or long
 * after the workstation gave it up and asked again, and each of its answers must carry a ticket that counts. It comes
 * last: a backup that knows of the answer knows all that it says.
 */
async function nextTicket(
  { tickets, ticketMac }: ExchangeDeps,
  { deviceId, inc }: ExchangeSession,
  { presented, history: { timeline } }: Contact,
): Promise<string> {
  const contacts = await tickets.roll({ deviceId, inc }, presented);
  const numbers = { count: presented.count + 1, contacts };
  return formatTicket({
    ...numbers,
    mac: ticketMac(ticketText({ timeline, deviceId, inc }, numbers)),
  });
}

/**
 * Everything that the workstation has seen of its history was given before this server was told of a restore: that one
 * put back a backup which did not know of the history. A server that is outdated itself began before it (N-13).
 */
function isBehindRestore({ cursors }: SyncRequest, forks: readonly Fork[]): boolean {
  const restoredAt = Math.max(0, ...forks.map(({ resumesAt }) => resumesAt));
  const seen = Object.values(cursors);
  return seen.length > 0 && seen.every((seq) => seq < restoredAt);
}

/** Undefined for a mac that this installation did not compute. */
function readTicket(
  { ticketMac }: ExchangeDeps,
  owner: TicketOwner,
  text: string,
): Omit<PresentedTicket, 'isEarlier'> | undefined {
  const ticket = parseTicket(text);
  if (!ticket) return { count: 0, contacts: 0, first: text };
  const { mac, ...numbers } = ticket;
  return mac === ticketMac(ticketText(owner, numbers)) ? numbers : undefined;
}

/** Nothing is taken in before the workstation knows that what was answered may have to be sent again (§13.2). */
async function askAgain(
  deps: ExchangeDeps,
  session: ExchangeSession,
  contact: Contact,
): Promise<SyncReply> {
  const { timeline, ancestry } = contact.history;
  return {
    results: [],
    pages: [],
    repairs: [],
    scopes: [],
    heads: {},
    notices: [],
    leases: [],
    recovery: { lastN: await deps.history.lastN(session, contact.timeline) },
    ticket: await nextTicket(deps, session, contact),
    timeline,
    ancestry,
    serverTime: deps.nowMs(),
  };
}

type Pulled = Pick<SyncReply, 'pages' | 'repairs' | 'scopes' | 'heads' | 'notices'>;

/** What the person may see beyond their cursors, by the server's own state at this moment (I-13). */
async function pull(
  { feed, nowMs }: ExchangeDeps,
  { officeId, user }: ExchangeSession,
  request: SyncRequest & { readonly forks: readonly Fork[] },
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
    const fork = after > 0 ? firstBehind(after, request.forks) : undefined;
    if (!fork && after > state.head) return err({ code: 'server.went-back' });
    heads[scope] = state.head;
    const buckets = request.rescan?.[scope];
    if (buckets) {
      const repair = await readRepair(feed, { officeId, scope, buckets, maxBytes: bytes });
      bytes -= sizeOfAll(repair.entries);
      repairs.push(repair);
      continue;
    }
    if (request.loads && after === 0 && state.head > 0) {
      if (bytes <= 0) continue;
      const progress = request.loads[scope];
      const load = { officeId, scope, progress, nowMs: nowMs(), maxBytes: bytes };
      const page = await readLoadPage(feed, load);
      bytes -= sizeOfAll(page.entries);
      pages.push({ ...page, digest: page.next === state.head ? state.digest : null });
      continue;
    }
    const isAsked = !fork && !needsRescan(request, scope, state);
    if ((isAsked && state.head <= after) || ((isAsked || fork) && bytes <= 0)) continue;
    const page = isAsked && (await readPage(feed, { officeId, scope, after, maxBytes: bytes }));
    if (page) {
      heads[scope] = page.head;
      bytes -= sizeOfAll(page.entries);
      pages.push(page);
    } else {
      const { head: seq, marks } = await feed.readMarks(officeId, scope);
      const witnesses = fork ? { witnessAfter: fork.forkHead } : {};
      const notice = { kind: 'rescan', scope, seq, sums: bucketSums(marks), ...witnesses } as const;
      bytes -= sizeOf(notice);
      notices.push(notice);
    }
  }
  return ok({ pages, repairs, scopes, heads, notices });
}

/**
 * The first restore that a cursor has not been compared after. One that stands before the cut may have rows of the lost
 * history too: those of a page that was not stored whole (I-7).
 */
const firstBehind = (cursor: number, forks: readonly Fork[]): Fork | undefined =>
  forks
    .filter(({ resumesAt }) => cursor < resumesAt)
    .toSorted((a, b) => a.resumesAt - b.resumesAt)[0];

/** A scope in which nothing ever happened. */
const NOTHING: ReadScope = { head: 0, digest: EMPTY_DIGEST, forgottenTo: 0 };

/**
 * Both sides stand at the same sequence and hold different records, which is a defect, healed and never hidden (I-7); or
 * the client has been away for longer than removals are kept (M-18).
 */
function needsRescan(request: SyncRequest, scope: Scope, state: ReadScope): boolean {
  const after = request.cursors[scope] ?? 0;
  if (missesRemovals(after, state)) return true;
  const held = request.digests[scope];
  if (held?.seq !== state.head) return false;
  return held.digest.sum !== state.digest.sum || held.digest.count !== state.digest.count;
}
