import { invariant } from '../kernel/assert';
import { sameJson } from '../kernel/canonical-json';
import {
  projectRecord,
  serverStateFrom,
  serverStateOf,
  type HeldRecord,
  type ProjectionBatch,
  type ServerState,
} from './project';
import { EMPTY_DIGEST, shiftDigest, type Digest, type FeedEntry, type Scope } from './record';

/** How far a projection holds a scope, with the digest of what it holds. */
export interface ScopeCursor {
  readonly seq: number;
  readonly digest: Digest;
}

/**
 * A local database as the projection needs it. Every write is durable when its promise resolves.
 *
 * Adapters: RxDB (`renderer/data/projection-store.ts`) and, for the simulator, a database that forgets what was not
 * flushed (`test/simulation`).
 */
export interface ProjectionStore {
  readonly readRows: (
    references: readonly RowReference[],
  ) => Promise<ReadonlyMap<string, HeldRecord>>;
  readonly writeRows: (rows: readonly HeldRecord[]) => Promise<void>;
  readonly removeRows: (references: readonly RowReference[]) => Promise<void>;
  readonly readCursor: (scope: Scope) => Promise<ScopeCursor | undefined>;
  readonly writeCursor: (scope: Scope, cursor: ScopeCursor) => Promise<void>;
  /**
   * Digest of the rows of a scope that the server has confirmed, read from the rows themselves. Without it a digest that
   * a cut batch has put out of step stays so until the server finds the difference and has the scope read anew.
   */
  readonly sumRows?: (scope: Scope) => Promise<Digest>;
  /** Removes every row and the cursor of a scope. */
  readonly purgeScope: (scope: Scope) => Promise<void>;
}

export interface RowReference {
  readonly type: HeldRecord['type'];
  readonly id: string;
  readonly scope: Scope;
}

/**
 * Stores a batch: purges, then records, read back, then the cursor (I-4, I-14). Cut anywhere, it can be stored again
 * with the same result. Throws what the store throws; the caller reports the batch as not stored.
 */
export async function storeBatch(
  store: ProjectionStore,
  batch: ProjectionBatch,
): Promise<{ readonly scope: Scope; readonly cursor: ScopeCursor } | undefined> {
  for (const scope of batch.purge) await store.purgeScope(scope);

  const work = gather(batch);
  const held = await store.readRows(work.map(({ reference }) => reference));
  const scope = batch.page?.page.scope;
  const before = scope === undefined ? undefined : await store.readCursor(scope);
  const writes: HeldRecord[] = [];
  const removals: RowReference[] = [];
  let digest = before?.digest ?? EMPTY_DIGEST;
  for (const item of work) {
    const row = held.get(item.reference.id);
    const counted = countedMark(row, before?.seq ?? 0, item.entry !== undefined);
    const server = nextServerState(row, item, counted);
    const next = projectRecord(item.reference, server, item.operations);
    if (next) writes.push(next);
    else if (row) removals.push(item.reference);
    if (item.entry) digest = shiftDigest(digest, counted || undefined, server?.mark);
  }
  await store.writeRows(writes);
  await store.removeRows(removals);
  await readBack(store, writes);

  if (scope === undefined || !batch.page) return undefined;
  const told = batch.page.page.digest;
  // A record of a batch that was cut may have moved to a later page before it was counted: the rows tell.
  if (told !== null && !sameJson(told, digest)) digest = (await store.sumRows?.(scope)) ?? digest;
  const cursor: ScopeCursor = { seq: batch.page.page.next, digest };
  await store.writeCursor(scope, cursor);
  return { scope, cursor };
}

interface WorkItem {
  readonly reference: RowReference;
  readonly entry: { readonly entry: FeedEntry; readonly mark: string } | undefined;
  readonly operations: ProjectionBatch['overlays'][number]['operations'];
}

/** One item a record: its feed entry, if the page has one, and the local work upon it. */
function gather({ page, overlays }: ProjectionBatch): readonly WorkItem[] {
  const overlaysById = new Map(overlays.map((overlay) => [overlay.id, overlay]));
  const items: WorkItem[] = [];
  page?.page.entries.forEach((entry, index) => {
    const reference = { type: entry.type, id: entry.id, scope: page.page.scope };
    const operations = overlaysById.get(entry.id)?.operations ?? [];
    overlaysById.delete(entry.id);
    items.push({ reference, entry: { entry, mark: page.marks[index] ?? '' }, operations });
  });
  for (const { type, id, scope, operations } of overlaysById.values()) {
    items.push({ reference: { type, id, scope }, entry: undefined, operations });
  }
  return items;
}

/** The share of a row that the stored digest counts; a row written beyond the cursor still knows the older share. */
function countedMark(row: HeldRecord | undefined, cursor: number, isInPage: boolean): string {
  if (!row || row.rev === 0) return row?.counted ?? '';
  return isInPage && row.seq > cursor ? row.counted : row.mark;
}

function nextServerState(
  row: HeldRecord | undefined,
  item: WorkItem,
  counted: string,
): ServerState | undefined {
  if (!item.entry) return row && serverStateOf(row);
  return serverStateFrom(item.entry.entry, item.entry.mark, counted);
}

/** A row counts as stored only once it was read again (I-4). */
async function readBack(store: ProjectionStore, writes: readonly HeldRecord[]): Promise<void> {
  const found = await store.readRows(writes);
  for (const row of writes) {
    const stored = found.get(row.id);
    invariant(
      stored !== undefined && stored.hash === row.hash && stored.rev === row.rev,
      'a stored record reads back as another one',
    );
  }
}
