import {
  getDefaultRevision,
  getDefaultRxDocumentMeta,
  normalizeMangoQuery,
  prepareQuery,
  type MangoQuery,
  type RxCollection,
  type RxDocumentData,
} from 'rxdb/plugins/core';

/** Small enough that typing never stutters (§2.2). */
export const CHUNK_ROWS = 200;

/**
 * Reads and writes below RxDB's document cache: what is read here is what the storage holds, one write replaces a row
 * whether it was there or not, and live queries still hear of it.
 */
export type StoredRow<Row> = RxDocumentData<Row>;

export interface RowWrite<Row> {
  readonly row: Row;
  /** The row as read before; undefined for one that is expected to be new. */
  readonly previous: StoredRow<Row> | undefined;
  readonly deleted?: boolean;
}

export async function readRows<Row>(
  collection: RxCollection<Row>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, StoredRow<Row>>> {
  const rows = await collection.storageInstance.findDocumentsById([...ids], false);
  const key = collection.schema.primaryPath as keyof StoredRow<Row>;
  return new Map(rows.map((row) => [String(row[key]), row]));
}

/**
 * Replaces rows. One that stands there against what was expected costs a second write, so that a first load need not read
 * before it writes. Throws when any row was refused; the caller stores the whole batch again.
 */
export async function writeRows<Row>(
  collection: RxCollection<Row>,
  writes: readonly RowWrite<Row>[],
): Promise<void> {
  const standing = await tryWrite(collection, writes);
  const left = await tryWrite(collection, standing);
  if (left.length > 0) throw new Error(`the local database refused ${left.length} rows`);
}

const CONFLICT = 409;

/** The writes that met another row than was expected, with that row. */
async function tryWrite<Row>(
  collection: RxCollection<Row>,
  writes: readonly RowWrite<Row>[],
): Promise<readonly RowWrite<Row>[]> {
  if (writes.length === 0) return [];
  const rows = writes.map(({ row, previous, deleted = false }) => ({
    ...(previous === undefined ? {} : { previous }),
    document: {
      ...row,
      _deleted: deleted,
      _attachments: {},
      _meta: getDefaultRxDocumentMeta(),
      _rev: getDefaultRevision(),
    } as StoredRow<Row>,
  }));
  const { error } = await collection.storageInstance.bulkWrite(rows, 'projection');
  if (error.length === 0) return [];
  const key = collection.schema.primaryPath as unknown as keyof Row;
  const writesById = new Map(writes.map((write) => [String(write.row[key]), write]));
  return error.map((refused) => {
    const write = writesById.get(refused.documentId);
    if (refused.status !== CONFLICT || !write)
      throw new Error(`the local database refused ${error.length} rows (status ${refused.status})`);
    return { ...write, previous: refused.documentInDb };
  });
}

/** Rows of a query straight from the storage: nothing of the answer stays in the query cache. */
export async function queryRows<Row>(
  collection: RxCollection<Row>,
  query: MangoQuery<Row>,
): Promise<readonly StoredRow<Row>[]> {
  const { documents } = await collection.storageInstance.query(prepare(collection, query));
  return documents;
}

/** Number of rows of a query that an index answers alone. */
export async function countRows<Row>(
  collection: RxCollection<Row>,
  query: MangoQuery<Row>,
): Promise<number> {
  const { count } = await collection.storageInstance.count(prepare(collection, query));
  return count;
}

/** RxDB keeps removed rows; whoever asks below its collections says that they do not count. */
function prepare<Row>(collection: RxCollection<Row>, query: MangoQuery<Row>) {
  const { schema } = collection.storageInstance;
  const asked = {
    ...query,
    selector: { ...query.selector, _deleted: { $eq: false } },
  } as MangoQuery<Row>;
  return prepareQuery(schema, normalizeMangoQuery(schema, asked));
}
