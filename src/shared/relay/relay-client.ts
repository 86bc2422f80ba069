import { ok, type Result } from '../kernel/result';
import {
  MOST_ENVELOPES,
  type Decision,
  type DeliverReply,
  type DeliverRequest,
  type DeliverResult,
  type Envelope,
  type MailboxItem,
  type RelayReply,
  type RelayRequest,
} from '../protocol/relay-message';
import type { JournalRecord } from '../sync/journal-record';
import type { JournalState } from '../sync/journal-state';
import type { Operation } from '../sync/operation';
import { arrival, leavingWork } from './leaving-work';
import { placeKey } from './envelope';
import type { PeerWork } from './peer-work';
import { OF_A_STOPPED_DEVICE } from './signed';

export interface RelayJournal {
  readonly state: JournalState;
  readonly peers: PeerWork;
  /** Builds behind the newest own operation that is journalled by then. */
  readonly append: (
    build: (head: { readonly n: number }) => readonly JournalRecord[],
  ) => Promise<Result<void>>;
}

export interface RelayClientDeps {
  readonly journal: RelayJournal;
  /** Puts an own operation into an envelope; undefined while this machine has no key for it. */
  readonly seal: (operation: Operation) => Envelope | undefined;
  /** What is inside, when somebody signed in here may read it and its author signed it. */
  readonly open: (envelope: Envelope) => Operation | undefined;
  /** Who is signed in here. */
  readonly reader: () => string | undefined;
  readonly hashOf: (operation: Operation) => string;
  readonly isDecided: (decision: Decision) => boolean;
  readonly hub: (request: RelayRequest) => Promise<Result<RelayReply>>;
  readonly province: (request: DeliverRequest) => Promise<Result<DeliverReply>>;
  /** Work upon these records came, was decided, or is no longer shown. */
  readonly touched: (operations: readonly Pick<Operation, 'target'>[]) => void;
}

export interface MetHub {
  /** More is to be handed over or to be read: go on at once. */
  readonly more: boolean;
  readonly reply: RelayReply;
}

/** A lock is gone and a hole is filled by then, or somebody else must bring what this machine was never handed. */
export const MOST_OFFERS = 5;

/** Envelopes in one request; one larger than this goes alone. */
const ENVELOPE_BYTES = 400 * 1024;

/**
 * The workstation's way around the province (§20): what it has is handed to the hub, what the hub has is journalled; at
 * the province colleagues' work goes before one's own, so that causes come before effects.
 */
