import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { PASSWORD, seedOffice } from '../support/builders';
import {
  openHeadlessWorkstation,
  type HeadlessWorkstation,
} from '../support/headless/headless-workstation';
import type { HistoryEvent } from '../support/headless/history';
import { checkHistory } from '../support/headless/history-checker';
import { nextDrafts } from '../support/headless/office-work';
import { readServerTables } from '../support/headless/server-tables';
import { checkIntegrity } from '../../sync-server/src/features/health/integrity';
import { temporaryFolder } from '../support/temporary-folder';
import {
  postgresProcesses,
  startTestServer,
  stopTestServers,
  type TestServer,
} from '../support/test-server';

afterEach(stopTestServers);

const COPIES = 4;
const WRITERS = 3;

/** Copies the data folder as it lies on the disk at one instant, in the middle of whatever the server is doing. */
function copyAtOnce(server: TestServer): string {
  const copy = mkdtempSync(join(tmpdir(), 'tcv-copied-'));
  const pids = [server.pid(), ...postgresProcesses(server.dataDir)];
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  // The copy is made in one breath: nothing of this process runs meanwhile, and nothing of the server.
  execFileSync('cp', ['-a', `${server.dataDir}/.`, copy]);
  for (const pid of pids) process.kill(pid, 'SIGCONT');
  return copy;
}

test('T-10, I-2: a server that starts from a copy of its data folder, taken at a random moment, has everything it had answered', async () => {
  const server = await startTestServer({
    env: { RATE_BURST: '100000', RATE_PER_SECOND: '100000' },
  });
  const office = await seedOffice(server.admin());
  const events: HistoryEvent[] = [];
  const stations: HeadlessWorkstation[] = [];
  for (let i = 0; i < WRITERS; i++) {
    stations.push(
      await openHeadlessWorkstation({
        folder: join(temporaryFolder(), String(i)),
        address: () => server.address,
        enrolment: {
          code: await server.admin().createActivationCode(office.office.id),
          login: office.clerk.login,
          password: PASSWORD,
        },
        note: (event) => void events.push(event),
      }),
    );
  }

  const over = new AbortController();
  const working = stations.map(async (station) => {
    while (!over.signal.aborted) {
      for (let i = 0; i < 4; i++) await station.act(nextDrafts(station, office));
      await station.round();
    }
  });
  const copies: { readonly folder: string; readonly answered: number }[] = [];
  for (let i = 0; i < COPIES; i++) {
    const answeredBefore = events.filter(({ t }) => t === 'final').length;
    while (events.filter(({ t }) => t === 'final').length < answeredBefore + 5) await sleep(20);
    await sleep(500 * Math.random());
    // Answers that are on their way now are counted as not answered, which is the weaker demand.
    const answered = events.length;
    copies.push({ folder: copyAtOnce(server), answered });
  }
  over.abort();
  await Promise.all(working);
  await server.stop();

  for (const { folder, answered } of copies) {
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const again = await startTestServer({ dataDir: folder });
    const tables = await readServerTables(again.db(), office.office.id);
    const then = events.slice(0, answered);
    // What was answered by then is there; more may be, whose makers are known only later.
    const findings = checkHistory(then, tables, { isQuiet: false }).filter(
      ({ what }) => !what.endsWith('nobody made it'),
    );
    expect(findings).toEqual([]);
    expect(then.filter(({ t }) => t === 'final').length).toBeGreaterThan(0);
    const report = await checkIntegrity(again.db());
    expect([...report.findings, ...report.registers.findings]).toEqual([]);
    expect(await again.stop()).toBe(0);
  }
}, 300_000);
