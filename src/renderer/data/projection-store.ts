import type { RxCollection } from 'rxdb/plugins/core';
import { invariant } from '@shared/kernel/assert';
import { sameJson } from '@shared/kernel/canonical-json';
import type { FileHash } from '@shared/kernel/ids';
import type { HeldRecord } from '@shared/sync/project';
import { EMPTY_DIGEST, type Scope, type ScopeCursor } from '@shared/sync/record';
import {
  confirmedFiles,
  type ProjectionStore,
  type RowMark,
  type RowReference,
} from '@shared/sync/store-batch';
import type { HeldRow } from './collections/held-row';
import type { CursorRow } from './collections/meta';
import {
  collectionOf,
  columnsOf,
  heldCollection,
  heldCollections,
  type HeldCollectionName,
  type LocalDatabase,
} from './database';
import { CHUNK_ROWS, queryRows, readRows, writeRows, type StoredRow } from './raw-store';
import type { ScopeCipher } from './scope-cipher';
import { openRow, openRows, rowFrom, typeOf } from './sealed-row';

/** `ProjectionStore` on RxDB: small chunks, and a pause between two so that typing never stutters. */
export function createProjectionStore(
  database: LocalDatabase,
  pause: () => Promise<void>,
  cipher: ScopeCipher,
): ProjectionStore {
  /** What was read last: the rows that a write replaces. The projection is the only writer. */
  let read: ReadonlyMap<string, StoredRow<HeldRow>> = new Map();
  /** Rows that have gone may lie there: of an earlier start, or of this page. */
  let mayBeGone = true;

  /** Cursors as they were read last; each write of one reads it back. */
  const cursors = new Map<Scope, StoredRow<CursorRow>>();

  const findCursor = async (scope: Scope): Promise<StoredRow<CursorRow> | undefined> => {
    const row = cursors.get(scope) ?? (await readRows(database.meta, [scope])).get(scope);
    if (row) cursors.set(scope, row);
    return row;
  };
  const readCursor = async (scope: Scope): Promise<ScopeCursor | undefined> => {
    const row = await findCursor(scope);
    return row && !row.purging ? cursorFrom(row) : undefined;
  };

  return {
    readCursor,

    async readRows(references) {
      const chunks = await inTurn(chunksOf(references), pause, ({ name, items }) =>
        findRows(heldCollection(database, name), items),
      );
      const found = new Map(chunks.flatMap((rows) => [...rows]));
      read = found;
      const records = await Promise.all(
        references.map(async (reference) => {
          const row = found.get(reference.id);
          const opened = row && (await openRow<HeldRow>(row, cipher));
          const seq = opened?.type === 'gone' ? (await readCursor(reference.scope))?.seq : 0;
          return opened && recordFrom(opened, reference, seq ?? 0);
        }),
      );
      return new Map(records.flatMap((record) => (record ? [[record.id, record] as const] : [])));
    },

    async writeRows(records) {
      await inTurn(chunksOf(records), pause, async ({ name, items }) => {
        const rows = await Promise.all(items.map((record) => rowFrom(name, record, cipher)));
        const writes = rows.map((row) => ({ row, previous: read.get(row.id) }));
        await writeRows(heldCollection(database, name), writes);
      });
    },

    async removeRows(references) {
      mayBeGone ||= references.length > 0;
      for (const { name, items } of chunksOf(references)) {
        const collection = heldCollection(database, name);
        const rows = await readRows(
          collection,
          items.map(({ id }) => id),
        );
        const seq = (await readCursor(items[0]?.scope ?? ''))?.seq ?? 0;
        const writes = items.flatMap(({ id, scope }) => {
          const previous = rows.get(id);
          // In another scope by now: it stays there.
          if (!previous || previous.type === 'gone' || previous.scope !== scope) return [];
          return [{ row: goneRow(name, previous, seq), previous }];
        });
        await writeRows(collection, writes);
        await pause();
      }
    },

    async writeCursor(scope, cursor) {
      const previous = await findCursor(scope);
      const { seq, digest, load = null } = cursor;
      cursors.delete(scope);
      await writeRows(database.meta, [
        { row: { scope, seq, digest, load, purging: false }, previous },
      ]);
      const stored = (await readRows(database.meta, [scope])).get(scope);
      invariant(
        stored?.seq === seq && sameJson([stored.digest, stored.load], [digest, load]),
        'a cursor reads back as another',
      );
      cursors.set(scope, stored);
      if (!mayBeGone) return;
      await sweepGone(database, pause);
      mayBeGone = false;
    },

    readMarks: (scope) => readMarks(database, scope, pause),
    readBehind: (scope, after, limit) =>
      readBehind({ database, cipher, pause }, { scope, after, limit }),
    purgeScope: (scope) => {
      cipher.drop(scope);
      cursors.delete(scope);
      return purgeScope(database, scope, pause);
    },
  };
}

