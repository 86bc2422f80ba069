import type { Bridge } from '@shared/ipc/contract';
import type { ProjectionBatch } from '@shared/sync/project';
import type { Scope, ScopeCursor } from '@shared/sync/record';
import { storeBatch, type ProjectionStore } from '@shared/sync/store-batch';
import { ask } from './bridge';
import { heldCollection, heldCollections, type LocalDatabase } from './database';
import { nextTurn } from './pause';
import { createProjectionStore, cursorFrom, purgeScope } from './projection-store';
import { countRows, queryRows } from './raw-store';
import { createScopeCipher, type ScopeCipher } from './scope-cipher';
import { typeOf } from './sealed-row';

/**
 * Keeps the local database in step with main: takes batches, stores them, acknowledges (§4.3, I-4).
 *
 * One batch at a time. What could not be stored is acknowledged as such and comes again from main.
 *
 * @returns stops taking; a batch in hand is finished first.
 */
export function startProjection(deps: ProjectionDeps): () => Promise<void> {
  const {
    bridge,
    database,
    pause = nextTurn,
    store = createProjectionStore(database, pause, deps.cipher ?? createScopeCipher(bridge)),
  } = deps;
  const ending = new AbortController();
  let wanted = true;

  const takeAll = async (): Promise<void> => {
    if (!wanted) return;
    wanted = false;
    while (!ending.signal.aborted) {
      const taken = await ask(bridge, 'projection.take', undefined);
      if (!taken.ok || taken.value === null) return;
      // Main announces when the batch shall be tried again; asking at once would only spin.
      if (!(await storeAndAcknowledge(bridge, store, taken.value))) return;
    }
  };

  let running = openProjection(bridge, database, pause).then(takeAll, takeAll);
  const silence = bridge.on('projection.ready', () => {
    wanted = true;
    running = running.then(takeAll);
  });
  return async () => {
    ending.abort();
    silence();
    await running;
  };
}

export interface ProjectionDeps {
  readonly bridge: Bridge;
  readonly database: LocalDatabase;
  /** Lets the screen breathe between two chunks. */
  readonly pause?: () => Promise<void>;
  /** Shared with the screens, so that a purge takes their keys too. */
  readonly cipher?: ScopeCipher;
  /** Stands in for the database in tests of failing writes. */
  readonly store?: ProjectionStore;
}

async function storeAndAcknowledge(
  bridge: Bridge,
  store: ProjectionStore,
  batch: ProjectionBatch,
): Promise<boolean> {
  const { batchId } = batch;
  try {
    const stored = await storeBatch(store, batch);
    const answer = await ask(bridge, 'projection.acknowledge', {
      stored: true,
      batchId,
      ...stored,
    });
    return answer.ok;
  } catch (cause) {
    const reason = (cause instanceof Error ? cause.message : String(cause)).slice(0, 500);
    await ask(bridge, 'projection.acknowledge', { stored: false, batchId, reason });
    return false;
  }
}

/** Tells main how far the database holds, and which rows claim local work, to be compared with the journal (§4.2). */
async function openProjection(
  bridge: Bridge,
  database: LocalDatabase,
  pause: () => Promise<void>,
): Promise<void> {
  const cursors = await openCursors(database, pause);
  const dirty = [];
  for (const name of heldCollections) {
    const rows = await queryRows(heldCollection(database, name), { selector: { dirty: 1 } });
    for (const row of rows) {
      const type = typeOf(row);
      if (type !== 'gone') dirty.push({ type, id: row.id, scope: row.scope });
    }
  }
  await ask(bridge, 'projection.open', { cursors, dirty });
}

/**
 * Cursors at start, once they are found to tell the truth: a purge that was cut off is finished, and a scope that
 * holds fewer rows than its cursor claims (§14, order between databases) is emptied and read again from the start.
 */
export async function openCursors(
  database: LocalDatabase,
  pause: () => Promise<void>,
): Promise<Readonly<Record<Scope, ScopeCursor>>> {
  const cursors: Record<Scope, ScopeCursor> = {};
  for (const row of await queryRows(database.meta, { selector: {} })) {
    const { scope, digest, purging, load } = row;
    const claimed = load ? load.done : digest.count;
    if (purging || (await countConfirmed(database, scope)) < claimed) {
      await purgeScope(database, scope, pause);
    } else {
      cursors[scope] = cursorFrom(row);
    }
  }
  return cursors;
}

/** Rows of a scope that the server has confirmed, with those that an unfinished page has marked as gone. */
async function countConfirmed(database: LocalDatabase, scope: Scope): Promise<number> {
  let count = 0;
  for (const name of heldCollections) {
    const collection = heldCollection(database, name);
    count += await countRows(collection, { selector: { dirty: 0, scope } });
    const dirty = await queryRows(collection, { selector: { dirty: 1, scope } });
    count += dirty.filter(({ rev }) => rev > 0).length;
  }
  return count;
}
