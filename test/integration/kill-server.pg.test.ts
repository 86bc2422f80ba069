import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { canonicalJson } from '@shared/kernel/canonical-json';
import type { SyncReply } from '@shared/protocol/sync-message';
import type { Operation } from '@shared/sync/operation';
import type { Outcome } from '@shared/sync/outcome';
import { checkIntegrity } from '../../sync-server/src/features/health/integrity';
import {
  aNumberRequest,
  aRegistering,
  enrolTestDevice,
  overHttp,
  seedOffice,
  signIn,
  sync,
  type Post,
  type SeededOffice,
  type TestDevice,
} from '../support/builders';
import {
  postgresProcesses,
  startTestServer,
  stopTestServers,
  type TestServer,
} from '../support/test-server';

afterEach(stopTestServers);

const ROUNDS = 20;
const WRITERS = 4;

/** What a workstation keeps over a server's death: work without a final answer, and every final answer it got. */
interface Station {
  readonly device: TestDevice;
  readonly token: string;
  pending: readonly Operation[];
  readonly answered: { readonly operation: Operation; readonly outcome: Outcome }[];
}

async function aStation(post: Post, server: TestServer, seeded: SeededOffice): Promise<Station> {
  const code = await server.admin().createActivationCode(seeded.office.id);
  const device = await enrolTestDevice(post, code);
  const { accessToken } = await signIn(post, device, seeded.clerk);
  return { device, token: accessToken, pending: [], answered: [] };
}

/**
 * Sends until `over`, or until the server does not answer when there is no such signal; what was not answered stays
 * pending and is sent again.
 */
async function work(
  station: Station,
  post: Post,
  seeded: SeededOffice,
  over?: AbortSignal,
): Promise<void> {
  const { device, token } = station;
  for (;;) {
    if (over?.aborted) return;
    if (station.pending.length === 0) {
      const id = randomUUID();
      station.pending = [
        aRegistering(device, seeded, {}, id),
        aNumberRequest(device, seeded, id),
        aRegistering(device, seeded),
      ];
    }
    let reply: SyncReply;
    try {
      reply = await sync(post, device, { token, ops: station.pending, over: { want: 0 } });
    } catch {
      // Cut, or answered "not now" by a server whose database has just died.
      if (!over) return;
      await sleep(50);
      continue;
    }
    for (const result of reply.results) {
      const [operation, ...rest] = station.pending;
      if (result.answer !== 'final' || !operation) break;
      station.answered.push({ operation, outcome: result.outcome });
      station.pending = rest;
    }
  }
}

/** I-2: every outcome that was ever answered is stored, and what it did is there. */
async function expectKept(server: TestServer, stations: readonly Station[]): Promise<void> {
  const { rows } = await server.db().query('select dev, n, outcome from op');
  const stored = new Map(
    rows
      .map((row) => row as { dev: string; n: number; outcome: Outcome })
      .map(({ dev, n, outcome }) => [`${dev}/${n}`, canonicalJson(outcome)]),
  );
  const records = await server.db().query(
    `select id, type, (content ->> 'arrivalNumber')::int as number from record
      where type = 'incomingDocument'`,
  );
  const documents = new Map(
    records.rows
      .map((row) => row as { id: string; number: number | null })
      .map(({ id, number }) => [id, number]),
  );
  for (const { device, answered } of stations) {
    for (const { operation, outcome } of answered) {
      expect(stored.get(`${device.deviceId}/${operation.n}`)).toBe(canonicalJson(outcome));
      expect(outcome.status).toBe('applied');
      expect(documents.has(operation.target.id)).toBe(true);
      if (operation.kind === 'cmd.requestNumber') {
        expect(documents.get(operation.target.id)).toBeGreaterThan(0);
      }
    }
  }
  const report = await checkIntegrity(server.db());
  expect(report.findings).toEqual([]);
  expect(report.registers.findings).toEqual([]);
}

test(`I-2: ${ROUNDS} times SIGKILL to the server and its PostgreSQL under load loses no answered outcome`, async () => {
  const server = await startTestServer();
  const seeded = await seedOffice(server.admin());
  const post = overHttp(server.address);
  const stations = await Promise.all(
    Array.from({ length: WRITERS }, () => aStation(post, server, seeded)),
  );

  const answeredByRound: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const answered = () => stations.reduce((sum, station) => sum + station.answered.length, 0);
    const before = answered();
    const working = stations.map((station) => work(station, post, seeded));
    // Every other round at any moment; the rest once work is being answered, however slow the machine.
    const patience = performance.now() + (round % 2 === 0 ? 10_000 : 0);
    while (answered() === before && performance.now() < patience) await sleep(5);
    await sleep(randomInt(0, 400));
    await server.kill();
    await Promise.all(working);
    await server.start();
    await expectKept(server, stations);
    answeredByRound.push(answered());
  }

  // The load was real: at least every other round got work answered before the kill.
  expect(new Set(answeredByRound).size).toBeGreaterThanOrEqual(ROUNDS / 2);
  expect(await server.stop()).toBe(0);
}, 180_000);

test('I-2: when PostgreSQL alone is killed the server starts it again and work goes on', async () => {
  const server = await startTestServer();
  const seeded = await seedOffice(server.admin());
  const post = overHttp(server.address);
  const station = await aStation(post, server, seeded);

  const over = new AbortController();
  const working = work(station, post, seeded, over.signal);
  const progress = async (): Promise<void> => {
    const wanted = station.answered.length + 3;
    const deadline = performance.now() + 30_000;
    while (station.answered.length < wanted) {
      expect(performance.now(), server.log.slice(-20).join('\n')).toBeLessThan(deadline);
      await sleep(20);
    }
  };
  for (let round = 0; round < 3; round++) {
    await progress();
    server.killPostgres();
  }
  await progress();
  over.abort();
  await working;

  expect(server.log.join('\n')).toContain('PostgreSQL is back');
  await expectKept(server, [station]);
  expect(await server.stop()).toBe(0);
  expect(postgresProcesses(server.dataDir)).toEqual([]);
}, 120_000);

test('when the server alone is killed its PostgreSQL ends by itself and never blocks the next start', async () => {
  const server = await startTestServer();
  const seeded = await seedOffice(server.admin());
  const orphans = postgresProcesses(server.dataDir);

  await server.killNode();
  await server.start();

  expect(orphans.length).toBeGreaterThan(0);
  const alive = postgresProcesses(server.dataDir);
  expect(alive.filter((pid) => orphans.includes(pid))).toEqual([]);
  expect(await server.admin().listOffices()).toEqual([seeded.office]);

  await server.killNode();
  const deadline = performance.now() + 15_000;
  while (postgresProcesses(server.dataDir).length > 0 && performance.now() < deadline) {
    await sleep(50);
  }
  expect(postgresProcesses(server.dataDir)).toEqual([]);
  await server.stop();
});

test('a second server on the same data folder refuses to start and leaves the first alone', async () => {
  const server = await startTestServer();

  await expect(startTestServer({ dataDir: server.dataDir })).rejects.toThrow('in use by process');

  expect(await isReady(server)).toBe(true);
  expect(await server.stop()).toBe(0);
});

const isReady = async ({ address }: TestServer): Promise<boolean> => {
  const response = await fetch(`${address}/health`).catch(() => undefined);
  if (!response?.ok) return false;
  const health = (await response.json()) as { readonly ready: boolean };
  return health.ready;
};
