import { getRxStorageMemory } from 'rxdb/plugins/storage-memory';
import { afterEach, expect, test } from 'vitest';
import type { HeldRecord, ProjectionBatch } from '@shared/sync/project';
import {
  digestMark,
  digestOf as sumOf,
  EMPTY_DIGEST,
  officeScope,
  shiftDigest,
  type FeedEntry,
} from '@shared/sync/record';
import { storeBatch } from '@shared/sync/store-batch';
import { createDatabase, type LocalDatabase } from '../../../src/renderer/data/database';
import { openCursors } from '../../../src/renderer/data/projection';
import { createProjectionStore } from '../../../src/renderer/data/projection-store';
import { createIncomingRepository } from '../../../src/renderer/data/repositories/incoming-repository';
import { firstValueFrom, filter } from 'rxjs';
import { fakeSha256 } from '../../support/fake-bridge';
import { incomingContent, sampleIds } from '../../support/office-sample';
import { aScopeCipher } from '../../support/scope-cipher';
import { aCreateOperation } from './operation-builder';

const scope = officeScope(sampleIds.office);
const pause = () => Promise.resolve();
const open: LocalDatabase[] = [];
let names = 0;

async function aDatabase(name = `projection${(names += 1)}`): Promise<LocalDatabase> {
  const database = await createDatabase({ name, storage: getRxStorageMemory() as never });
  open.push(database);
  return database;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((database) => database.close()));
});

const entry = (n: number, seq: number, over: Partial<FeedEntry> = {}): FeedEntry => ({
  seq,
  kind: 'put',
  type: 'incomingDocument',
  id: sampleIds.document(n),
  rev: 1,
  hash: `hash-${n}-${over.rev ?? 1}`,
  tx: seq,
  content: incomingContent(n),
  ...over,
});

const markOf = ({ id, rev, hash }: FeedEntry) => digestMark(id, rev, hash, fakeSha256);

function pageBatch(
  batchId: number,
  entries: readonly FeedEntry[],
  over: Partial<ProjectionBatch> = {},
): ProjectionBatch {
  const next = entries.at(-1)?.seq ?? 0;
  return {
    batchId,
    purge: [],
    page: { page: { scope, entries, next, head: next, digest: null }, marks: entries.map(markOf) },
    overlays: [],
    ...over,
  };
}

const digestOf = (entries: readonly FeedEntry[]) =>
  entries.reduce((digest, one) => shiftDigest(digest, undefined, markOf(one)), EMPTY_DIGEST);

test('I-4: a page stores its records, then its cursor with the digest of what is held', async () => {
  const database = await aDatabase();
  const entries = Array.from({ length: 450 }, (_, i) => entry(i + 1, i + 1));

  const stored = await storeBatch(
    createProjectionStore(database, pause, aScopeCipher()),
    pageBatch(1, entries),
  );

  expect(stored.cursor).toEqual({ scope, seq: 450, digest: digestOf(entries) });
  expect(await openCursors(database, pause)).toEqual({
    [scope]: { seq: 450, digest: digestOf(entries) },
  });
  expect(await database.documents.count().exec()).toBe(450);
});

test('I-4: a page whose records could not be written leaves the cursor where it was', async () => {
  const database = await aDatabase();
  const store = createProjectionStore(database, pause, aScopeCipher());
  await storeBatch(store, pageBatch(1, [entry(1, 1)]));
  const failing = { ...store, writeRows: () => Promise.reject(new Error('no space left')) };

  await expect(storeBatch(failing, pageBatch(2, [entry(2, 2)]))).rejects.toThrow('no space left');

  expect((await store.readCursor(scope))?.seq).toBe(1);
});

test('I-4: a page that was cut before its cursor is stored again with the same digest', async () => {
  const database = await aDatabase();
  const store = createProjectionStore(database, pause, aScopeCipher());
  await storeBatch(store, pageBatch(1, [entry(1, 1), entry(2, 2), entry(3, 3)]));
  const second = [
    entry(2, 4, { rev: 2 }),
    entry(3, 5, { kind: 'leave', rev: 2, hash: '', content: null }),
    entry(4, 6),
  ];
  const cut = { ...store, writeCursor: () => Promise.reject(new Error('killed')) };
  await expect(storeBatch(cut, pageBatch(2, second))).rejects.toThrow('killed');

  const stored = await storeBatch(
    createProjectionStore(database, pause, aScopeCipher()),
    pageBatch(2, second),
  );

  const held = [entry(1, 1), entry(2, 4, { rev: 2 }), entry(4, 6)];
  expect(stored.cursor).toEqual({ scope, seq: 6, digest: digestOf(held) });
  expect(await openCursors(database, pause)).toEqual({
    [scope]: { seq: 6, digest: digestOf(held) },
  });
});

