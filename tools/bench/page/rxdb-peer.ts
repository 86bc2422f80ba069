import { createRxDatabase, type RxCollection } from 'rxdb/plugins/core';
import { replicateRxCollection } from 'rxdb/plugins/replication';
import { documentSchema, type DocumentRow } from '../../../src/renderer/data/collections/documents';
import { programStorage } from '../../../src/renderer/data/open-database';
import { watchPage, type PageWatch } from './watch-page';

export interface PeerLoad extends PageWatch {
  readonly ms: number;
}

/**
 * The same rows pulled by RxDB's own replication plugin with push enabled, into a database of the same storage: the
 * handler gives them from memory, so that neither side pays for a network.
 */
export async function loadByReplication(
  rows: readonly DocumentRow[],
  batchSize: number,
): Promise<PeerLoad> {
  const database = await createRxDatabase<{ documents: RxCollection<DocumentRow> }>({
    name: 'bench-peer',
    storage: programStorage(),
    multiInstance: false,
  });
  await database.addCollections({ documents: { schema: documentSchema } });
  const stop = watchPage();
  const startedAt = performance.now();
  const replication = replicateRxCollection<DocumentRow, { readonly at: number }>({
    replicationIdentifier: 'bench',
    collection: database.documents,
    live: false,
    pull: {
      batchSize,
      handler: async (checkpoint) => {
        const at = checkpoint?.at ?? 0;
        const documents = rows.slice(at, at + batchSize);
        return {
          documents: documents.map((row) => ({ ...row, _deleted: false })),
          checkpoint: { at: at + documents.length },
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
  if (count !== rows.length) throw new Error(`the peer holds ${count} of ${rows.length}`);
  return { ms, ...watched };
}
