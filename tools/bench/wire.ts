import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { brotliCompressSync, constants } from 'node:zlib';
import { Health } from '@shared/protocol/session';
import { createServerClient } from '../../src/main/platform/server-client';
import { startFaultProxy, type FaultProxy } from '../../test/fault-proxy/fault-proxy';
import { PASSWORD, seedOffice, type SeededOffice } from '../../test/support/builders';
import {
  openHeadlessWorkstation,
  type HeadlessWorkstation,
} from '../../test/support/headless/headless-workstation';
import { correcting, registering } from '../../test/support/headless/office-work';
import { startTestServer, type TestServer } from '../../test/support/test-server';
import { measureCouch, type CouchFigures } from './couch-peer';
import { DROP_EVERY_MS, DROP_FOR_MS, SLOW, bytesOf } from './bad-line';
import { fillServer } from './fill-server';
import { quantile, timed, type Row } from './row';

/** Rate in bytes a second, 200 ms there and back. */
const MEGABIT = { bytesPerSecond: 125_000, latencyMs: 100 };
const CATCH_UP = { changes: 3_000, own: 500 };
const CHANGES = 40;
const PENDING = 1_000;
const PEER_DOCUMENTS = 2_000;
const PEER = 'PouchDB with express-pouchdb';

interface Scene {
  readonly server: TestServer;
  readonly office: SeededOffice;
  readonly proxy: FaultProxy;
  readonly open: (name: string) => Promise<HeadlessWorkstation>;
  /** The same done by PouchDB; undefined where its packages cannot be had. */
  readonly couch: CouchFigures | undefined;
}

/**
 * B-2 to B-10, B-14, B-15 as far as they need no window: the workstation's own engine, journal and client, real HTTP
 * with the product's compression, through a line that counts every byte of TCP payload in both directions.
 */
export async function benchWire(
  folder: string,
  documents: number,
  print: (row: Row) => void,
): Promise<readonly Row[]> {
  const server = await startTestServer({
    env: { RATE_BURST: '100000', RATE_PER_SECOND: '100000', LOG_LEVEL: 'error' },
  });
  const proxy = await startFaultProxy({ upstreams: () => [server.address] });
  const office = await seedOffice(server.admin());
  const open = async (name: string): Promise<HeadlessWorkstation> =>
    openHeadlessWorkstation({
      folder: join(folder, name),
      address: () => proxy.address,
      enrolment: {
        code: await server.admin().createActivationCode(office.office.id),
        login: office.clerk.login,
        password: PASSWORD,
      },
    });
  const couch = await measureCouch(PEER_DOCUMENTS);
  const scene: Scene = { server, office, proxy, open, couch };
  try {
    await fillServer(server, office, documents);
    // Each row is printed as it comes: the slow lines take their time.
    for (const measure of [initialLoads, singleChanges, catchUp, restart])
      for (const row of await measure(scene, documents)) print(row);
    return [];
  } finally {
    await proxy.close();
    await server.stop();
  }
}

const packed = (text: string): number =>
  brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }).length;

/** B-5, B-6, and the bound of the link alone: a load over a line without limits says what was repeated. */
async function initialLoads(
  { proxy, open, couch }: Scene,
  documents: number,
): Promise<readonly Row[]> {
  const of = `${documents.toLocaleString('en')} documents`;
  const load = async (name: string) => {
    const station = await open(name);
    const stop = name === 'free' ? () => {} : proxy.interruptEvery(DROP_EVERY_MS, DROP_FOR_MS);
    let bytes = 0;
    const seconds =
      (await timed(async () => {
        bytes = await bytesOf(proxy, () => station.settle(3_600_000));
      })) / 1000;
    stop();
    const text = [...station.rows().values()].map(({ view }) => JSON.stringify(view)).join('\n');
    await station.close();
    return { bytes, seconds, floorBytes: packed(text) };
  };
  const free = await load('free');
  const rows: Row[] = [
    {
      figure: `B-7 ${of} by a headless workstation, no limit`,
      unit: 'records/s',
      ours: documents / free.seconds,
      floor: 3_000,
      floorIs: 'the budget',
      count: 1,
      budget: 3_000,
    },
    ...(couch
      ? [
          {
            figure: 'initial load, bytes a document',
            unit: 'B' as const,
            ours: free.bytes / documents,
            floor: couch.loadBytes / PEER_DOCUMENTS,
            floorIs: PEER,
            count: 1,
          },
        ]
      : []),
  ];
  for (const { id, line, name, budget } of [
    { id: 'B-5', line: MEGABIT, name: '1 Mbit/s', budget: 240 },
    { id: 'B-6', line: SLOW, name: '256 kbit/s', budget: 720 },
  ]) {
    proxy.setFaults(line);
    proxy.dropAll();
    const ours = await load(name);
    rows.push(
      {
        figure: `${id} initial load of ${of}, ${name}, complete`,
        unit: 's',
        ours: ours.seconds,
        floor: ours.floorBytes / line.bytesPerSecond,
        floorIs: 'its brotli at the rate of the line',
        count: 1,
        budget,
      },
      {
        figure: `${id} the same, bytes both ways`,
        unit: 'MB',
        ours: ours.bytes / 1e6,
        floor: ours.floorBytes / 1e6,
        floorIs: 'brotli of all contents at once',
        count: 1,
        budget: 20,
      },
      {
        figure: `${id} the same, repeated bytes`,
        unit: '%',
        ours: Math.max(0, (100 * (ours.bytes - free.bytes)) / free.bytes),
        floor: 3,
        floorIs: 'the budget',
        count: 1,
        budget: 3,
      },
    );
  }
  proxy.setFaults({});
  proxy.dropAll();
  return rows;
}

