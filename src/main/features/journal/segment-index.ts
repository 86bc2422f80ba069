import { UserId, type FileHash } from '@shared/kernel/ids';
import type { JournalRecord } from '@shared/sync/journal-record';
import type { JournalState } from '@shared/sync/journal-state';
import type { Operation } from '@shared/sync/operation';
import type { Outcome } from '@shared/sync/outcome';
import { UNRECEIVED } from '@shared/sync/unreceived';
import { placeKey } from '@shared/relay/envelope';
import type { Lent, PeerWork } from '@shared/relay/peer-work';

/** Operations with a final outcome rebuild a server that was restored from a backup (§13.2): kept this long. */
const KEPT_MS = 35 * 86_400_000;

interface Segment {
  readonly name: string;
  bytes: number;
  /** The server's time at its beginning; undefined before the first contact. */
  startedAt: number | undefined;
  /** Keys of the operations whose records lie here. */
  readonly operations: Set<string>;
  readonly rows: Map<string, { readonly user: string; readonly rowId: string }>;
  readonly received: Set<FileHash>;
  /** Colleagues' work and what became of it, by place. */
  readonly peers: Map<string, JournalRecord & { readonly t: 'relayed' }>;
  readonly decisions: Map<string, JournalRecord & { readonly t: 'relayDecided' }>;
  /** What bundles brought, by record. */
  readonly lent: Map<string, Lent>;
}

type Relayed = JournalRecord & { readonly t: 'relayed' | 'relayDecided' | 'lent' };

interface Settled {
  /** Place of the segment with the outcome. */
  readonly ordinal: number;
  readonly outcome: Outcome;
}

/** Says again what still matters; looked up at the moment of writing, for it may no longer matter then. */
type Carry = () => readonly JournalRecord[];

/** Segments that may go, oldest first, and what must be durable elsewhere before they go. */
export interface RetentionPlan {
  readonly remove: readonly string[];
  readonly carry: readonly Carry[];
}

/**
 * What lies in which segment of the journal, and from it which segments have served (§4.2). Only the oldest ones go, so
 * that nothing ever stands before what it speaks of. Ages are told by the server's clock alone (I-17).
 *
 * @param keptBytes of a larger journal the oldest segments go although they are young
 */