const BY_PLACE = [{ dirty: 'asc' }, { scope: 'asc' }, { seq: 'asc' }, { id: 'asc' }] as const;

/** Rows of a scope by place, a chunk at a time. Several stand at one: drafts at 0, and rows of a history that was lost (§13). */
async function* byPlace(
  collection: RxCollection<HeldRow>,
  { after = -1, ...of }: { readonly dirty: 0 | 1; readonly scope: Scope; readonly after?: number },
): AsyncGenerator<readonly StoredRow<HeldRow>[]> {
  const read = (selector: object) =>
    queryRows(collection, {
      selector: { ...of, ...selector },
      sort: [...BY_PLACE],
      limit: CHUNK_ROWS,
    });
  for (let place = after; ;) {
    let rows = await read({ seq: { $gt: place } });
    yield rows;
    if (rows.length < CHUNK_ROWS) return;
    place = rows.at(-1)?.seq ?? place;
    while (rows.length > 0) {
      rows = await read({ seq: place, id: { $gt: rows.at(-1)?.id ?? '' } });
      yield rows;
    }
  }
}

/**
 * Rows by their ids. Those of a page lie side by side by their places, and one request for all of them costs half of
 * what one a row does; what is not found there is asked for by its id.
 */
async function findRows(
  collection: RxCollection<HeldRow>,
  items: readonly RowReference[],
): Promise<ReadonlyMap<string, StoredRow<HeldRow>>> {
  const ids = new Set(items.map(({ id }) => id));
  const found = new Map<string, StoredRow<HeldRow>>();
  const places = items.flatMap(({ seq = 0 }) => (seq > 0 ? [seq] : []));
  if (places.length > MANY_ROWS) {
    const side = await queryRows(collection, {
      selector: {
        dirty: 0,
        scope: items[0]?.scope ?? '',
        seq: { $gte: Math.min(...places), $lte: Math.max(...places) },
      },
      sort: [...BY_PLACE],
      limit: items.length,
    });
    for (const row of side) if (ids.delete(row.id)) found.set(row.id, row);
  }
  if (ids.size > 0)
    for (const [id, row] of await readRows(collection, [...ids])) found.set(id, row);
  return found;
}

/** From as many on it pays to look at their places. */
const MANY_ROWS = 50;

/** A cursor without what the database keeps beside it. */
export const cursorFrom = ({ seq, digest, load }: CursorRow): ScopeCursor =>
  load ? { seq, digest, load } : { seq, digest };

/**
 * Removes a scope with all its content (I-14). RxDB keeps removed rows, so their content is emptied in the same write.
 * The cursor is marked first and goes last: a purge that was cut off is finished at the next start.
 *
 * @returns files that the rows named; of sealed rows main knows them (`scope-keys.ts`)
 */
export async function purgeScope(
  database: LocalDatabase,
  scope: Scope,
  pause: () => Promise<void>,
): Promise<readonly FileHash[]> {
  const cursor = (await readRows(database.meta, [scope])).get(scope);
  const ending = { scope, seq: 0, digest: EMPTY_DIGEST, load: null, purging: true };
  await writeRows(database.meta, [{ row: ending, previous: cursor }]);
  const files = new Set<FileHash>();
  for (const name of heldCollections) {
    for (const dirty of [0, 1] as const) {
      const selector = { dirty, scope };
      await removeWhere(heldCollection(database, name), name, { selector, pause, files });
    }
  }
  const previous = (await readRows(database.meta, [scope])).get(scope);
  await writeRows(database.meta, [{ row: ending, previous, deleted: true }]);
  return [...files];
}

/** Shares of the confirmed rows of a scope, read in chunks in the order of the index. */
async function readMarks(
  database: LocalDatabase,
  scope: Scope,
  pause: () => Promise<void>,
): Promise<readonly RowMark[]> {
  const marks: RowMark[] = [];
  for (const name of heldCollections) {
    for (const dirty of [0, 1] as const) {
      for await (const rows of byPlace(heldCollection(database, name), { dirty, scope })) {
        for (const row of rows) {
          const { id, rev, mark } = row;
          const type = typeOf(row);
          if (rev > 0 && type !== 'gone') marks.push({ type, id, mark });
        }
        await pause();
      }
    }
  }
  return marks;
}

interface Reading {
  readonly database: LocalDatabase;
  readonly cipher: ScopeCipher;
  readonly pause: () => Promise<void>;
}

