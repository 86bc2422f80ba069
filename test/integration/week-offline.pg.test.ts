import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { LinkFaults } from '../fault-proxy/faults';
import { startFaultProxy } from '../fault-proxy/fault-proxy';
import { PASSWORD, seedOffice } from '../support/builders';
import { expectSound } from '../support/headless/at-rest';
import {
  openHeadlessWorkstation,
  type HeadlessWorkstation,
} from '../support/headless/headless-workstation';
import type { HistoryEvent } from '../support/headless/history';
import { nextDrafts, registering } from '../support/headless/office-work';
import { temporaryFolder } from '../support/temporary-folder';
import { createTestDatabase } from '../support/test-database';
import { startTestServer, stopTestServers } from '../support/test-server';

const STATIONS = 20;
const SHARED_PAPERS = 12;
const AT_ONCE = 5;
/** The whole size by hand: `T4_ACTS=200`. */
const ACTS = Number(process.env['T4_ACTS'] ?? 40);

const badLine = (connection: number): LinkFaults =>
  [
    { cutAfter: { down: 3_000 } },
    {},
    { cutAfter: { up: 4_000 } },
    { swallowAnswers: true },
    {},
    { duplicateRequests: true },
  ][connection % 6] ?? {};

/** Two nodes on one database, behind one address. */
async function twoNodes() {
  const database = await createTestDatabase();
  const env = {
    DATABASE_URL: database.connectionString,
    RATE_BURST: '100000',
    RATE_PER_SECOND: '100000',
    LOG_LEVEL: 'error',
  };
  const nodes = [await startTestServer({ env }), await startTestServer({ env })] as const;
  const proxy = await startFaultProxy({ upstreams: () => nodes.map(({ address }) => address) });
  onTestFinished(async () => {
    await proxy.close();
    await stopTestServers();
    await database.drop();
  });
  return { db: database.db, admin: nodes[0].admin(), proxy };
}

const shuffled = <T>(items: readonly T[]): readonly T[] =>
  items
    .map((item) => ({ item, key: Math.random() }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ item }) => item);

test(`T-4: ${STATIONS} workstations of one office, a week apart, ${ACTS} acts each on the same papers, come back in any order over a bad line`, async () => {
  const { db, admin, proxy } = await twoNodes();
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
        timeoutMs: 10_000,
      }),
    );
  }
  const first = stations[0];
  for (let i = 0; i < SHARED_PAPERS; i++) await first?.act(registering(office));
  for (const station of stations) await station.settle();

  proxy.interrupt();
  for (const station of stations) {
    for (let made = 0; made < ACTS;) {
      const drafts = nextDrafts(station, office);
      await station.act(drafts);
      made += drafts.length;
    }
    expect((await station.round()).ok).toBe(false);
  }
  proxy.lift();
  proxy.setFaults(badLine);
  const waiting = [...shuffled(stations)];
  const comeBack = async (): Promise<void> => {
    for (let next = waiting.pop(); next; next = waiting.pop()) await next.settle(300_000);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, comeBack));
  proxy.setFaults({});
  for (const station of stations) await station.settle();

  const tables = await expectSound(db, office.office.id, stations, events);
  expect(tables.operations.length).toBeGreaterThanOrEqual(STATIONS * ACTS);
  const merged = tables.operations.filter(({ outcome }) => outcome.status === 'merged');
  expect(merged.length).toBeGreaterThan(STATIONS);
  expect(tables.operations.filter(({ outcome }) => outcome.status === 'rejected')).toEqual([]);
  for (const station of stations) await station.close();
}, 600_000);
