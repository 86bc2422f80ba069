import { sameJson, sizeOf } from '../kernel/canonical-json';
import type { Clock } from '../kernel/clock';
import type { Sha256 } from '../kernel/bytes';
import { err, ok, type Result } from '../kernel/result';
import type { Notice, SyncReply, SyncRequest } from '../protocol/sync-message';
import { limits, PROTOCOL_VERSION } from '../protocol/version';
import type { JournalRecord } from './journal-record';
import type { JournalState } from './journal-state';
import type { Operation } from './operation';
import {
  contentHash,
  digestMark,
  EMPTY_DIGEST,
  type FeedEntry,
  type Page,
  type Repair,
  type Scope,
  type ScopeCursor,
} from './record';
import { offersOf, type Witness, type WitnessOffer } from './witness';

/** The journal as the engine needs it; see `main/features/journal/journal.ts`. */
export interface EngineJournal {
  readonly state: JournalState;
  readonly append: (build: () => readonly JournalRecord[]) => Promise<Result<void>>;
  /** Own operations of an incarnation behind a number, in order, as far as they are kept (§13.2). */
  readonly kept: (from: {
    readonly inc: number;
    readonly after: number;
  }) => Promise<readonly Operation[]>;
}

/** The local database behind a window that may be closed, reloading or busy. */
export interface EngineProjection {
  /**
   * Cursors as read back from the database; undefined while no window answers: pulling pauses then (§2.1). The map is
   * the same object for as long as one window holds one database.
   */
  readonly cursors: () => ReadonlyMap<Scope, ScopeCursor> | undefined;
  /** Stores a page and what local work lies on it; answers after the cursor was read back (I-4). */
  readonly storePage: (page: Page, marks: readonly string[]) => Promise<Result<void>>;
  readonly purge: (scopes: readonly Scope[]) => Promise<Result<void>>;
  /** Buckets of a scope whose sums differ from the server's (§6.5). */
  readonly compare: (scope: Scope, sums: readonly string[]) => Promise<Result<readonly number[]>>;
  /** Stores buckets as the server holds them; then the cursor stands at `seq`, unless others are to come. */
  readonly storeRepair: (
    repair: Repair,
    marks: readonly string[],
    seq: number | null,
  ) => Promise<Result<void>>;
  /**
   * Rows of a scope that the server confirmed at a place behind `after`, in the order of their places, at most
   * `WITNESSES_AT_ONCE` (§13.2).
   */
  readonly readWitnesses: (scope: Scope, after: number) => Promise<Result<readonly Witness[]>>;
  /** Operations of these records got their final outcome: their rows are computed again. */
  readonly settle: (operations: readonly Operation[]) => void;
  /**
   * Every scope stands where the server stood when it was asked: a record that no row shows, with work confirmed by then,
   * was deleted or is out of sight, even if the removal itself is no longer told (§6.6).
   */
  readonly caughtUp: () => void;
  /** An exchange asks: local work that the window could not store is offered again, once, so that nobody spins. */
  readonly asked: () => void;
}

export interface EngineDeps {
  readonly journal: EngineJournal;
  readonly transport: (request: SyncRequest) => Promise<Result<SyncReply>>;
  /** Hands rows that a restored server may have lost over to it; answers when they are stored there. */
  readonly offerWitnesses: (offer: WitnessOffer) => Promise<Result<unknown>>;
  readonly projection: EngineProjection;
  readonly clock: Clock;
  readonly sha256: Sha256;
  /** Journals the registers that an answer grants, before anything else of it is taken (§9.4). */
  readonly takeLeases?: (leases: SyncReply['leases']) => Promise<Result<void>>;
  /** Told of every scope that had to be compared: a defect, or a machine that was away for very long (I-7). */
  readonly healing?: (scope: Scope) => void;
}

type Cursors = ReadonlyMap<Scope, ScopeCursor>;
type Incarnation = { readonly dev: string; readonly inc: number };

