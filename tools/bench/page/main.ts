import '../../../src/renderer/app/zod-without-eval';
import { filter, firstValueFrom } from 'rxjs';
import { foldForSearch } from '@shared/kernel/vietnamese-text';
import { projectRecord, serverStateFrom, type ProjectionBatch } from '@shared/sync/project';
import type { LocalDatabase } from '../../../src/renderer/data/database';
import { openDatabase } from '../../../src/renderer/data/open-database';
import { programStorage } from '../../../src/renderer/data/program-storage';
import { nextTurn } from '../../../src/renderer/data/pause';
import { startProjection } from '../../../src/renderer/data/projection';
import { rowFrom } from '../../../src/renderer/data/sealed-row';
import { createScopeCipher } from '../../../src/renderer/data/scope-cipher';
import { queryRows } from '../../../src/renderer/data/raw-store';
import { readText } from '../../../src/renderer/data/read-view';
import { createIncomingRepository } from '../../../src/renderer/data/repositories/incoming-repository';
import { createFakeBridge } from '../../../test/support/fake-bridge';
import {
  incomingRecords,
  referenceRecords,
  signedInState,
} from '../../../test/support/office-sample';
import { openRawStore } from './raw-store';
import { recordFeed, replayFeed, type RecordedFeed } from './recorded-feed';
import { loadByReplication, type Load } from './rxdb-peer';
import { watchPage, type Watch } from './watch-page';

/** Milliseconds of ours and of the floor, measured in turns. */
export interface Pairs {
  readonly ours: readonly number[];
  readonly floor: readonly number[];
}

export interface Searched extends Pairs {
  /** The first search of a session, which reads the text of every document. */
  readonly warmUpMs: number;
  readonly readAllMs: number;
}

const TYPE = 'incomingDocument';
const PAGE_ROWS = 500;
/** What the lists are read from. */
const NAME = 'bench';
const RAW = 'bench-raw';
/** The measured office has no restricted scopes: no key is ever asked for. */
const cipher = createScopeCipher(createFakeBridge({ session: signedInState('bench') }));

const recordPapers = (count: number): Promise<RecordedFeed> =>
  recordFeed([...referenceRecords(), ...incomingRecords(count)], PAGE_ROWS);

/** Both databases that the lists are read from, in one profile. */
async function fill(count: number): Promise<void> {
  await loadOurs(count, 'asItRuns');
  await loadFloor(count);
}

/** By the projection's own code, until the last page was stored, read back and acknowledged. */
async function loadOurs(count: number, watch: Watch): Promise<Load> {
  const feed = await recordPapers(count);
  const database = await open();
  const { bridge, finished } = replayFeed(feed);
  const unwatch = watchPage(watch);
  const startedAt = performance.now();
  const stop = startProjection({ bridge, database, pause: nextTurn });
  await finished;
  const ms = performance.now() - startedAt;
  const watched = unwatch();
  await stop();
  await database.close();
  return { ms, ...watched };
}

/** The same rows by RxDB's own plugin. */
const loadPeer = async (count: number, watch: Watch): Promise<Load> =>
  loadByReplication('peer', await storedPages(count), PAGE_ROWS, watch);

/** The same rows put into IndexedDB with the same indexes, a transaction a page: milliseconds. */
async function loadFloor(count: number): Promise<number> {
  const pages = await storedPages(count);
  const raw = await openRawStore(RAW);
  const startedAt = performance.now();
  for (const page of pages) await raw.putAll(JSON.parse(page));
  return performance.now() - startedAt;
}

/** The papers as rows of the projection, without what RxDB keeps beside a row, as text. */
async function storedPages(count: number): Promise<readonly string[]> {
  const { batches } = await recordPapers(count);
  const rows: object[] = [];
  for (const batch of batches) {
    const { page } = JSON.parse(batch) as ProjectionBatch;
    for (const [at, entry] of (page?.page.entries ?? []).entries()) {
      const mark = page?.marks[at] ?? '';
      const place = { type: entry.type, id: entry.id, scope: page?.page.scope ?? '' };
      const record = projectRecord(place, serverStateFrom(entry, mark, mark), []);
      if (record?.type === TYPE) rows.push(await rowFrom('documents', record, cipher));
    }
  }
  const pages = Math.ceil(rows.length / PAGE_ROWS);
  return Array.from({ length: pages }, (_, n) =>
    JSON.stringify(rows.slice(n * PAGE_ROWS, (n + 1) * PAGE_ROWS)),
  );
}

async function open(): Promise<LocalDatabase> {
  const opened = await openDatabase({ name: NAME, storage: programStorage() });
  if (!opened.ok || opened.value.rebuilt) throw new Error('the projection did not open');
  return opened.value.database;
}

/**
 * The list as the page opens it: until its rows and the number of all documents are there. A limit of its own each time,
 * so that no answer comes out of a cache of queries.
 */
async function listNewest(state: 'daTrinh' | null, rounds: number): Promise<Pairs> {
  const database = await open();
  const incoming = createIncomingRepository(database, nextTurn, cipher);
  const raw = await openRawStore(RAW);
  const ours: number[] = [];
  const floor: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const limit = 50 + round;
    const oursAt = performance.now();
    const { rows } = await firstValueFrom(incoming.watchList({ text: '', state, limit }));
    ours.push(performance.now() - oursAt);
    const floorAt = performance.now();
    const plain = await (state === null
      ? raw.listNewest(TYPE, limit)
      : raw.listOfState(TYPE, state, limit));
    floor.push(performance.now() - floorAt);
    if (rows.length !== limit || plain.length !== limit) throw new Error('a list is too short');
  }
  incoming.stop();
  await database.close();
  return { ours, floor };
}

/** A word in the text of all documents, once the directory has read them; beside `includes` over the same texts. */
async function search(rounds: number): Promise<Searched> {
  const database = await open();
  const incoming = createIncomingRepository(database, nextTurn, cipher);
  const warmAt = performance.now();
  const query = { text: 'chuyển đổi số', state: null, limit: 50 };
  await firstValueFrom(
    incoming.watchList(query).pipe(filter(({ searchedSoFar }) => searchedSoFar === null)),
  );
  const warmUpMs = performance.now() - warmAt;
  const raw = await openRawStore(RAW);
  const readAt = performance.now();
  await raw.listNewest(TYPE, Infinity);
  const readAllMs = performance.now() - readAt;
  const texts = (await queryRows(database.documents, { selector: { type: TYPE } })).map(
    ({ view }) =>
      foldForSearch(
        ['codeDisplay', 'issuerName', 'subject', 'signerName']
          .map((field) => readText(view, field))
          .join(' '),
      ),
  );
  const ours: number[] = [];
  const floor: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const text = `tài chính ${round + 10}`;
    const oursAt = performance.now();
    await firstValueFrom(incoming.watchList({ text, state: null, limit: 50 }));
    ours.push(performance.now() - oursAt);
    const floorAt = performance.now();
    const words = foldForSearch(text).split(' ');
    const found = texts.filter((one) => words.every((word) => one.includes(word)));
    floor.push(performance.now() - floorAt);
    if (found.length === 0) throw new Error('nothing was found');
  }
  incoming.stop();
  await database.close();
  return { ours, floor, warmUpMs, readAllMs };
}

const bench = { fill, loadOurs, loadPeer, loadFloor, listNewest, search };
export type BenchPage = typeof bench;
Object.assign(window, { bench });
