import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { checkIntegrity } from '../sync-server/src/features/health/integrity';
import { PASSWORD, seedOffice, type SeededOffice } from '../test/support/builders';
import { openHeadlessWorkstation } from '../test/support/headless/headless-workstation';
import { readHistory, type HistoryEvent } from '../test/support/headless/history';
import { checkHistory, type Finding } from '../test/support/headless/history-checker';
import { readServerTables } from '../test/support/headless/server-tables';
import { startTestServer, type TestServer } from '../test/support/test-server';
import type { StationOrder } from '../test/support/headless/station-process';

const USAGE = `kill: SIGKILL to the server with its PostgreSQL, and to workstations, at random moments under load
  --rounds N     how many (20)
  --stations N   workstation processes (3)
  --json         one JSON line a round and one for the whole`;

interface Report {
  readonly rounds: number;
  readonly serverKills: number;
  readonly stationKills: number;
  readonly operations: number;
  readonly answered: number;
  readonly findings: readonly (Finding | object)[];
  readonly seconds: number;
  readonly machine: string;
  readonly date: string;
}

/**
 * Kills in turn the server, one workstation, or all at once, starts them again, and compares what was acknowledged, as
 * flushed by the workstations' own processes, with the server's tables (I-1, I-2, I-5, I-6; §17.4).
 */
export async function runKill(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '20' },
      stations: { type: 'string', default: '3' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const startedAt = performance.now();
  const rounds = Number(values.rounds);
  const scene = await setScene(Number(values.stations));
  const findings: (Finding | object)[] = [];
  const killed = { serverKills: 0, stationKills: 0 };
  try {
    for (let round = 1; round <= rounds; round++) {
      await someWork(scene);
      const target = (['server', 'station', 'all'] as const)[round % 3] ?? 'all';
      if (target !== 'station') killed.serverKills += 1;
      killed.stationKills += { server: 0, station: 1, all: scene.stations.length }[target];
      await killAndRestart(scene, target, round);
      const found = await compare(scene, false);
      findings.push(...found);
      const answered = scene.events().filter(({ t }) => t === 'final').length;
      const line = { round, target, answered, findings: found.length };
      if (values.json) console.log(JSON.stringify(line));
      else if (round % 10 === 0 || found.length > 0) console.log(JSON.stringify(line));
    }
    await scene.endStations();
    await settleAll(scene);
    findings.push(...(await compare(scene, true)));
    const report: Report = {
      rounds,
      ...killed,
      operations: scene.events().filter(({ t }) => t === 'saved').length,
      answered: scene.events().filter(({ t }) => t === 'final').length,
      findings,
      seconds: Math.round((performance.now() - startedAt) / 1000),
      machine: `${cpus().length} × ${cpus()[0]?.model.trim()}`,
      date: new Date().toISOString().slice(0, 10),
    };
    print(report, values.json);
    return findings.length === 0 ? 0 : 1;
  } finally {
    await scene.tidy();
  }
}

/** Every other round strikes at any moment, the rest once work is being answered, however slow the machine. */
async function someWork({ events }: Scene): Promise<void> {
  const answered = () => events().filter(({ t }) => t === 'final').length;
  const before = answered();
  const patience = performance.now() + (Math.random() < 0.5 ? 0 : 10_000);
  while (answered() < before + 3 && performance.now() < patience) await sleep(50);
  await sleep(600 * Math.random());
}

type Scene = Awaited<ReturnType<typeof setScene>>;

async function setScene(count: number) {
  const folder = mkdtempSync(join(tmpdir(), 'tcv-kill-'));
  const server = await startTestServer({
    env: { RATE_BURST: '100000', RATE_PER_SECOND: '100000', LOG_LEVEL: 'error' },
  });
  const office = await seedOffice(server.admin());
  const folders = Array.from({ length: count }, (_, i) => join(folder, String(i)));
  for (const own of folders) {
    const station = await openHeadlessWorkstation({
      folder: own,
      address: () => server.address,
      enrolment: {
        code: await server.admin().createActivationCode(office.office.id),
        login: office.clerk.login,
        password: PASSWORD,
      },
    });
    await station.close();
  }
  const stations: ChildProcess[] = [];
  const startStation = (index: number): void => {
    const order: StationOrder = { folder: folders[index] ?? '', address: server.address, office };
    stations[index] = fork(
      fileURLToPath(new URL('../test/support/headless/station-process.ts', import.meta.url)),
      [JSON.stringify(order)],
      { execArgv: process.execArgv, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
    );
  };
  folders.forEach((_, index) => startStation(index));
  const endStations = async (): Promise<void> => {
    await Promise.all(stations.map(endStation));
  };
  return {
    server,
    office,
    folders,
    stations,
    startStation,
    endStations,
    events: (): readonly HistoryEvent[] =>
      folders.flatMap((own) => [...readHistory(join(own, 'history.log'))]),
    tidy: async () => {
      await endStations();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function endStation(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

async function killAndRestart(
  scene: Scene,
  target: 'server' | 'station' | 'all',
  round: number,
): Promise<void> {
  const chosen =
    target === 'all'
      ? [...scene.stations.keys()]
      : target === 'station'
        ? [round % scene.stations.length]
        : [];
  const dying = chosen.flatMap((index) => scene.stations[index] ?? []);
  await Promise.all([
    ...dying.map(endStation),
    ...(target === 'station' ? [] : [scene.server.kill()]),
  ]);
  if (target !== 'station') await scene.server.start();
  for (const index of chosen) scene.startStation(index);
}

/** What was acknowledged up to now is on the server; what the server has was made by somebody. */
async function compare(
  { server, office, events }: Scene,
  isQuiet: boolean,
): Promise<readonly (Finding | object)[]> {
  // In this order: what is answered after the tables were read would look lost.
  const known = isQuiet ? undefined : events();
  const tables = await readTables(server, office);
  const found = checkHistory(known ?? events(), tables, { isQuiet });
  const made = isQuiet ? found : found.filter(({ what }) => !what.endsWith('nobody made it'));
  const report = await checkIntegrity(server.db());
  return [...made, ...report.findings, ...report.registers.findings];
}

const readTables = (server: TestServer, office: SeededOffice) =>
  readServerTables(server.db(), office.office.id);

/** The journals of the killed workstations are opened once more, and everything in them is delivered. */
async function settleAll({ folders, server }: Scene): Promise<void> {
  for (const folder of folders) {
    const station = await openHeadlessWorkstation({ folder, address: () => server.address });
    await station.settle();
    await station.close();
  }
}

function print(report: Report, asJson: boolean): void {
  if (asJson) {
    console.log(JSON.stringify(report));
    return;
  }
  const { findings, ...figures } = report;
  for (const [name, value] of Object.entries(figures)) console.log(`${name.padEnd(14)} ${value}`);
  console.log(`findings       ${findings.length}`);
  for (const finding of findings.slice(0, 20)) console.log(`  ${JSON.stringify(finding)}`);
}