/** An exchange that is under way, and the database it was asked for. */
interface Asked {
  readonly request: SyncRequest;
  readonly cursors: Cursors | undefined;
  readonly answer: Promise<{ readonly reply: Result<SyncReply>; readonly elapsedMs: number }>;
}

interface Rescan {
  readonly cursors: Cursors;
  readonly seq: number;
  readonly buckets: readonly number[];
}

export interface RoundDone {
  /** More operations or pages are waiting: go on at once. */
  readonly more: boolean;
  readonly serverTime: number;
  readonly heads: Readonly<Record<Scope, number>>;
  /** Every scope stood at the server's head with the server's digest (§6.5). */
  readonly matched: boolean;
}

/** Bytes of operations in one request (§6.1); one larger operation goes alone. */
const OPERATION_BYTES = 64 * 1024;
const FIRST_PAGE_BYTES = 64 * 1024;
/** Longest transfer of one page, §6.2. */
const PAGE_TARGET_MS = 3000;

/**
 * The workstation's half of the protocol. `round` sends what is pending, takes the outcomes, stores the pages: in this
 * order, each step durable before the next, so that a kill between any two costs nothing but repetition (§6.1, I-4).
 */
export function createEngine(deps: EngineDeps) {
  const { journal, projection, clock } = deps;
  let pageBytes = FIRST_PAGE_BYTES;
  /** Scopes that are being compared, of the database that is open: buckets still to be had, and the cursor then. */
  const rescans = new Map<Scope, Rescan>();
  /** The next exchange, when it was begun while pages of the last one were being stored. */
  let ahead: Asked | undefined;
  /** What the journal begins with, where a restored server expects what is past keeping. */
  let lost: SyncRequest['lost'];

  async function round(): Promise<Result<RoundDone>> {
    const incarnation = journal.state.incarnation();
    if (!incarnation) return err({ code: 'device.not-enrolled' });
    const { request, cursors, answer } = ahead ?? ask(incarnation, projection.cursors());
    ahead = undefined;
    const { reply, elapsedMs } = await answer;
    if (!reply.ok) {
      pageBytes = Math.max(limits.pageBytesMin, Math.floor(pageBytes / 2));
      return reply;
    }
    adaptPage(elapsedMs);
    if (request.dev !== incarnation.dev || request.inc !== incarnation.inc)
      return err({ code: 'projection.not-ready' });
    return takeReply(request, reply.value, cursors);
  }

  /** Sends what is pending and asks for pages behind the cursors, or behind `coming`, which are about to be stored. */
  function ask(
    incarnation: Incarnation,
    cursors: Cursors | undefined,
    coming: readonly Page[] = [],
  ): Asked {
    projection.asked();
    const request = buildRequest(incarnation, cursors, coming);
    const startedAt = clock.monotonicMs();
    const answer = deps
      .transport(request)
      .then((reply) => ({ reply, elapsedMs: clock.monotonicMs() - startedAt }));
    // Heard when its round comes; a window that closes before that must not leave it unheard.
    answer.catch(() => undefined);
    return { request, cursors, answer };
  }

  function buildRequest(
    incarnation: Incarnation,
    cursors: Cursors | undefined,
    coming: readonly Page[],
  ): SyncRequest {
    const contact = journal.state.contact();
    const expected = new Map<Scope, Partial<ScopeCursor>>(cursors);
    for (const { scope, next: seq, load } of coming)
      expected.set(scope, { seq, ...(load ? { load } : {}) });
    const held = [...expected];
    const ops = firstOperations(journal.state.pending(), incarnation.inc);
    return {
      proto: PROTOCOL_VERSION,
      dev: incarnation.dev as SyncRequest['dev'],
      inc: incarnation.inc,
      ticket: contact?.ticket ?? '',
      timeline: contact?.timeline ?? null,
      ops,
      ...(lost && lost.n === ops[0]?.n ? { lost } : {}),
      cursors: Object.fromEntries(held.map(([scope, { seq = 0 }]) => [scope, seq])),
      digests: Object.fromEntries(
        held.flatMap(([scope, { seq = 0, digest }]) => (digest ? [[scope, { seq, digest }]] : [])),
      ),
      loads: Object.fromEntries(held.flatMap(([scope, { load }]) => (load ? [[scope, load]] : []))),
      want: cursors ? pageBytes : 0,
      ...rescanOf(cursors),
    };
  }

  /** What was compared with another database, or is asked for no longer, is forgotten. */
  function rescanOf(cursors: Cursors | undefined): Pick<SyncRequest, 'rescan'> {
    for (const [scope, one] of rescans) if (one.cursors !== cursors) rescans.delete(scope);
    if (rescans.size === 0) return {};
    const open = [...rescans].map(([scope, { buckets }]) => [scope, [...buckets]] as const);
    return { rescan: Object.fromEntries(open) };
  }

  async function takeReply(
    request: SyncRequest,
    reply: SyncReply,
    cursors: Cursors | undefined,
  ): Promise<Result<RoundDone>> {
    if (!goesOn(reply)) return err({ code: 'server.went-back' });
    if (reply.recovery) return sendAgain(request.inc, reply, reply.recovery.lastN);
    const granted = (await deps.takeLeases?.(reply.leases)) ?? ok(undefined);
    if (!granted.ok) return granted;
    const outcomes = await takeOutcomes(request, reply);
    if (!outcomes.ok) return outcomes;
    if (cursors && projection.cursors() === cursors) {
      const purged = await purgeScopes(reply, cursors);
      if (!purged.ok) return purged;
      const healed = await healScopes(reply, cursors);
      if (!healed.ok) return healed;
    }
    const isTaken = reply.pages.every(({ scope }) => follows(request, scope, cursors));
    if (isTaken && isLoading(reply) && projection.cursors() === cursors)
      ahead = ask(request, cursors, reply.pages);
    for (const page of reply.pages) {
      // Another window or another person's database may be open by now: the page does not follow its cursor.
      if (projection.cursors() !== cursors) return err({ code: 'projection.not-ready' });
      // It was asked for behind a page that could not be stored, or whose scope has gone.
      if (!follows(request, page.scope, cursors)) continue;
      const stored = await takePage(page);
      // The cursor stands where it stood: the page is asked for again (I-4).
      if (!stored.ok) return stored;
    }
    const matched = cursors !== undefined && isMatched(reply, cursors);
    if (matched) projection.caughtUp();
    return ok({
      more: hasMore(reply),
      serverTime: reply.serverTime,
      heads: reply.heads,
      matched,
    });
  }

  /** Pages follow upon pages and nothing else is open: the line need not wait for the disk (§6.2). */
  function isLoading(reply: SyncReply): boolean {
    const { pages, scopes } = reply;
    const entitled = new Set(scopes);
    const areOpen = pages.some(({ next, head, load }) => load || next < head);
    return (
      areOpen &&
      !isHealing(reply) &&
      journal.state.pendingCount() === 0 &&
      pages.every(({ scope }) => entitled.has(scope))
    );
  }

  /** The cursor of the scope stands where the request said (I-4). */
  function follows(request: SyncRequest, scope: Scope, cursors: Cursors | undefined): boolean {
    const cursor = cursors?.get(scope);
    return (
      (cursor?.seq ?? 0) === (request.cursors[scope] ?? 0) &&
      sameJson(cursor?.load ?? null, request.loads?.[scope] ?? null)
    );
  }

  /** The server's history is the one this workstation knows, or goes on from it (N-13). */
  function goesOn({ timeline, ancestry }: SyncReply): boolean {
    const known = journal.state.contact()?.timeline ?? timeline;
    return known === timeline || ancestry.includes(known);
  }

  /**
   * The server was restored from a backup: what it does not have of this workstation waits again, as it was (§13.2). The
   * contact comes last, so that a kill before it only makes the server say the same again.
   */
  async function sendAgain(inc: number, reply: SyncReply, lastN: number) {
    const operations = await journal.kept({ inc, after: lastN });
    // In one flush: between them a decision of the lost history would still count (§20).
    const said = operations.map((op) => journal.append(() => [{ t: 'reoffered', op }]));
    said.push(keepContact(reply));
    for (const kept of await Promise.all(said)) if (!kept.ok) return kept;
    // It waits again: its author sees it from this moment, wherever its row has gone (I-24).
    projection.settle(operations);
    return ok({ more: true, serverTime: reply.serverTime, heads: reply.heads, matched: false });
  }

  /** The ticket and what it came with are durable together: it proves to a restored server that they were given. */
  const keepContact = (
    { ticket, timeline, serverTime, recovery }: SyncReply,
    outcomes: readonly JournalRecord[] = [],
  ): Promise<Result<void>> =>
    journal.append(() => {
      const [wall, n, lost] = [clock.nowMs(), journal.state.lastN(), recovery?.lastN];
      return [...outcomes, { t: 'contact', ticket, timeline, serverTime, wall, n, lost }];
    });

  async function takeOutcomes(request: SyncRequest, reply: SyncReply): Promise<Result<void>> {
    const records: JournalRecord[] = [];
    const settled: Operation[] = [];
    for (const result of reply.results) {
      const operation = request.ops.find((sent) => sent.n === result.n);
      if (!operation) return err({ code: 'server.invalid-answer' });
      if (result.answer === 'expect' && result.expected < operation.n)
        return missing(operation, result.expected, request, reply);
      if (result.answer !== 'final') break;
      records.push({ t: 'outcome', inc: request.inc, n: result.n, outcome: result.outcome });
      settled.push(operation);
    }
    const kept = await keepContact(reply, records);
    if (kept.ok && settled.length > 0) projection.settle(settled);
    return kept;
  }

  /**
   * The server lacks an operation that comes before ours. One that is still in the journal was answered once: the server
   * went back. One that is not may be past keeping, which a restored server is told once; else it was lost here, with a
   * part of the journal, and the chain cannot go on (§4.2, §13.2, §13.3).
   */
  async function missing(
    { inc, n, prev }: Operation,
    expected: number,
    request: SyncRequest,
    { ancestry }: SyncReply,
  ): Promise<Result<void>> {
    const [next] = await journal.kept({ inc, after: expected - 1 });
    if (next?.n === expected) return err({ code: 'server.went-back' });
    if (ancestry.length === 0 || request.lost) return err({ code: 'device.forked' });
    lost = { n, hash: prev };
    return ok(undefined);
  }

  /** What access was withdrawn from goes before anything else is stored (I-14). */
  async function purgeScopes(reply: SyncReply, cursors: Cursors): Promise<Result<void>> {
    const entitled = new Set(reply.scopes);
    const gone = [...cursors.keys()].filter((scope) => !entitled.has(scope));
    for (const scope of gone) rescans.delete(scope);
    return gone.length === 0 ? ok(undefined) : projection.purge(gone);
  }

  /** A scope that differs is compared bucket by bucket, and what differs is taken from the server again (§6.5). */
  async function healScopes(reply: SyncReply, cursors: Cursors): Promise<Result<void>> {
    for (const repair of reply.repairs) {
      const rescan = rescans.get(repair.scope);
      if (!rescan) continue;
      const buckets = rescan.buckets.filter((bucket) => !repair.buckets.includes(bucket));
      const repaired = await takeRepair(repair, buckets.length === 0 ? rescan.seq : null);
      if (!repaired.ok) return repaired;
      if (buckets.length === 0) rescans.delete(repair.scope);
      else rescans.set(repair.scope, { ...rescan, buckets });
    }
    for (const notice of reply.notices) {
      if (notice.kind !== 'rescan') continue;
      const { scope, seq } = notice;
      const witnessed = await offerWitnesses(notice);
      if (!witnessed.ok) return witnessed;
      deps.healing?.(scope);
      const differing = await projection.compare(scope, notice.sums);
      if (!differing.ok) return differing;
      if (differing.value.length > 0) {
        rescans.set(scope, { cursors, seq, buckets: differing.value });
        continue;
      }
      const moved = await takeRepair({ scope, buckets: [], entries: [] }, seq);
      if (!moved.ok) return moved;
    }
    return ok(undefined);
  }

  /** What only this workstation may still know is on the server before the scope is read anew (§13.2 step 3). */
  async function offerWitnesses({
    scope,
    witnessAfter: forkHead,
  }: Extract<Notice, { kind: 'rescan' }>): Promise<Result<void>> {
    for (let after: number | undefined = forkHead; after !== undefined;) {
      const rows = await projection.readWitnesses(scope, after);
      if (!rows.ok) return rows;
      for (const witnesses of offersOf(rows.value)) {
        const offered = await deps.offerWitnesses({ scope, witnesses });
        if (!offered.ok) return offered;
      }
      after = rows.value.at(-1)?.seq;
    }
    return ok(undefined);
  }

  async function takeRepair(repair: Repair, seq: number | null): Promise<Result<void>> {
    const marks = marksOf(repair.entries);
    return marks.ok ? projection.storeRepair(repair, marks.value, seq) : marks;
  }

  async function takePage(page: Page): Promise<Result<void>> {
    const marks = marksOf(page.entries);
    return marks.ok ? projection.storePage(page, marks.value) : marks;
  }

  /** The shares of entries in the digest, once their contents are what their hashes say. */
  function marksOf(entries: readonly FeedEntry[]): Result<readonly string[]> {
    const marks: string[] = [];
    for (const { kind, id, rev, hash, content } of entries) {
      const isWhole =
        content === null ? kind !== 'put' : contentHash(content, deps.sha256) === hash;
      if (!isWhole) return err({ code: 'server.invalid-answer' });
      marks.push(kind === 'put' ? digestMark(id, rev, hash, deps.sha256) : '');
    }
    return ok(marks);
  }

  function hasMore(reply: SyncReply): boolean {
    const now = projection.cursors();
    const isPageOpen =
      now !== undefined &&
      reply.scopes.some((scope) => (now.get(scope)?.seq ?? 0) < (reply.heads[scope] ?? 0));
    const waits = reply.results.some((result) => result.answer === 'wait');
    return !waits && (isPageOpen || journal.state.pendingCount() > 0 || isHealing(reply));
  }

  /** What is being compared, or was just repaired, is the same only once the next answer says so (§6.5). */
  const isHealing = ({ notices, repairs }: SyncReply): boolean =>
    rescans.size > 0 || notices.length + repairs.length > 0;

  /** Compared after the pages are stored: same place, same digest. */
  function isMatched(reply: SyncReply, cursors: Cursors): boolean {
    const now = projection.cursors();
    // Of another window or another person's database this answer says nothing.
    if (now !== cursors || isHealing(reply)) return false;
    return reply.scopes.every((scope) => {
      // A scope in which nothing ever happened has no page and no cursor.
      const { seq, digest } = now.get(scope) ?? { seq: 0, digest: EMPTY_DIGEST };
      const page = reply.pages.find((candidate) => candidate.scope === scope);
      return seq === reply.heads[scope] && (!page || page.digest?.sum === digest.sum);
    });
  }

  function adaptPage(elapsedMs: number): void {
    pageBytes =
      elapsedMs > PAGE_TARGET_MS
        ? Math.max(limits.pageBytesMin, Math.floor(pageBytes / 2))
        : Math.min(limits.pageBytesMax, Math.floor(pageBytes * 1.5));
  }

  return { round };
}

export type Engine = ReturnType<typeof createEngine>;

/** The oldest pending operations of the incarnation, by count and bytes; at least one. */
function firstOperations(pending: readonly Operation[], inc: number): readonly Operation[] {
  const chosen: Operation[] = [];
  let bytes = 0;
  for (const operation of pending) {
    if (operation.inc !== inc) continue;
    bytes += sizeOf(operation);
    if (
      chosen.length > 0 &&
      (bytes > OPERATION_BYTES || chosen.length >= limits.operationsPerRequest)
    )
      break;
    chosen.push(operation);
  }
  return chosen;
}
