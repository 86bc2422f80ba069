import { invariant } from '../kernel/assert';
import { sameJson } from '../kernel/canonical-json';
import type { FileHash } from '../kernel/ids';
import { filesIn } from './files-in';
import {
  projectRecord,
  serverStateFrom,
  serverStateOf,
  type HeldRecord,
  type ProjectionBatch,
  type ServerState,
} from './project';
import {
  bucketOf,
  bucketSums,
  digestOf,
  EMPTY_DIGEST,
  shiftDigest,
  type FeedEntry,
  type LentState,
  type RecordMark,
  type Scope,
  type ScopeCursor,
} from './record';
import { witnessOf, WITNESSES_AT_ONCE, type Witness } from './witness';

/**
 * A local database as the projection needs it. Every write is durable when its promise resolves.
 * Adapters: RxDB (`renderer/data/projection-store.ts`) and, for the simulator, a database that forgets what was not
 * flushed (`test/simulation`).
 */
export interface ProjectionStore {
  /** The rows of these ids, whatever their scope; a row that has gone but is still counted only in its own. */
  readonly readRows: (
    references: readonly RowReference[],
  ) => Promise<ReadonlyMap<string, HeldRecord>>;
  /** Replaces rows, whether they were read before or not. */
  readonly writeRows: (rows: readonly HeldRecord[]) => Promise<void>;
  readonly removeRows: (references: readonly RowReference[]) => Promise<void>;
  readonly readCursor: (scope: Scope) => Promise<ScopeCursor | undefined>;
  readonly writeCursor: (scope: Scope, cursor: ScopeCursor) => Promise<void>;
  /** Shares of the rows of a scope that the server has confirmed, read from the rows themselves. */
  readonly readMarks: (scope: Scope) => Promise<readonly RowMark[]>;
  /** Rows of a scope that the server confirmed at a place behind `after`, by place, at most `limit`. */
  readonly readBehind: (
    scope: Scope,
    after: number,
    limit: number,
  ) => Promise<readonly HeldRecord[]>;
  /** Removes every row and the cursor of a scope; answers the files that its rows named, see `confirmedFiles`. */
  readonly purgeScope: (scope: Scope) => Promise<readonly FileHash[]>;
}

/** A confirmed row's share in the digest of its scope. */
export interface RowMark extends RecordMark {
  readonly type: HeldRecord['type'];
}

export interface RowReference {
  readonly type: HeldRecord['type'];
  readonly id: string;
  readonly scope: Scope;
  /** Where it was written, if that is known: rows of one page are found together by their places. */
  readonly seq?: number;
}

/**
 * Stores a batch: purges, then records, read back, then the cursor (I-4, I-14). Cut anywhere, it can be stored again
 * with the same result. Throws what the store throws; the caller reports the batch as not stored.
 */
export async function storeBatch(
  store: ProjectionStore,
  batch: ProjectionBatch,
): Promise<StoredBatch> {
  const dropped = await purgeAll(store, batch.purge);
  const differing = batch.compare ? await differingBuckets(store, batch.compare) : [];
  const witnesses = batch.witness ? await readWitnesses(store, batch.witness) : [];
  const repaired = batch.repair ? await storeRepair(store, batch.repair, dropped) : null;
  const stored =
    batch.page?.page.load !== undefined
      ? await storeLoadPage(store, { ...batch, page: batch.page })
      : await storePage(store, batch, dropped);
  return { cursor: stored ?? repaired, differing, witnesses, dropped: [...dropped] };
}

/** One scope that cannot be purged now keeps no other one (I-14). */
async function purgeAll(store: ProjectionStore, scopes: readonly Scope[]): Promise<Set<FileHash>> {
  const failed: unknown[] = [];
  const files = new Set<FileHash>();
  for (const scope of scopes) {
    try {
      for (const file of await store.purgeScope(scope)) files.add(file);
    } catch (cause) {
      failed.push(cause);
    }
  }
  if (failed.length > 0) throw failed[0];
  return files;
}

const NOTHING_HELD: ScopeCursor = { seq: 0, digest: EMPTY_DIGEST };