test('I-4: rows are replaced although nothing was read before, and a row that stood there alike', async () => {
  const database = await aDatabase();
  await storeBatch(
    createProjectionStore(database, pause, aScopeCipher()),
    pageBatch(1, [entry(1, 1), entry(2, 2)]),
  );
  const rowOf = (one: FeedEntry) => ({
    ...one,
    scope,
    mark: markOf(one),
    counted: '',
    dirty: false,
    view: one.content ?? {},
    srv: null,
  });
  const unread = createProjectionStore(database, pause, aScopeCipher());

  await unread.writeRows([entry(2, 3, { rev: 2 }), entry(3, 4)].map(rowOf));

  const held = [entry(1, 1), entry(2, 3, { rev: 2 }), entry(3, 4)];
  expect(sumOf(await unread.readMarks(scope))).toEqual(digestOf(held));
});

test('I-7: a digest that a cut batch put out of step is told by the rows themselves', async () => {
  const database = await aDatabase();
  const store = createProjectionStore(database, pause, aScopeCipher());
  await storeBatch(store, pageBatch(1, [entry(1, 1), entry(2, 2)]));
  const cut = { ...store, writeCursor: () => Promise.reject(new Error('killed')) };
  await expect(storeBatch(cut, pageBatch(2, [entry(2, 3, { rev: 2 })]))).rejects.toThrow('killed');
  const held = [entry(1, 1), entry(2, 5, { rev: 3 }), entry(3, 4)];

  // The record has moved on: the page after the cursor no longer holds its second revision.
  const moved = [entry(3, 4), entry(2, 5, { rev: 3 })];
  const told = pageBatch(3, moved);
  const stored = await storeBatch(store, {
    ...told,
    page: told.page && { ...told.page, page: { ...told.page.page, digest: digestOf(held) } },
  });

  expect(stored.cursor).toEqual({ scope, seq: 5, digest: digestOf(held) });
  expect(sumOf(await store.readMarks(scope))).toEqual(digestOf(held));
});

test('sync §13.2: rows behind a place are told by place, with what the server confirmed of them', async () => {
  const database = await aDatabase();
  const store = createProjectionStore(database, pause, aScopeCipher());
  const entries = Array.from({ length: 450 }, (_, i) => entry(450 - i, i + 1));
  await storeBatch(store, pageBatch(1, entries));
  const witness = (after: number) =>
    storeBatch(store, { ...pageBatch(2, []), page: null, witness: { scope, after } });

  const first = (await witness(100)).witnesses;
  const last = (await witness(300)).witnesses;

  expect(first.map(({ seq }) => seq)).toEqual(Array.from({ length: 200 }, (_, i) => i + 101));
  expect(last.map(({ seq }) => seq)).toEqual(Array.from({ length: 150 }, (_, i) => i + 301));
  expect(first[0]).toEqual({
    type: 'incomingDocument',
    id: sampleIds.document(350),
    rev: 1,
    seq: 101,
    hash: 'hash-350-1',
    content: incomingContent(350),
  });
});

