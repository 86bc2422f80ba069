import '../../../src/renderer/app/zod-without-eval';
import { filter, firstValueFrom } from 'rxjs';
import type { Bridge } from '@shared/ipc/contract';
import { foldForSearch } from '@shared/kernel/vietnamese-text';
import type { LocalDatabase } from '../../../src/renderer/data/database';
import { openDatabase, programStorage } from '../../../src/renderer/data/open-database';
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
import { loadByReplication, type PeerLoad } from './rxdb-peer';
import { watchPage, type PageWatch } from './watch-page';

/** Milliseconds of ours and of the floor, measured in turns. */
export interface Pairs {
  readonly ours: readonly number[];
  readonly floor: readonly number[];
}

export interface Filled {
  readonly records: number;
  readonly watched: PageWatch;
  /** The documents among them by RxDB's replication plugin. */
  readonly peer: PeerLoad & { readonly records: number };
  /** Until the last page was stored, read back and acknowledged. */
  readonly oursMs: number;
  /** The same rows put into IndexedDB, a transaction a page. */
  readonly floorMs: number;
}

export interface Searched extends Pairs {
  /** The first search of a session, which reads the text of every document. */
  readonly warmUpMs: number;
  readonly readAllMs: number;
}

const TYPE = 'incomingDocument';
const PAGE_ROWS = 500;
/** The measured office has no restricted scopes: no key is ever asked for. */
const cipher = createScopeCipher(createFakeBridge({ session: signedInState('bench') }));

/** Fills the projection by its own code from a feed in memory, then IndexedDB itself with the rows that came of it. */
async function fill(count: number): Promise<Filled> {
  const feed = createFakeBridge({
    session: signedInState('bench'),
    pageEntries: PAGE_ROWS,
    firstLoad: true,
  });
  const records = [...referenceRecords(), ...incomingRecords(count)];
  feed.seed(records);
  const database = await open();
  const stop = watchPage();
  const startedAt = performance.now();
  await loadAll(feed, database, records.length);
  const oursMs = performance.now() - startedAt;
  const watched = stop();

  const raw = await openRawStore('bench-raw');
  let floorMs = 0;
  for (let after = ''; ;) {
    const rows = await queryRows(database.documents, {
      selector: { type: TYPE, newestKey: { $gt: after } },
      sort: [{ type: 'asc' }, { newestKey: 'asc' }],
      limit: PAGE_ROWS,
    });
    if (rows.length === 0) break;
    after = rows.at(-1)?.newestKey ?? '';
    const putAt = performance.now();
    await raw.putAll(rows);
    floorMs += performance.now() - putAt;
  }
  const stored = await queryRows(database.documents, { selector: { type: TYPE } });
  await database.close();
  const peer = await loadByReplication(stored.map(withoutMeta), PAGE_ROWS);
  return {
    records: records.length,
    oursMs,
    floorMs,
    watched,
    peer: { ...peer, records: stored.length },
  };
}

/** What RxDB keeps beside a row is made anew by the peer. */
const withoutMeta = <T extends object>(row: T): T =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !name.startsWith('_'))) as T;

async function open(): Promise<LocalDatabase> {
  const opened = await openDatabase({ name: 'bench', storage: programStorage() });
  if (!opened.ok || opened.value.rebuilt) throw new Error('the projection did not open');
  return opened.value.database;
}

/** Resolves when the projection has acknowledged the last record. */
async function loadAll(feed: Bridge, database: LocalDatabase, head: number): Promise<void> {
  let finish = (): void => undefined;
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const bridge: Bridge = {
    on: feed.on,
    call: async (channel, input) => {
      const answer = await feed.call(channel, input);
      const told = input as { readonly cursor?: { readonly seq: number } | null } | undefined;
      if (channel === 'projection.acknowledge' && told?.cursor?.seq === head) finish();
      return answer;
    },
  };
  const stop = startProjection({ bridge, database, pause: nextTurn });
  await finished;
  await stop();
}

/**
 * The list as the page opens it: until its rows and the number of all documents are there. A limit of its own each time,
 * so that no answer comes out of a cache of queries.
 */
async function listNewest(state: 'daTrinh' | null, rounds: number): Promise<Pairs> {
  const database = await open();
  const incoming = createIncomingRepository(database, nextTurn, cipher);
  const raw = await openRawStore('bench-raw');
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
  const raw = await openRawStore('bench-raw');
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
