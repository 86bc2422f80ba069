import { getRxStorageMemory } from 'rxdb/plugins/storage-memory';
import { firstValueFrom } from 'rxjs';
import { afterEach, expect, test } from 'vitest';
import type { ProjectionBatch } from '@shared/sync/project';
import {
  digestMark,
  dossierScope,
  EMPTY_DIGEST,
  shiftDigest,
  type FeedEntry,
} from '@shared/sync/record';
import { storeBatch } from '@shared/sync/store-batch';
import { createDatabase, type LocalDatabase } from '../../../src/renderer/data/database';
import { openCursors } from '../../../src/renderer/data/projection';
import { createProjectionStore } from '../../../src/renderer/data/projection-store';
import { queryRows } from '../../../src/renderer/data/raw-store';
import { createConflictRepository } from '../../../src/renderer/data/repositories/conflict-repository';
import { createDossierRepository } from '../../../src/renderer/data/repositories/dossier-repository';
import { createIncomingRepository } from '../../../src/renderer/data/repositories/incoming-repository';
import type { ScopeCipher } from '../../../src/renderer/data/scope-cipher';
import { fakeSha256 } from '../../support/fake-bridge';
import { incomingContent, sampleIds } from '../../support/office-sample';
import { aScopeCipher } from '../../support/scope-cipher';

const dossierId = sampleIds.document(90);
const scope = dossierScope(dossierId);
const pause = () => Promise.resolve();
const open: LocalDatabase[] = [];
let names = 0;

async function aDatabase(): Promise<LocalDatabase> {
  const database = await createDatabase({
    name: `sealed${(names += 1)}`,
    storage: getRxStorageMemory() as never,
  });
  open.push(database);
  return database;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((database) => database.close()));
});

const MARKER = 'Đơn tố cáo cán bộ địa chính';

const entry = (id: string, over: Partial<FeedEntry> = {}): FeedEntry => ({
  seq: 1,
  kind: 'put',
  type: 'incomingDocument',
  id,
  rev: 1,
  hash: `hash-${id}`,
  tx: 1,
  content: { ...incomingContent(1), subject: MARKER },
  ...over,
});

const dossier = entry(dossierId, {
  seq: 2,
  type: 'dossier',
  content: {
    organId: sampleIds.organ,
    title: MARKER,
    members: [sampleIds.clerk],
    owner: sampleIds.clerk,
    state: 'dangMo',
    openedAt: '2026-11-22T01:00:00.000Z',
  },
});
const conflict = entry(sampleIds.document(91), {
  seq: 3,
  type: 'conflict',
  content: { targetId: sampleIds.document(1), note: MARKER },
});

const markOf = ({ id, rev, hash }: FeedEntry) => digestMark(id, rev, hash, fakeSha256);

const batchOf = (entries: readonly FeedEntry[]): ProjectionBatch => {
  const next = entries.at(-1)?.seq ?? 0;
  const page = { scope, entries, next, head: next, digest: null };
  return { batchId: 1, purge: [], page: { page, marks: entries.map(markOf) }, overlays: [] };
};

async function aDossier(cipher: ScopeCipher) {
  const database = await aDatabase();
  const store = createProjectionStore(database, pause, cipher);
  const entries = [entry(sampleIds.document(1)), dossier, conflict];
  await storeBatch(store, batchOf(entries));
  return { database, store, entries };
}

const storedText = async ({ documents, reference, conflicts }: LocalDatabase): Promise<string> =>
  JSON.stringify([
    await queryRows(documents, { selector: {} }),
    await queryRows(reference, { selector: {} }),
    await queryRows(conflicts, { selector: {} }),
  ]);

test('§7.3: of a restricted scope the database holds no readable word, and no key to sort by', async () => {
  const { database } = await aDossier(aScopeCipher());

  const text = await storedText(database);

  expect(text).toContain(sampleIds.document(1));
  for (const word of ['Đơn tố cáo', 'issuerName', 'dangMo', sampleIds.clerk, sampleIds.organ])
    expect([word, text.includes(word)]).toEqual([word, false]);
});

test('I-7: sealed rows read back, count in the digest, and are found by who holds the key', async () => {
  const cipher = aScopeCipher();
  const { database, store, entries } = await aDossier(cipher);
  const digest = entries.reduce(
    (sum, one) => shiftDigest(sum, undefined, markOf(one)),
    EMPTY_DIGEST,
  );

  expect(await openCursors(database, pause)).toEqual({ [scope]: { seq: 3, digest } });
  expect((await store.readMarks(scope)).map(({ type }) => type).toSorted()).toEqual([
    'conflict',
    'dossier',
    'incomingDocument',
  ]);
  const incoming = createIncomingRepository(database, pause, cipher);
  const shown = await firstValueFrom(incoming.watchOne(sampleIds.document(1)));
  expect(shown).toMatchObject({ document: { subject: MARKER } });
  incoming.stop();
});

test('the lists of the office do not show what lies in a dossier; its own page does', async () => {
  const cipher = aScopeCipher();
  const { database } = await aDossier(cipher);
  const incoming = createIncomingRepository(database, pause, cipher);
  const dossiers = createDossierRepository(database, cipher);

  const list = await firstValueFrom(incoming.watchList({ text: '', state: null, limit: 50 }));

  expect(list.rows).toEqual([]);
  expect(await firstValueFrom(dossiers.watchDocuments(dossierId))).toMatchObject([
    { id: sampleIds.document(1), subject: MARKER },
  ]);
  expect(await firstValueFrom(dossiers.watchPlaceOf(sampleIds.document(1)))).toMatchObject({
    dossier: { dossier: { title: MARKER } },
  });
  incoming.stop();
});

test('I-14: without its key nothing of a scope is shown, and the purge needs none', async () => {
  const { database } = await aDossier(aScopeCipher());
  const cipher = aScopeCipher(new Set([scope]));
  const store = createProjectionStore(database, pause, cipher);

  expect(await firstValueFrom(createDossierRepository(database, cipher).watchAll())).toEqual([]);
  expect(await firstValueFrom(createConflictRepository(database, cipher).watchOpen())).toEqual([]);
  await storeBatch(store, { batchId: 2, purge: [scope], page: null, overlays: [] });

  expect(await openCursors(database, pause)).toEqual({});
  expect(await storedText(database)).toBe('[[],[],[]]');
});

test('§7.3: what was sealed opens only at its place, with its revision, and never twice alike', async () => {
  const cipher = aScopeCipher();
  const place = { scope, type: 'incomingDocument', id: sampleIds.document(1), rev: 4 };

  const sealed = await cipher.seal(place, MARKER);

  expect(await cipher.open(place, sealed)).toBe(MARKER);
  expect(await cipher.seal(place, MARKER)).not.toBe(sealed);
  for (const moved of [
    { ...place, rev: 3 },
    { ...place, id: sampleIds.document(2) },
    { ...place, type: 'conflict' },
  ])
    await expect(cipher.open(moved, sealed)).rejects.toThrow();
});