test('I-7: the marks of a scope are those of all its rows, many of them at one place of two histories', async () => {
  const database = await aDatabase();
  const store = createProjectionStore(database, pause, aScopeCipher());
  const rows = Array.from({ length: 623 }, (_, i): HeldRecord => ({
    type: 'incomingDocument',
    id: sampleIds.document(i + 1),
    scope,
    rev: 1,
    seq: i < 620 ? 5 : 9,
    hash: 'h',
    mark: 'ab',
    counted: 'ab',
    dirty: false,
    view: incomingContent(i + 1),
    srv: null,
  }));
  await store.writeRows(rows);

  const marks = await store.readMarks(scope);

  expect(marks.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
});

test('I-4: rows are found where they were written, and by their ids where another place was told', async () => {
  const database = await aDatabase();
  const store = createProjectionStore(database, pause, aScopeCipher());
  const entries = Array.from({ length: 120 }, (_, i) => entry(i + 1, i + 1));
  await storeBatch(store, pageBatch(1, entries));
  const asked = (seqOf: (seq: number) => number) =>
    entries.slice(20, 80).map(({ type, id, seq }) => ({ type, id, scope, seq: seqOf(seq) }));
  const ids = asked((seq) => seq).map(({ id }) => id);

  for (const seqOf of [(seq: number) => seq, (seq: number) => seq + 30, () => 1e6]) {
    const found = await store.readRows(asked(seqOf));
    expect([...found.keys()].toSorted()).toEqual(ids);
  }
});

test('a record that leaves keeps no content in the local database', async () => {
  const database = await aDatabase();
  const store = createProjectionStore(database, pause, aScopeCipher());
  await storeBatch(store, pageBatch(1, [entry(1, 1)]));

  await storeBatch(
    store,
    pageBatch(2, [entry(1, 2, { kind: 'leave', rev: 2, hash: '', content: null })]),
  );

  const [left] = await database.documents.storageInstance.findDocumentsById(
    [sampleIds.document(1)],
    true,
  );
  expect(left).toMatchObject({ _deleted: true, view: {}, srv: null, duplicateKey: '' });
  expect((await store.readCursor(scope))?.digest).toEqual(EMPTY_DIGEST);
});

test('I-14: a purged scope leaves neither records nor cursor', async () => {
  const database = await aDatabase();
  const store = createProjectionStore(database, pause, aScopeCipher());
  await storeBatch(
    store,
    pageBatch(
      1,
      Array.from({ length: 300 }, (_, i) => entry(i + 1, i + 1)),
    ),
  );

  await storeBatch(store, { batchId: 2, purge: [scope], page: null, overlays: [] });

  expect(await database.documents.count().exec()).toBe(0);
  expect(await openCursors(database, pause)).toEqual({});
});

test('F-8, I-14: a purge tells the files that its rows named, once each', async () => {
  const database = await aDatabase();
  const store = createProjectionStore(database, pause, aScopeCipher());
  const content = { ...incomingContent(1), files: [{ sha256: 'a'.repeat(64) }] };
  await storeBatch(store, pageBatch(1, [entry(1, 1, { content }), entry(2, 2, { content })]));

  const purge = { batchId: 2, purge: [scope], page: null, overlays: [] };
  expect((await storeBatch(store, purge)).dropped).toEqual(['a'.repeat(64)]);
});

test('I-14: a purge that was cut off is finished at the next start', async () => {
  const database = await aDatabase();
  let pauses = 0;
  const cut = () => ((pauses += 1) > 1 ? Promise.reject(new Error('killed')) : Promise.resolve());
  await storeBatch(
    createProjectionStore(database, pause, aScopeCipher()),
    pageBatch(
      1,
      Array.from({ length: 500 }, (_, i) => entry(i + 1, i + 1)),
    ),
  );
  await expect(
    createProjectionStore(database, cut, aScopeCipher()).purgeScope(scope),
  ).rejects.toThrow('killed');

  expect(await openCursors(database, pause)).toEqual({});

  expect(await database.documents.count().exec()).toBe(0);
});

test('a scope that lost rows is emptied at start, so that main sends it again from the beginning', async () => {
  const database = await aDatabase();
  await storeBatch(
    createProjectionStore(database, pause, aScopeCipher()),
    pageBatch(1, [entry(1, 1), entry(2, 2)]),
  );
  await database.documents.findOne(sampleIds.document(1)).remove();

  expect(await openCursors(database, pause)).toEqual({});

  expect(await database.documents.count().exec()).toBe(0);
});

test('local work shows at once, and stays on top when the server sends the record', async () => {
  const database = await aDatabase();
  const store = createProjectionStore(database, pause, aScopeCipher());
  const operation = aCreateOperation(sampleIds.document(7));
  const overlay = { type: 'incomingDocument' as const, id: sampleIds.document(7), scope };
  const incoming = createIncomingRepository(database, pause, aScopeCipher());

  await storeBatch(store, {
    batchId: 1,
    purge: [],
    page: null,
    overlays: [{ ...overlay, operations: [{ operation, confirmedRev: null }] }],
  });
  const saved = await firstValueFrom(incoming.watchOne(sampleIds.document(7)));
  await storeBatch(store, {
    ...pageBatch(2, [entry(7, 1)]),
    overlays: [{ ...overlay, operations: [{ operation, confirmedRev: 1 }] }],
  });
  const received = await firstValueFrom(
    incoming.watchOne(sampleIds.document(7)).pipe(filter((detail) => detail?.isReceived === true)),
  );

  expect(saved).toMatchObject({ isReceived: false, isWaiting: true, rev: 0 });
  expect(received).toMatchObject({ isReceived: true, rev: 1 });
});
