import type { Sha256 } from '../kernel/bytes';
import type { RecordChange } from './acts/act';
import type { IntakeTransaction, Move, RecordPut } from './intake-store';
import {
  contentHash,
  digestMark,
  EMPTY_DIGEST,
  officeScope,
  shiftDigest,
  type FeedEntry,
  type Scope,
  type ServerRecord,
} from './record';

/** A feed entry and the scope that it stands in. */
export interface PlacedEntry {
  readonly scope: Scope;
  readonly entry: FeedEntry;
}

export interface ChangesToStore {
  readonly officeId: string;
  readonly changes: readonly RecordChange[];
  /** The records as they are now, locked by this transaction. */
  readonly held: ReadonlyMap<string, ServerRecord>;
  readonly sha256: Sha256;
  /** What else the transaction writes: done before the stream's lock, which is the last one (§5.1). */
  readonly beforeStream?: () => Promise<void>;
}

/**
 * Stores records and tells their scopes: rows, then the stream's number, then feed and digests. A record that changes its
 * scope leaves the old one and comes to the new one in this one transaction (§7.2).
 */
export async function storeChanges(
  tx: IntakeTransaction,
  { officeId, changes, held, sha256, beforeStream }: ChangesToStore,
): Promise<{ readonly head: number; readonly placed: readonly PlacedEntry[] }> {
  // After a restore a witness may have brought what this operation made in the lost history (§13.2).
  const made = changes.filter(({ type, id }) => isMadeByOperation(type) && !held.has(id));
  const brought = made.length === 0 ? held : await tx.lockRecords(officeId, made);
  const puts = changes.map((change) => {
    const before = held.get(change.id) ?? brought.get(change.id);
    return putFor(officeId, change, before, sha256);
  });
  await beforeStream?.();
  const moves = puts.flatMap(movesOf);
  const shifts = [...new Set(moves.map(({ scope }) => scope))].toSorted().map((scope) => ({
    scope,
    by: puts.reduce(
      (digest, { before, after }) =>
        shiftDigest(digest, markIn(scope, before, sha256), markIn(scope, after, sha256)),
      EMPTY_DIGEST,
    ),
  }));
  const head = await tx.saveChanges(officeId, { puts, moves, shifts });
  return { head, placed: placesOf(moves, head) };
}

/** The moves at their places, of which the last is the head. */
export function placesOf(moves: readonly Move[], head: number): readonly PlacedEntry[] {
  const first = head - moves.length + 1;
  return moves.map(({ scope, entry }, index) => ({
    scope,
    entry: { ...entry, seq: first + index, tx: first },
  }));
}

/** Records whose id comes from the operation that makes them. */
const isMadeByOperation = (type: RecordChange['type']): boolean =>
  type === 'conflict' || type === 'heldWork';

function putFor(
  officeId: string,
  { type, id, content, scope, isDeleted }: RecordChange,
  before: ServerRecord | undefined,
  sha256: Sha256,
): RecordPut {
  const place = scope ?? before?.scope ?? officeScope(officeId);
  const state = { type, id, scope: place, rev: (before?.rev ?? 0) + 1, content };
  const after: ServerRecord = isDeleted ? { ...state, isDeleted } : state;
  return { before, after, hash: contentHash(content, sha256) };
}

function movesOf(put: RecordPut): readonly Move[] {
  const { before, after } = put;
  const arrival = { scope: after.scope, entry: entryFor(put, after.isDeleted ? 'delete' : 'put') };
  return before && before.scope !== after.scope
    ? [{ scope: before.scope, entry: entryFor(put, 'leave') }, arrival]
    : [arrival];
}

/** `leave` and `delete` say which record and when, and nothing of what was in it (§6.6). */
function entryFor({ after, hash }: RecordPut, kind: FeedEntry['kind']): Move['entry'] {
  const { type, id, rev, content } = after;
  const shown = kind === 'put' ? { hash, content } : { hash: '', content: null };
  return { kind, type, id, rev, ...shown };
}

const markIn = (
  scope: Scope,
  record: ServerRecord | undefined,
  sha256: Sha256,
): string | undefined =>
  record && record.scope === scope && !record.isDeleted
    ? digestMark(record.id, record.rev, contentHash(record.content, sha256), sha256)
    : undefined;