export function createSegmentIndex(state: JournalState, peers: PeerWork, keptBytes: number) {
  let segments: Segment[] = [];
  let begun = 0;
  /** Operations that may have to be carried: those with files, and those that were not simply applied. */
  const notable = new Map<string, Operation>();
  const settled = new Map<string, Settled>();
  let inc: number | undefined;

  const keyOf = (inc: number, n: number): string => `${inc}/${n}`;
  const firstOrdinal = (): number => begun - segments.length;

  function takeInto(segment: Segment, record: JournalRecord): void {
    switch (record.t) {
      case 'op':
        noteOperation(segment, record.op);
        return;
      case 'carried':
        noteOperation(segment, record.op);
        noteOutcome(keyOf(record.op.inc, record.op.n), record.outcome, record.op);
        return;
      case 'reoffered':
        noteOperation(segment, record.op);
        settled.delete(keyOf(record.op.inc, record.op.n));
        return;
      case 'outcome':
        noteOutcome(keyOf(record.inc, record.n), record.outcome);
        return;
      case 'contact':
        segment.startedAt ??= record.serverTime;
        return;
      case 'fileReceived':
        segment.received.add(record.sha256);
        return;
      case 'draftRow':
        segment.rows.set(`${record.user}/${record.rowId}`, record);
        return;
      case 'chain':
        if (inc !== undefined && inc !== record.inc)
          for (const key of notable.keys()) if (!settled.has(key)) noteOutcome(key, UNRECEIVED);
        inc = record.inc;
        return;
      case 'relayed':
        segment.peers.set(placeKey(record.envelope), record);
        return;
      case 'relayDecided':
        segment.decisions.set(placeKey(record.decision), record);
        return;
      case 'lent':
        segment.lent.set(record.target.id, record);
        return;
      case 'dismissed':
      // Every segment begins with the books as they stand: none is lost with an old one.
      case 'heldBook':
        return;
    }
  }

  function noteOperation(segment: Segment, operation: Operation): void {
    const key = keyOf(operation.inc, operation.n);
    segment.operations.add(key);
    notable.set(key, operation);
  }

  function noteOutcome(key: string, outcome: Outcome, operation = notable.get(key)): void {
    if (!settled.has(key)) settled.set(key, { ordinal: begun - 1, outcome });
    const isPlain = outcome.status === 'applied' || outcome.status === 'merged';
    if (isPlain && (operation?.files ?? []).length === 0) notable.delete(key);
  }

  /** Place of the newest segment that says something of this one's operations; undefined while one is pending. */
  function lastWord(segment: Segment, own: number): number | undefined {
    let last = own;
    for (const key of segment.operations) {
      const word = settled.get(key);
      if (!word) return undefined;
      last = Math.max(last, word.ordinal);
    }
    return last;
  }

  function hasServed(segment: Segment, own: number, isTooMuch: boolean): boolean {
    const last = lastWord(segment, own);
    if (last === undefined) return false;
    if (isTooMuch) return true;
    const writtenBefore = segments[last + 1 - firstOrdinal()]?.startedAt;
    const now = state.contact()?.serverTime;
    return writtenBefore !== undefined && now !== undefined && now - writtenBefore > KEPT_MS;
  }

  function carriesOf(gone: readonly Segment[], kept: readonly Segment[]): readonly Carry[] {
    const operations = new Set(gone.flatMap((segment) => [...segment.operations]));
    const rows = new Map(gone.flatMap((segment) => [...segment.rows]));
    const received = new Set(gone.flatMap((segment) => [...segment.received]));
    const relayed = gone.flatMap((segment) => [
      ...segment.peers.values(),
      ...segment.decisions.values(),
      ...segment.lent.values(),
    ]);
    const stay = [
      ...kept.flatMap(({ operations: keys }) => [...keys]),
      ...[...operations].filter((key) => operationAgain(key).length > 0),
    ];
    const keptFiles = new Set(stay.flatMap((key) => notable.get(key)?.files ?? []));
    return [
      ...[...operations].map((key) => () => operationAgain(key)),
      ...[...rows.values()].map((row) => () => rowAgain(row)),
      // In their order: a colleague's work and its decision, as long as the screen still needs them.
      ...relayed.map((record) => () => (isWanted(record) ? [record] : [])),
      ...[...received]
        .filter((sha256) => keptFiles.has(sha256))
        .map(
          (sha256) => () =>
            // A restored server may have lost it since: then it is sent again.
            state.unsentFiles().includes(sha256) ? [] : [{ t: 'fileReceived', sha256 } as const],
        ),
    ];
  }

  function isWanted(record: Relayed): boolean {
    if (record.t === 'lent') return peers.isLentOpen(record);
    return peers.isOpen(record.t === 'relayed' ? record.envelope : record.decision);
  }

  function operationAgain(key: string): readonly JournalRecord[] {
    const [operation, word] = [notable.get(key), settled.get(key)];
    if (!operation || !word) return [];
    const unsent = new Set(state.unsentFiles());
    const isOpen = state.attention().some((item) => item.operation.opId === operation.opId);
    const waits = (operation.files ?? []).some((file) => unsent.has(file));
    if (!isOpen && !waits) return [];
    const again: JournalRecord = { t: 'carried', op: operation, outcome: word.outcome };
    return isOpen ? [again] : [again, { t: 'dismissed', opId: operation.opId }];
  }

  function rowAgain({ user, rowId }: { user: string; rowId: string }): readonly JournalRecord[] {
    const row = state.draftRows(user).get(rowId);
    return row ? [{ t: 'draftRow', user: UserId.parse(user), rowId, row }] : [];
  }

  return {
    begin(name: string): void {
      begun += 1;
      segments.push({
        name,
        bytes: 0,
        startedAt: undefined,
        operations: new Set(),
        rows: new Map(),
        received: new Set(),
        peers: new Map(),
        decisions: new Map(),
        lent: new Map(),
      });
    },
    /** What was written at the end of the newest segment. */
    take(records: readonly JournalRecord[], bytes: number): void {
      const segment = segments.at(-1);
      if (!segment) return;
      segment.bytes += bytes;
      for (const record of records) takeInto(segment, record);
    },
    plan(): RetentionPlan {
      let bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0);
      let count = 0;
      for (const [place, segment] of segments.slice(0, -1).entries()) {
        if (!hasServed(segment, firstOrdinal() + place, bytes > keptBytes)) break;
        bytes -= segment.bytes;
        count += 1;
      }
      const gone = segments.slice(0, count);
      return {
        remove: gone.map(({ name }) => name),
        carry: carriesOf(gone, segments.slice(count)),
      };
    },
    /** These segments are no longer on the disk. */
    forget(names: readonly string[]): void {
      const gone = segments.filter(({ name }) => names.includes(name));
      segments = segments.filter(({ name }) => !names.includes(name));
      const kept = new Set(segments.flatMap(({ operations }) => [...operations]));
      for (const key of gone.flatMap(({ operations }) => [...operations])) {
        if (kept.has(key)) continue;
        notable.delete(key);
        settled.delete(key);
      }
    },
  };
}

export type SegmentIndex = ReturnType<typeof createSegmentIndex>;
