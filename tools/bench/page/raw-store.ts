/** IndexedDB by itself, the floor under the projection: one store, the projection's indexes, no library. */
export interface RawStore {
  /** One transaction that waits for the disk, as the projection's do. */
  readonly putAll: (rows: readonly object[]) => Promise<void>;
  /** Rows in the order of the list, one cursor step each. */
  readonly listNewest: (type: string, limit: number) => Promise<readonly unknown[]>;
  /** As `listNewest`, within one state. */
  readonly listOfState: (type: string, state: string, limit: number) => Promise<readonly unknown[]>;
}

const STORE = 'documents';
/** Those of the projection's documents. */
const INDEXES = {
  work: ['dirty', 'scope', 'seq'],
  newest: ['type', 'newestKey'],
  state: ['type', 'state', 'newestKey'],
  duplicate: ['type', 'duplicateKey'],
};
/** Sorts after every digit that a sort key is made of. */
const LAST = '\uFFFF';

export async function openRawStore(name: string): Promise<RawStore> {
  const opening = indexedDB.open(name, 1);
  opening.addEventListener('upgradeneeded', () => {
    const store = opening.result.createObjectStore(STORE, { keyPath: 'id' });
    for (const [name, columns] of Object.entries(INDEXES)) store.createIndex(name, columns);
  });
  const database = await answerOf(opening);

  const walk = (index: string, begin: readonly string[], limit: number) =>
    new Promise<readonly unknown[]>((resolve, reject) => {
      const found: unknown[] = [];
      const range = IDBKeyRange.bound([...begin], [...begin, LAST]);
      const request = database.transaction(STORE).objectStore(STORE).index(index).openCursor(range);
      request.addEventListener('error', () => reject(request.error ?? new Error('not read')));
      request.addEventListener('success', () => {
        const cursor = request.result;
        if (cursor) found.push(cursor.value);
        if (cursor && found.length < limit) cursor.continue();
        else resolve(found);
      });
    });

  return {
    putAll: (rows) =>
      new Promise((resolve, reject) => {
        const transaction = database.transaction(STORE, 'readwrite', { durability: 'strict' });
        for (const row of rows) transaction.objectStore(STORE).put(row);
        transaction.addEventListener('complete', () => resolve());
        transaction.addEventListener('error', () =>
          reject(transaction.error ?? new Error('not put')),
        );
      }),
    listNewest: (type, limit) => walk('newest', [type], limit),
    listOfState: (type, state, limit) => walk('state', [type, state], limit),
  };
}

const answerOf = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error ?? new Error('not opened')));
  });
