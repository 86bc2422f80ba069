import '../../../src/renderer/app/zod-without-eval';
import { filter, firstValueFrom } from 'rxjs';
import { foldForSearch } from '@shared/kernel/vietnamese-text';
import type { LocalDatabase } from '../../../src/renderer/data/database';
import { openDatabase } from '../../../src/renderer/data/open-database';
import { programStorage } from '../../../src/renderer/data/program-storage';
import { nextTurn } from '../../../src/renderer/data/pause';
import { startProjection } from '../../../src/renderer/data/projection';
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

export interface Filled {
  readonly records: number;
  /** Each was loaded in turn, into a database of its own. */
  readonly ours: readonly Load[];
  readonly peer: readonly Load[];
  /** The same rows put into IndexedDB with the same indexes, a transaction a page: milliseconds. */
  readonly floorMs: readonly number[];
  /** Heap held, garbage swept before each look; in a load of its own. */
  readonly held: { readonly oursMb: number; readonly peerMb: number };
}

export interface Searched extends Pairs {
  /** The first search of a session, which reads the text of every document. */
  readonly warmUpMs: number;
  readonly readAllMs: number;
}

const TYPE = 'incomingDocument';
const PAGE_ROWS = 500;
/** How often each side loads everything. */
const LOADS = 3;
/** What the lists are read from afterwards: the first load of each. */
const NAME = 'bench';
const RAW = 'bench-raw';
/** The measured office has no restricted scopes: no key is ever asked for. */
const cipher = createScopeCipher(createFakeBridge({ session: signedInState('bench') }));

/** Loads the same papers by the projection's own code, by RxDB's plugin and by IndexedDB itself, each from text. */
async function fill(count: number): Promise<Filled> {
  const feed = await recordFeed([...referenceRecords(), ...incomingRecords(count)], PAGE_ROWS);
  const ours = [await loadOurs(NAME, feed, 'asItRuns')];
  const pages = await storedPages();
  const peer: Load[] = [];
  const floorMs: number[] = [];
  for (let round = 0; round < LOADS; round++) {
    floorMs.push(await loadRaw(round === 0 ? RAW : `${RAW}${round}`, pages));
    peer.push(await loadByReplication(`peer${round}`, pages, PAGE_ROWS, 'asItRuns'));
    if (round > 0) ours.push(await loadOurs(`${NAME}${round}`, feed, 'asItRuns'));
  }
  const held = {
    oursMb: (await loadOurs(`${NAME}-swept`, feed, 'swept')).heapMb,
    peerMb: (await loadByReplication('peer-swept', pages, PAGE_ROWS, 'swept')).heapMb,
  };
  return { records: count, ours, peer, floorMs, held };
}

/** Until the last page was stored, read back and acknowledged. */
async function loadOurs(name: string, feed: RecordedFeed, watch: Watch): Promise<Load> {
  const database = await open(name);
  const { bridge, finished } = replayFeed(feed);
  const unwatch = watchPage(watch);
  const startedAt = performance.now();
  const stop = startProjection({ bridge, database, pause: nextTurn });
  await finished;
  const ms = performance.now() - startedAt;
  const watched = unwatch();
  await stop();
  await (name === NAME ? database.close() : database.remove());
  return { ms, ...watched };
}

async function loadRaw(name: string, pages: readonly string[]): Promise<number> {
  const raw = await openRawStore(name);
  const startedAt = performance.now();
  for (const page of pages) await raw.putAll(JSON.parse(page));
  return performance.now() - startedAt;
}

/** The papers as they were stored, without what RxDB keeps beside a row, as text. */
async function storedPages(): Promise<readonly string[]> {
  const database = await open(NAME);
  const pages: string[] = [];
  for (let after = ''; ;) {
    const rows = await queryRows(database.documents, {
      selector: { type: TYPE, newestKey: { $gt: after } },
      sort: [{ type: 'asc' }, { newestKey: 'asc' }],
      limit: PAGE_ROWS,
    });
    if (rows.length === 0) break;
    after = rows.at(-1)?.newestKey ?? '';
    pages.push(JSON.stringify(rows.map(withoutMeta)));
  }
  await database.close();
  return pages;
}

const withoutMeta = <T extends object>(row: T): T =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !name.startsWith('_'))) as T;

async function open(name = NAME): Promise<LocalDatabase> {
  const opened = await openDatabase({ name, storage: programStorage() });
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

const bench = { fill, listNewest, search };
export type BenchPage = typeof bench;
Object.assign(window, { bench });
