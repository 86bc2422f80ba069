import { createRxDatabase, type RxCollection } from 'rxdb/plugins/core';
import { replicateRxCollection } from 'rxdb/plugins/replication';
import { getRxStorageDexie } from 'rxdb/plugins/storage-dexie';
import { documentSchema, type DocumentRow } from '../../../src/renderer/data/collections/documents';
import { watchPage, type PageWatch, type Watch } from './watch-page';

export interface Load extends PageWatch {
  readonly ms: number;
}

/**
 * The same rows pulled by RxDB's own replication plugin with push enabled, into RxDB's own storage with the same schema and
 * the same durability. Each pull parses its page, as it would from a network.
 */
export async function loadByReplication(
  name: string,
  pages: readonly string[],
  pageRows: number,
  watch: Watch,
): Promise<Load> {
  const database = await createRxDatabase<{ documents: RxCollection<DocumentRow> }>({
    name,
    storage: getRxStorageDexie({ chromeTransactionDurability: 'strict' }),
    multiInstance: false,
  });
  await database.addCollections({ documents: { schema: documentSchema } });
  const stop = watchPage(watch);
  const startedAt = performance.now();
  const replication = replicateRxCollection<DocumentRow, { readonly at: number }>({
    replicationIdentifier: 'bench',
    collection: database.documents,
    live: false,
    pull: {
      batchSize: pageRows,
      handler: async (checkpoint) => {
        const at = checkpoint?.at ?? 0;
        const documents = JSON.parse(pages[at] ?? '[]') as DocumentRow[];
        return {
          documents: documents.map((row) => ({ ...row, _deleted: false })),
          checkpoint: { at: at + 1 },
        };
      },
    },
    push: { batchSize: 100, handler: async () => [] },
  });
  replication.error$.subscribe((cause) => {
    throw cause;
  });
  await replication.awaitInitialReplication();
  const ms = performance.now() - startedAt;
  const watched = stop();
  const count = await database.documents.count().exec();
  await database.remove();
  const expected = pages.reduce((sum, page) => sum + (JSON.parse(page) as unknown[]).length, 0);
  if (count !== expected) throw new Error(`the peer holds ${count} of ${expected}`);
  return { ms, ...watched };
}
