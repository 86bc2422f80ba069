import { limits } from '../protocol/version';
import type { FeedStore, ReadScope } from './intake-store';
import { sizeOf } from '../kernel/canonical-json';
import { bucketOf, type FeedEntry, type Page, type Repair, type Scope } from './record';

/** Rows read at a time; a page is cut by bytes before it is cut by rows. */
const ROWS_PER_PAGE = 1000;

export interface PageRequest {
  readonly officeId: string;
  readonly scope: Scope;
  /** Exclusive. */
  readonly after: number;
  readonly maxBytes: number;
}

/**
 * The page of a scope after a cursor, of at most `maxBytes` (at least one transaction's entries, §5.2); undefined when
 * removals after the cursor are forgotten, so that no page can tell of them (§6.6).
 */
export async function readPage(
  feed: Pick<FeedStore, 'readAfter'>,
  { officeId, scope, after, maxBytes }: PageRequest,
): Promise<Page | undefined> {
  const read = await feed.readAfter(officeId, scope, after, ROWS_PER_PAGE);
  const { head, digest, rows } = read;
  if (missesRemovals(after, read)) return undefined;
  const isLastRead = rows.length < ROWS_PER_PAGE;
  const whole = isLastRead ? rows : withoutOpenTransaction(rows);
  const entries = cutAtTransaction(whole, Math.min(maxBytes, limits.pageBytesMax));
  // Sequences of other scopes lie between the entries: once all are read the cursor stands at the head.
  const next = isLastRead && entries.length === rows.length ? head : (entries.at(-1)?.seq ?? after);
  return { scope, entries, next, head, digest: next === head ? digest : null };
}

/** Something that the cursor's holder may have was removed, and nobody can tell what; who holds nothing misses nothing. */
export function missesRemovals(
  after: number,
  { forgottenTo }: Pick<ReadScope, 'forgottenTo'>,
): boolean {
  return after > 0 && after < forgottenTo;
}

export interface RepairRequest {
  readonly officeId: string;
  readonly scope: Scope;
  readonly buckets: readonly number[];
  readonly maxBytes: number;
}

/** All that the scope holds in the first of the buckets, at least one of them, as many as fit (§6.5). */
export async function readRepair(
  feed: FeedStore,
  { officeId, scope, buckets, maxBytes }: RepairRequest,
): Promise<Repair> {
  const { marks } = await feed.readMarks(officeId, scope);
  const done: number[] = [];
  const entries: FeedEntry[] = [];
  let bytes = 0;
  for (const bucket of new Set(buckets)) {
    if (bytes >= maxBytes && done.length > 0) break;
    const ids = marks.flatMap(({ id }) => (bucketOf(id) === bucket ? [id] : []));
    const found = ids.length === 0 ? [] : await feed.readEntries(officeId, scope, ids);
    bytes += JSON.stringify(found).length;
    entries.push(...found);
    done.push(bucket);
  }
  return { scope, buckets: done, entries };
}

/** The longest prefix within the bytes that ends between two transactions; one transaction always fits. */
function cutAtTransaction(rows: readonly FeedEntry[], maxBytes: number): readonly FeedEntry[] {
  let bytes = 0;
  let end = 0;
  for (const [i, row] of rows.entries()) {
    bytes += sizeOf(row);
    if (bytes > maxBytes && end > 0) break;
    if (row.tx !== rows[i + 1]?.tx) end = i + 1;
  }
  return rows.slice(0, end);
}

/** Drops the newest transaction, whose rest may lie beyond what was read, unless it is all there is. */
function withoutOpenTransaction(rows: readonly FeedEntry[]): readonly FeedEntry[] {
  const open = rows.at(-1)?.tx;
  const closed = rows.filter((row) => row.tx !== open);
  return closed.length > 0 ? closed : rows;
}
