import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { connect } from '../../sync-server/src/db/connect';
import { startEmbeddedPostgres } from '../../sync-server/src/embedded/embedded-postgres';
import { createAdmin } from '../../sync-server/src/features/admin/admin-service';
import { silentLog } from '../../sync-server/src/log';
import type { LinkFaults } from '../fault-proxy/faults';
import { startFaultProxy } from '../fault-proxy/fault-proxy';
import { PASSWORD, seedOffice } from '../support/builders';
import { expectSound } from '../support/headless/at-rest';
import {
  openHeadlessWorkstation,
  type HeadlessWorkstation,
} from '../support/headless/headless-workstation';
import type { HistoryEvent } from '../support/headless/history';
import { correcting, nextDrafts, registering } from '../support/headless/office-work';
import { temporaryFolder } from '../support/temporary-folder';
import { startTestServer, stopTestServers, type TestServer } from '../support/test-server';

afterEach(stopTestServers);

const STATIONS = 6;
/** Longer, and at a set rate, by hand: `CHAOS_SECONDS=600 CHAOS_OPS_PER_SECOND=200`. */
const SECONDS = Number(process.env['CHAOS_SECONDS'] ?? 15);
const RATE = Number(process.env['CHAOS_OPS_PER_SECOND'] ?? Number.POSITIVE_INFINITY);

/** One line in four does something that lines do. */
const badLine = (connection: number): LinkFaults =>
  [
    { cutAfter: { up: 1_500 } },
    {},
    { cutAfter: { down: 2_500 } },
    { latencyMs: 5, jitterMs: 20 },
    { duplicateRequests: true },
    {},
    { swallowAnswers: true },
    {},
    { refuse: true },
    { slowLoris: { bytes: 400, everyMs: 5 } },
    {},
    { halfOpen: true },
  ][connection % 12] ?? {};

/** Two nodes, each a process of its own, on one PostgreSQL that is a third, behind one bad line. */
async function aProvince() {
  const dataDir = mkdtempSync(join(tmpdir(), 'tcv-chaos-pg-'));
  const postgres = await startEmbeddedPostgres({ dataDir, log: silentLog });
  const env = {
    DATABASE_URL: postgres.connectionString,
    RATE_BURST: '100000',
    RATE_PER_SECOND: '100000',
  };
  const nodes = [await startTestServer({ env }), await startTestServer({ env })] as const;
  const db = connect({
    connectionString: postgres.connectionString,
    max: 4,
    onIdleError: () => {},
  });
  const proxy = await startFaultProxy({
    upstreams: () => nodes.map(({ address }) => address),
    pick: 'random',
  });
  onTestFinished(async () => {
    await proxy.close();
    await Promise.all(nodes.map((node) => node.stop()));
    await db.end();
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return { postgres, nodes, db, proxy, admin: createAdmin({ db, nowMs: () => Date.now() }) };
}

/** As a service manager does it: a node that finds PostgreSQL starting up ends, and is started once more. */
async function startAgain(node: TestServer): Promise<void> {
  for (let isUp = false; !isUp;) {
    isUp = await node.start().then(
      () => true,
      () => sleep(200, false),
    );
  }
}

test(`two nodes, PostgreSQL killed, one node killed, bad lines, ${SECONDS} s under load: the history checker finds nothing`, async () => {
  const { postgres, nodes, db, proxy, admin } = await aProvince();
  const office = await seedOffice(admin);
  const events: HistoryEvent[] = [];
  const stations: HeadlessWorkstation[] = [];
  for (let i = 0; i < STATIONS; i++) {
    stations.push(
      await openHeadlessWorkstation({
        folder: join(temporaryFolder(), String(i)),
        address: () => proxy.address,
        enrolment: {
          code: await admin.createActivationCode(office.office.id),
          login: office.clerk.login,
          password: PASSWORD,
        },
        note: (event) => void events.push(event),
        timeoutMs: 2_000,
      }),
    );
  }

  // Everybody corrects one field of one paper before anybody hears of the others: the rules are put to the test.
  await stations[0]?.act(registering(office));
  for (const station of stations) await station.settle();
  for (const [index, station] of stations.entries()) {
    const paper = [...station.rows().values()].find(({ type }) => type === 'incomingDocument');
    if (paper) await station.act([correcting(paper, 'note', `máy ${index}`)]);
  }

  const over = new AbortController();
  const work = async (station: HeadlessWorkstation): Promise<void> => {
    const startedAt = performance.now();
    let made = 0;
    while (!over.signal.aborted) {
      const due = ((performance.now() - startedAt) / 1000) * (RATE / STATIONS);
      const burst = Number.isFinite(due) ? Math.floor(due - made) : 8;
      for (let i = 0; i < burst;) {
        const drafts = nextDrafts(station, office);
        await station.act(drafts);
        i += drafts.length;
        made += drafts.length;
      }
      const done = await station.round();
      await sleep(done.ok ? 5 : 50);
    }
  };
  proxy.setFaults(badLine);
  const stopBeating = proxy.interruptEvery(2_500, 300);
  const working = stations.map(work);
  const restarts: number[] = [];
  for (const until = performance.now() + SECONDS * 1000; performance.now() < until;) {
    await sleep((SECONDS * 1000) / 6);
    const pid = postgres.pid();
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
    await sleep((SECONDS * 1000) / 12);
    await nodes[0].killNode();
    await sleep((SECONDS * 1000) / 12);
    await startAgain(nodes[0]);
    restarts.push(postgres.restarts());
  }
  over.abort();
  await Promise.all(working);
  stopBeating();
  proxy.setFaults({});
  proxy.dropAll();
  for (const station of stations) await station.settle(120_000);
  // Whoever came to rest first has not seen the last acts of the others.
  for (const station of stations) await station.settle();

  const tables = await expectSound(db, office.office.id, stations, events);
  console.log(
    `${tables.operations.length} operations in ${SECONDS} s, ${tables.entries.length} numbers, PostgreSQL killed ${postgres.restarts()} times, node killed ${restarts.length} times`,
  );
  expect(restarts.at(-1)).toBeGreaterThanOrEqual(1);
  expect(tables.entries.length).toBeGreaterThan(0);
  const merged = tables.operations.filter(({ outcome }) => outcome.status === 'merged');
  expect(merged.length).toBeGreaterThanOrEqual(STATIONS - 1);
  for (const station of stations) await station.close();
}, 600_000);
