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
  /** The row as read before; undefined for a new one. */
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

/** Throws when any row was refused; the caller stores the whole batch again. */
export async function writeRows<Row>(
  collection: RxCollection<Row>,
  writes: readonly RowWrite<Row>[],
): Promise<void> {
  if (writes.length === 0) return;
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
  const [first] = error;
  if (first)
    throw new Error(`the local database refused ${error.length} rows (status ${first.status})`);
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