export interface StoredBatch {
  /** The cursor that was written, if the batch had one to write. */
  readonly cursor: StoredCursor | null;
  /** Buckets that differ from what the batch was to be compared with. */
  readonly differing: readonly number[];
  /** What the batch asked for, by place. */
  readonly witnesses: readonly Witness[];
  /** Files of confirmed records that left the person's sight with this batch (M-9, I-14). */
  readonly dropped: readonly FileHash[];
}
export type StoredCursor = { readonly scope: Scope } & ScopeCursor;

async function storePage(
  store: ProjectionStore,
  batch: ProjectionBatch,
  dropped = new Set<FileHash>(),
): Promise<StoredCursor | undefined> {
  const work = gather(batch);
  const held = await store.readRows(work.map(({ reference }) => reference));
  const scope = batch.page?.page.scope;
  const before = scope === undefined ? undefined : await store.readCursor(scope);
  const writes: HeldRecord[] = [];
  const removals: RowReference[] = [];
  let digest = before?.digest ?? EMPTY_DIGEST;
  for (const given of work) {
    const row = held.get(given.reference.id);
    const hasLeft = given.entry !== undefined && given.entry.entry.kind !== 'put';
    // What left here may have come to another scope already: its row stays there, with the local work upon it.
    const item = hasLeft && row && row.scope !== scope ? { ...given, entry: undefined } : given;
    const isHere = row?.scope === scope;
    const counted =
      isHere || !item.entry ? countedMark(row, before?.seq ?? 0, item.entry !== undefined) : '';
    const server = nextServerState(row, item, counted);
    const place = item.entry
      ? item.reference
      : { ...item.reference, scope: row?.scope ?? item.reference.scope };
    const next = projectRecord(place, server, openOperations(item), openLent(item));
    if (next) writes.push(next);
    else if (row) {
      removals.push(place);
      for (const file of confirmedFiles(row)) dropped.add(file);
    }
    if (item.entry) digest = shiftDigest(digest, counted || undefined, server?.mark);
  }
  // Rows without a cursor would outlive the right to see them: what is purged is found by its cursor (I-14).
  if (scope !== undefined && !before) await store.writeCursor(scope, NOTHING_HELD);
  await store.writeRows(writes);
  await store.removeRows(removals);
  await readBack(store, writes);

  if (scope === undefined || !batch.page) return undefined;
  const told = batch.page.page.digest;
  // A record of a batch that was cut may have moved to a later page before it was counted: the rows tell.
  if (told !== null && !sameJson(told, digest)) digest = digestOf(await store.readMarks(scope));
  const cursor: ScopeCursor = { seq: batch.page.page.next, digest };
  await store.writeCursor(scope, cursor);
  return { scope, ...cursor };
}

/** What the server never confirmed is its author's alone: refused work keeps its files. */
export const confirmedFiles = ({ rev, view, srv }: Pick<HeldRecord, 'rev' | 'view' | 'srv'>) =>
  rev > 0 ? filesIn([view, srv]) : [];

/**
 * A page of a first load (§6.3): the scope was empty, so that its records are written without reading first. The digest
 * goes along with the pages, of rows that were read back; one that is not the server's is taken anew of all rows (I-7).
 */
async function storeLoadPage(
  store: ProjectionStore,
  batch: ProjectionBatch & { readonly page: NonNullable<ProjectionBatch['page']> },
): Promise<StoredCursor> {
  const { scope, load, next, digest: told } = batch.page.page;
  const work = gather(batch);
  const overlays = batch.overlays.filter(({ id }) =>
    work.some(({ entry, reference }) => !entry && reference.id === id),
  );
  if (overlays.length > 0) await storePage(store, { ...batch, page: null, overlays });
  const rows = work.flatMap(({ reference, entry, operations, lent }): readonly HeldRecord[] => {
    const server = entry && serverStateFrom(entry.entry, entry.mark, entry.mark);
    const row = server && projectRecord(reference, server, operations, lent);
    return row ? [row] : [];
  });
  const before = await store.readCursor(scope);
  if (!before) await store.writeCursor(scope, NOTHING_HELD);
  await store.writeRows(rows);
  await readBack(store, rows);
  let digest = digestOf(rows, before?.digest);
  if (!load && !sameJson(told, digest)) digest = digestOf(await store.readMarks(scope));
  const cursor: ScopeCursor = load ? { seq: 0, digest, load } : { seq: next, digest };
  await store.writeCursor(scope, cursor);
  return { scope, ...cursor };
}