export function createRelayClient(deps: RelayClientDeps) {
  const { journal } = deps;
  let mailbox: string | null = null;
  /** The province's history that the decisions read so far were judged by. */
  let timeline: string | undefined;
  let after = 0;
  /** What lies at the hub of `mailbox`. */
  const atHub = new Set<string>();
  /** The province would not have these, or its word does not count yet: they stop nobody until the line was cut again. */
  const turnedAway = new Set<string>();
  /** How often the province said "not now" to each: what was made in its sight waits with it, up to `MOST_OFFERS`. */
  const offers = new Map<string, number>();

  async function meetHub(): Promise<Result<MetHub>> {
    const { timeline: present } = journal.state.contact() ?? {};
    // Another history has begun: what it decided may lie behind `after` and was not believed yet.
    if (present !== timeline) beginAnew();
    timeline = present;
    const offered = firstFew(openWork());
    const taken = await deps.hub({ mailbox, after, envelopes: offered });
    const isFull = !taken.ok && taken.error.code === 'hub.machine-full';
    // It takes nothing more of this machine, and hands on all the same.
    const answered = isFull ? await deps.hub({ mailbox, after, envelopes: [] }) : taken;
    if (!answered.ok) return answered;
    const reply = answered.value;
    const envelopes = isFull ? [] : offered.slice(0, reply.relayed);
    if (reply.mailbox !== mailbox) {
      // Put back, begun anew or another hub: what it no longer has is handed over again.
      beginAnew();
      mailbox = reply.mailbox;
    }
    for (const envelope of envelopes) atHub.add(placeKey(envelope));
    const touched: Pick<Operation, 'target'>[] = [];
    const kept = await journal.append(({ n }) => recordsOf(reply.items, n, touched));
    if (!kept.ok) return kept;
    for (const item of reply.items)
      if (item.kind === 'envelope') atHub.add(placeKey(item.envelope));
    after = reply.next;
    if (touched.length > 0) deps.touched(touched);
    if (isFull) return taken;
    return ok({ more: openWork().length > 0 || reply.next < reply.head, reply });
  }

  function beginAnew(): void {
    atHub.clear();
    after = 0;
  }

  /** Own and others' work that no outcome is known of and that the hub was not seen to have, causes first. */
  const openWork = (): readonly Envelope[] =>
    leavingWork(journal, {
      hashOf: deps.hashOf,
      seal: deps.seal,
      isWanted: (place) => !atHub.has(placeKey(place)),
      most: MOST_ENVELOPES,
    });

  function recordsOf(
    items: readonly MailboxItem[],
    lastN: number,
    touched: Pick<Operation, 'target'>[],
  ): readonly JournalRecord[] {
    const coming = new Map<string, Operation>();
    return items.flatMap((item): readonly JournalRecord[] => {
      if (item.kind === 'envelope') {
        const { open } = deps;
        const record = arrival(journal, item.envelope, { open, lastN, reader: deps.reader() });
        if (record?.op) coming.set(placeKey(item.envelope), record.op);
        if (record?.op) touched.push(record.op);
        return record ? [record] : [];
      }
      return verdict(item.decision, coming, touched);
    });
  }

  /** A decision counts by the province's signature alone, for one's own work as for others' (M-24). */
  function verdict(
    decision: Decision,
    coming: ReadonlyMap<string, Operation>,
    touched: Pick<Operation, 'target'>[],
  ): readonly JournalRecord[] {
    if (!deps.isDecided(decision)) return [];
    // A restored province may have lost what it decided in an earlier history: that is asked for again (I-2, I-23).
    if (decision.timeline !== journal.state.contact()?.timeline) return [];
    const { inc, n, hash, outcome } = decision;
    const own = journal.state
      .pending()
      .find(
        (one) =>
          one.n === n && one.inc === inc && one.dev === decision.dev && deps.hashOf(one) === hash,
      );
    // A fenced machine hears so at its own contact, and its work waits for a person there (§13.3).
    if (own && 'code' in outcome && outcome.code === OF_A_STOPPED_DEVICE.code) return [];
    if (own) touched.push(own);
    if (own) return [{ t: 'outcome', inc, n, outcome }];
    const peer = journal.peers.find(decision) ?? coming.get(placeKey(decision));
    if (peer) touched.push(peer);
    return peer || journal.peers.has(decision) ? [{ t: 'relayDecided', decision }] : [];
  }

  const waiting = () =>
    journal.peers.waiting().filter(({ envelope }) => !turnedAway.has(placeKey(envelope)));

  /**
   * Hands colleagues' undecided work to the province before this machine speaks of what it made after it came (§20). What
   * came behind own work that waits itself was made in its sight, and follows it.
   */
  async function deliverPeers(): Promise<Result<void>> {
    const asked = new Set<string>();
    for (;;) {
      const [own] = journal.state.pending();
      const open = waiting().filter(({ envelope }) => !asked.has(placeKey(envelope)));
      const blocked = open.findIndex(({ after: place }) => own && isUpTo(own, place));
      const free = blocked < 0 ? open : open.slice(0, blocked);
      const envelopes = firstFew(free.map(({ envelope }) => envelope));
      if (envelopes.length === 0) return ok(undefined);
      const delivered = await deps.province({ envelopes });
      if (!delivered.ok) return delivered;
      for (const envelope of envelopes) asked.add(placeKey(envelope));
      const kept = await keepDecisions(delivered.value.results, envelopes);
      if (!kept.ok) return kept;
    }
  }

  async function keepDecisions(
    results: DeliverReply['results'],
    envelopes: readonly Envelope[],
  ): Promise<Result<void>> {
    const touched: Pick<Operation, 'target'>[] = [];
    const records: JournalRecord[] = [];
    for (const [at, envelope] of envelopes.entries()) {
      const result = results[at];
      const isFinal = result?.answer === 'final' && isOf(result.decision, envelope);
      const said = isFinal ? verdict(result.decision, new Map(), touched) : [];
      if (said.length === 0) notNow(envelope, result?.answer);
      records.push(...said);
    }
    const kept = await journal.append(() => records);
    if (kept.ok && touched.length > 0) deps.touched(touched);
    return kept;
  }

  /** Also what nobody here can believe, or has no key to believe, is not offered for ever (I-16). */
  function notNow(envelope: Envelope, answer: DeliverResult['answer'] | undefined): void {
    const key = placeKey(envelope);
    const times = (offers.get(key) ?? 0) + 1;
    offers.set(key, times);
    const mayComeYet = answer === 'wait' || answer === 'expect';
    if (!mayComeYet || times >= MOST_OFFERS) turnedAway.add(key);
  }

  return {
    meetHub,
    deliverPeers,
    /** May this own operation go to the province now? A colleague's that stands before it here goes first. */
    maySend: (operation: Operation): boolean => {
      const [next] = waiting();
      return !next || isUpTo(operation, next.after);
    },
    /** Own work that waits for the province and lies at the hub. */
    relayedCount: (): number =>
      journal.state
        .pending()
        .filter((one) => atHub.has(placeKey({ ...one, hash: deps.hashOf(one) }))).length,
    /** The line to the province was cut and is back: what it turned away may be wanted now. */
    tryAgain: (): void => {
      turnedAway.clear();
      offers.clear();
    },
  };
}

export type RelayClient = ReturnType<typeof createRelayClient>;

const isUpTo = (own: Operation, place: { readonly inc: number; readonly n: number }): boolean =>
  own.inc < place.inc || (own.inc === place.inc && own.n <= place.n);

const isOf = (decision: Decision, envelope: Envelope): boolean =>
  placeKey(decision) === placeKey(envelope);

/** As many as go into one request, in their order. */
export function firstFew(envelopes: readonly Envelope[]): readonly Envelope[] {
  const few: Envelope[] = [];
  let bytes = 0;
  for (const envelope of envelopes) {
    bytes += JSON.stringify(envelope).length;
    if (few.length > 0 && (bytes > ENVELOPE_BYTES || few.length >= MOST_ENVELOPES)) break;
    few.push(envelope);
  }
  return few;
}
