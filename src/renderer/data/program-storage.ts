import type {
  BulkWriteRow,
  PreparedQuery,
  RxDocumentData,
  RxStorageQueryResult,
} from 'rxdb/plugins/core';
import {
  DEXIE_DOCS_TABLE_NAME,
  fromDexieToStorage,
  getKeyRangeByQueryPlan,
  getRxStorageDexie,
  type RxStorageInstanceDexie,
} from 'rxdb/plugins/storage-dexie';
import type { OpenOptions } from './database';

/**
 * RxDB's storage on IndexedDB, waiting for the disk at each commit (§2.2), made quicker for a first load (B-7): rows that
 * nobody expects to stand there are added without a look, keys are asked for at once, a range of an index is read at once, and unused indexes are left
 * out. What is stored, refused and announced is the same. Written against RxDB 17.6; can go when its own does as much.
 */
export function programStorage(): OpenOptions['storage'] {
  const dexie = getRxStorageDexie({
    chromeTransactionDurability: 'strict',
    onCreate: leaveOutIndexes,
  });
  return {
    name: dexie.name,
    rxdbVersion: dexie.rxdbVersion,
    createStorageInstance: async (params) => {
      const instance = await dexie.createStorageInstance({ ...params, options: {} });
      const writeWithLook = instance.bulkWrite.bind(instance);
      const queryWithCursor = instance.query.bind(instance);
      return Object.assign(instance, {
        bulkWrite: async (...[writes, context]: Parameters<typeof writeWithLook>) =>
          (await addRows(instance, writes, context))
            ? { error: [] }
            : await writeWithLook(writes, context),
        findDocumentsById: (ids: string[], withDeleted: boolean) =>
          readByKeys(instance, ids, withDeleted),
        query: (query: PreparedQuery<never>) =>
          isRangeOfIndex(query)
            ? readRange(instance, query).catch(() => queryWithCursor(query))
            : queryWithCursor(query),
      });
    },
  };
}

/**
 * Dexie's storage adds indexes for RxDB's replication and clean-up, which we do not use, and one by id alone that no query
 * takes where a collection has indexes of its own. Each costs a tenth of a write.
 */
const leaveOutIndexes: OnCreate = (database) => {
  const declare = database.version.bind(database);
  database.version = (number) => {
    const version = declare(number);
    const keep = version.stores.bind(version);
    version.stores = ({ docs = '', ...others }) =>
      keep({ ...others, docs: usedIndexes(docs ?? '') });
    return version;
  };
};

type OnCreate = NonNullable<NonNullable<Parameters<typeof getRxStorageDexie>[0]>['onCreate']>;

/** Dexie's text of a store: primary key, then indexes. */
function usedIndexes(stores: string): string {
  const [key = '', ...indexes] = stores.split(', ');
  const own = indexes.filter(
    (index) => !index.includes('_meta.lwt') && index !== `[_deleted+${key}]`,
  );
  return own.length === 0 ? stores : [key, ...own].join(', ');
}

/** Adds rows and announces them; false when one of them stands there, and then nothing was done. */
async function addRows<Row>(
  instance: RxStorageInstanceDexie<Row>,
  writes: BulkWriteRow<Row>[],
  context: string,
): Promise<boolean> {
  const isNew = ({ previous, document }: BulkWriteRow<Row>) => !previous && !document._deleted;
  if (writes.length === 0 || !writes.every(isNew)) return false;
  const { dexieDb } = await instance.internals;
  const isAdded = await new Promise<boolean>((resolve, reject) => {
    const transaction = dexieDb
      .backendDB()
      .transaction(DEXIE_DOCS_TABLE_NAME, 'readwrite', { durability: 'strict' });
    const store = transaction.objectStore(DEXIE_DOCS_TABLE_NAME);
    transaction.addEventListener('complete', () => resolve(true));
    transaction.addEventListener('abort', () => {
      if (transaction.error?.name === 'ConstraintError') resolve(false);
      else reject(transaction.error ?? new Error('rows were not stored'));
    });
    for (const { document } of writes) store.add({ ...document, _deleted: '0' });
  });
  if (isAdded) announce(instance, writes, context);
  return isAdded;
}

function announce<Row>(
  instance: RxStorageInstanceDexie<Row>,
  writes: readonly BulkWriteRow<Row>[],
  context: string,
): void {
  const events = writes.map(({ document }) => ({
    operation: 'INSERT' as const,
    documentId: String(document[instance.primaryPath]),
    documentData: document,
    previousDocumentData: undefined,
  }));
  const last = writes.at(-1)?.document;
  if (!last) return;
  const checkpoint = { id: String(last[instance.primaryPath]), lwt: last._meta.lwt };
  instance['changes$'].next({ id: crypto.randomUUID(), events, checkpoint, context });
}

/** Rows by their keys, asked for at once in one look at the disk; those that are missing are left out. */
async function readByKeys<Row>(
  instance: RxStorageInstanceDexie<Row>,
  ids: readonly string[],
  withDeleted: boolean,
): Promise<RxDocumentData<Row>[]> {
  const { dexieDb, booleanIndexes } = await instance.internals;
  const transaction = dexieDb.backendDB().transaction(DEXIE_DOCS_TABLE_NAME);
  const store = transaction.objectStore(DEXIE_DOCS_TABLE_NAME);
  const requests = ids.map((id): IDBRequest<RxDocumentData<Row> | undefined> => store.get(id));
  await new Promise<void>((resolve, reject) => {
    transaction.addEventListener('complete', () => resolve());
    transaction.addEventListener('abort', () =>
      reject(transaction.error ?? new Error('rows were not read')),
    );
  });
  const rows = requests.flatMap(({ result }) => (result ? [result] : []));
  return rows
    .map((row) => fromDexieToStorage<Row>(booleanIndexes, row))
    .filter(({ _deleted }) => withDeleted || !_deleted);
}

/** Few rows, which an index gives alone and in the right order. */
const isRangeOfIndex = <Row>({ query, queryPlan }: PreparedQuery<Row>): boolean =>
  query.limit !== undefined &&
  query.limit <= MOST_ROWS_AT_ONCE &&
  query.skip === 0 &&
  queryPlan.selectorSatisfiedByIndex &&
  queryPlan.sortSatisfiedByIndex;

/** A page of a list; more of them would stop the screen while they are read. */
const MOST_ROWS_AT_ONCE = 500;

async function readRange<Row>(
  instance: RxStorageInstanceDexie<Row>,
  { query, queryPlan }: PreparedQuery<Row>,
): Promise<RxStorageQueryResult<Row>> {
  const { dexieDb, booleanIndexes } = await instance.internals;
  const range = getKeyRangeByQueryPlan(booleanIndexes, queryPlan);
  const store = dexieDb
    .backendDB()
    .transaction(DEXIE_DOCS_TABLE_NAME)
    .objectStore(DEXIE_DOCS_TABLE_NAME);
  const request = store.index(`[${queryPlan.index.join('+')}]`).getAll(range, query.limit);
  return new Promise((resolve, reject) => {
    request.addEventListener('error', () =>
      reject(request.error ?? new Error('rows were not read')),
    );
    request.addEventListener('success', () => {
      const rows: readonly RxDocumentData<Row>[] = request.result;
      const documents = rows.map((row) => fromDexieToStorage<Row>(booleanIndexes, row));
      resolve({ documents });
    });
  });
}