/** B-2, B-3, B-4, B-9 on a workstation that holds everything. */
async function singleChanges(
  { proxy, open, couch }: Scene,
  documents: number,
): Promise<readonly Row[]> {
  const [writer, reader] = [await open('writer'), await open('reader')];
  await Promise.all([writer.settle(3_600_000), reader.settle(3_600_000)]);
  const client = createServerClient(() => ({ baseUrl: proxy.address }));
  const smallest = () => client.call({ method: 'GET', path: '/health', answer: Health });
  const sizes = { change: [] as number[], patch: [] as number[], idle: [] as number[] };
  const floors: number[] = [];
  const visibleMs: number[] = [];
  const rows = [...writer.rows().values()].filter(({ type }) => type === 'incomingDocument');
  for (let i = 0; i < CHANGES; i++) {
    const row = rows[i];
    if (!row) break;
    const draft = correcting(row, 'note', `đã sửa lần ${i}`);
    sizes.patch.push(Buffer.byteLength(JSON.stringify(draft.body)));
    await writer.act([draft]);
    const startedAt = performance.now();
    sizes.change.push(await bytesOf(proxy, writer.round));
    await reader.round();
    visibleMs.push(performance.now() - startedAt);
    await writer.round();
    sizes.idle.push(await bytesOf(proxy, writer.round));
    floors.push(await bytesOf(proxy, smallest));
  }
  await writer.close();
  await reader.close();
  const [change, patch, idle, floor] = [sizes.change, sizes.patch, sizes.idle, floors].map((all) =>
    quantile(all, 0.5),
  ) as [number, number, number, number];
  const of = `${documents.toLocaleString('en')} held`;
  const row = (
    figure: string,
    ours: number,
    beside: number,
    floorIs: string,
    budget: number,
  ): Row => ({
    figure,
    unit: 'B',
    ours,
    floor: beside,
    floorIs,
    count: sizes.change.length,
    budget,
  });
  return [
    row('B-2 one field change, both ways, warm', change, patch, 'the JSON patch alone', 1_500),
    ...(couch
      ? [
          row('B-2 the same beside a peer', change, couch.changeBytes, PEER, 1_500),
          row('B-4 idle pull beside a peer', idle, couch.idleBytes, PEER, 800),
        ]
      : []),
    row('B-3 idle minute at a poll every 15 s', 4 * idle, 4 * floor, 'four GETs of /health', 1_024),
    row(`B-4 idle pull, ${of}`, idle, floor, 'one GET of /health', 800),
    {
      figure: 'B-9 change sent and fetched, p95, without the poll’s wait',
      unit: 'ms',
      ours: quantile(visibleMs, 0.95),
      floor: 15_000,
      floorIs: 'the poll every 15 s that it waits for in the worst case',
      count: visibleMs.length,
      budget: 2_000,
    },
  ];
}

/** B-10: thirty days away, then everything at once over 1 Mbit/s. */
async function catchUp({ server, office, proxy, open }: Scene): Promise<readonly Row[]> {
  const station = await open('away');
  await station.settle(3_600_000);
  await fillServer(server, office, CATCH_UP.changes, { note: 'đổi trong khi vắng' });
  for (let i = 0; i < CATCH_UP.own; i++) await station.act(registering(office, false));
  proxy.setFaults(MEGABIT);
  proxy.dropAll();
  let bytes = 0;
  const ms = await timed(async () => {
    bytes = await bytesOf(proxy, () => station.settle(600_000));
  });
  proxy.setFaults({});
  proxy.dropAll();
  await station.close();
  return [
    {
      figure: `B-10 catch-up of ${CATCH_UP.changes} changes and ${CATCH_UP.own} own acts, 1 Mbit/s`,
      unit: 's',
      ours: ms / 1000,
      floor: bytes / MEGABIT.bytesPerSecond,
      floorIs: 'the same bytes at the rate of the line',
      count: 1,
      budget: 60,
    },
  ];
}

/** B-14, B-15, main's share: the journal read again, and pending work back in an empty local database. */
async function restart({ office, proxy, open }: Scene): Promise<readonly Row[]> {
  const before = await open('crashed');
  proxy.interrupt();
  for (let i = 0; i < PENDING; i++) await before.act(registering(office, false));
  await before.close();
  let again: HeadlessWorkstation | undefined;
  const openMs = await timed(async () => {
    again = await open('crashed');
  });
  const shownMs = await timed(async () => {
    while ((again?.rows().size ?? 0) < PENDING) await sleep(1);
  });
  await again?.close();
  proxy.lift();
  const row = (figure: string, ours: number, budget: number): Row => ({
    figure,
    unit: 'ms',
    ours,
    floor: openMs,
    floorIs: 'the journal opened',
    count: 1,
    budget,
  });
  return [
    row(`B-14 journal with ${PENDING} pending acts opened again`, openMs, 5_000),
    row(`B-15 the same acts visible in an empty database`, openMs + shownMs, 10_000),
  ];
}