const readWitnesses = async (
  store: ProjectionStore,
  { scope, after }: NonNullable<ProjectionBatch['witness']>,
): Promise<readonly Witness[]> =>
  (await store.readBehind(scope, after, WITNESSES_AT_ONCE)).flatMap((row) => witnessOf(row) ?? []);

/** The buckets of a scope whose sums are not the server's (§6.5). */
async function differingBuckets(
  store: ProjectionStore,
  { scope, sums }: NonNullable<ProjectionBatch['compare']>,
): Promise<readonly number[]> {
  const own = bucketSums(await store.readMarks(scope));
  return sums.flatMap((sum, bucket) => (own[bucket] === sum ? [] : [bucket]));
}

/** Makes some buckets what the server says they are; with the last of them the cursor moves to where it compared. */
async function storeRepair(
  store: ProjectionStore,
  { repair, marks, overlays, seq }: NonNullable<ProjectionBatch['repair']>,
  dropped: Set<FileHash>,
): Promise<StoredCursor | null> {
  const { scope, entries } = repair;
  const listed = new Set(entries.map(({ id }) => id));
  const buckets = new Set(repair.buckets);
  const gone = (await store.readMarks(scope))
    .filter(({ id }) => buckets.has(bucketOf(id)) && !listed.has(id))
    .map(({ type, id }): RowReference => ({ type, id, scope }));
  const rows = entries.flatMap((entry, index): readonly HeldRecord[] => {
    const mark = marks[index] ?? '';
    const server = serverStateFrom(entry, mark, mark);
    const { operations = [], lent } = overlays.find(({ id }) => id === entry.id) ?? {};
    const row = projectRecord({ type: entry.type, id: entry.id, scope }, server, operations, lent);
    return row ? [row] : [];
  });
  if (gone.length > 0)
    for (const row of (await store.readRows(gone)).values())
      for (const file of confirmedFiles(row)) dropped.add(file);
  await store.writeRows(rows);
  await store.removeRows(gone);
  await readBack(store, rows);
  if (seq === null) return null;
  const cursor: ScopeCursor = { seq, digest: digestOf(await store.readMarks(scope)) };
  await store.writeCursor(scope, cursor);
  return { scope, ...cursor };
}

interface WorkItem {
  readonly reference: RowReference;
  readonly entry: { readonly entry: FeedEntry; readonly mark: string } | undefined;
  readonly operations: ProjectionBatch['overlays'][number]['operations'];
  readonly lent: LentState | undefined;
}

/** One item a record: its feed entry, if the page has one, and the local work upon it. */
function gather({ page, overlays }: ProjectionBatch): readonly WorkItem[] {
  const overlaysById = new Map(overlays.map((overlay) => [overlay.id, overlay]));
  const items: WorkItem[] = [];
  page?.page.entries.forEach((entry, index) => {
    const reference = { type: entry.type, id: entry.id, scope: page.page.scope };
    const { operations = [], lent } = overlaysById.get(entry.id) ?? {};
    overlaysById.delete(entry.id);
    items.push({ reference, entry: { entry, mark: page.marks[index] ?? '' }, operations, lent });
  });
  for (const { type, id, scope, operations, lent } of overlaysById.values()) {
    items.push({ reference: { type, id, scope }, entry: undefined, operations, lent });
  }
  return items;
}

/** What the record's leaving has not overtaken: an act that it took along shows nothing here any more. */
const openOperations = ({ entry, operations }: WorkItem): WorkItem['operations'] =>
  entry && entry.entry.kind !== 'put'
    ? operations.filter(({ confirmedRev }) => (confirmedRev ?? Infinity) > entry.entry.rev)
    : operations;

/** A colleague's word for a record counts no more once the server says that it has left. */
const openLent = ({ entry, lent }: WorkItem): LentState | undefined =>
  entry && entry.entry.kind !== 'put' ? undefined : lent;

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
      stored?.scope === row.scope && stored.mark === row.mark && stored.hash === row.hash,
      'a stored record reads back as another one',
    );
  }
}