async function readBehind(
  { database, cipher, pause }: Reading,
  wanted: { readonly scope: Scope; readonly after: number; readonly limit: number },
): Promise<readonly HeldRecord[]> {
  const found: HeldRecord[] = [];
  for (const name of heldCollections) {
    for (const dirty of [0, 1] as const) {
      const { scope, after, limit } = wanted;
      const enough = found.length + limit;
      for await (const rows of byPlace(heldCollection(database, name), { dirty, scope, after })) {
        const behind = rows.filter(({ type, rev }) => type !== 'gone' && rev > 0);
        for (const row of await openRows<HeldRow>(behind, cipher)) {
          const type = typeOf(row);
          const record = type !== 'gone' && recordFrom(row, { ...row, type }, 0);
          if (record) found.push(record);
        }
        await pause();
        if (found.length >= enough) break;
      }
    }
  }
  return found.toSorted((a, b) => a.seq - b.seq).slice(0, wanted.limit);
}

interface Removing {
  readonly selector: { readonly dirty: 0 | 1; readonly scope: Scope };
  readonly pause: () => Promise<void>;
  /** Gets what the rows named. */
  readonly files: Set<FileHash>;
}

async function removeWhere(
  collection: RxCollection<HeldRow>,
  name: HeldCollectionName,
  { selector, pause, files }: Removing,
): Promise<void> {
  for (;;) {
    const rows = await queryRows(collection, {
      selector,
      sort: [...BY_PLACE],
      limit: CHUNK_ROWS,
    });
    if (rows.length === 0) return;
    for (const file of rows.flatMap(confirmedFiles)) files.add(file);
    await writeRows(
      collection,
      rows.map((previous) => ({ row: goneRow(name, previous, 0), previous, deleted: true })),
    );
    await pause();
  }
}

/** What left is removed for good once the cursor has passed it. */
async function sweepGone(database: LocalDatabase, pause: () => Promise<void>): Promise<void> {
  for (const name of heldCollections) {
    const collection = heldCollection(database, name);
    const rows = await queryRows(collection, { selector: { type: 'gone' } });
    for (let at = 0; at < rows.length; at += CHUNK_ROWS) {
      const chunk = rows.slice(at, at + CHUNK_ROWS);
      await writeRows(
        collection,
        chunk.map((previous) => ({ row: goneRow(name, previous, 0), previous, deleted: true })),
      );
      await pause();
    }
  }
}

/** An emptied row that still knows which share of it the digest at `cursor` counts. */
function goneRow(name: HeldCollectionName, row: HeldRow, cursor: number): HeldRow {
  const { id, scope } = row;
  const counted = row.rev === 0 || row.seq > cursor ? row.counted : row.mark;
  const empty = {
    rev: 0,
    hash: '',
    mark: '',
    dirty: 0,
    view: {},
    srv: null,
    sealed: null,
  } as const;
  return { id, scope, type: 'gone', seq: cursor, counted, ...empty, ...columnsOf(name, {}) };
}

/** A row as the pure core knows it; what is gone counts until the cursor has moved. */
function recordFrom(row: HeldRow, reference: RowReference, cursor: number): HeldRecord | undefined {
  const { id, scope, rev, seq, hash, mark, counted, view, srv, dirty } = row;
  const type = typeOf(row);
  if (type === 'gone' && (scope !== reference.scope || seq !== cursor)) return undefined;
  const shared = { id, scope, rev, seq, hash, mark, counted, view, srv, dirty: dirty === 1 };
  return { ...shared, type: type === 'gone' ? reference.type : type };
}

/** Starts the next chunk while the disk works on the last; a refusal is heard at the end. */
async function inTurn<Chunk, Done>(
  chunks: readonly Chunk[],
  pause: () => Promise<void>,
  start: (chunk: Chunk) => Promise<Done>,
): Promise<readonly Done[]> {
  const running: Promise<Done>[] = [];
  for (const chunk of chunks) {
    const work = start(chunk);
    work.catch(() => undefined);
    running.push(work);
    await pause();
  }
  return Promise.all(running);
}

function chunksOf<Item extends { readonly type: HeldRecord['type'] }>(
  items: readonly Item[],
): readonly { readonly name: HeldCollectionName; readonly items: readonly Item[] }[] {
  return heldCollections.flatMap((name) => {
    const own = items.filter(({ type }) => collectionOf(type) === name);
    const chunks = Math.ceil(own.length / CHUNK_ROWS);
    return Array.from({ length: chunks }, (_, i) => ({
      name,
      items: own.slice(i * CHUNK_ROWS, (i + 1) * CHUNK_ROWS),
    }));
  });
}
