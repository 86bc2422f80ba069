import { appendFileSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { checkBackup } from '../../../sync-server/src/backup/check-backup';
import { listBases } from '../../../sync-server/src/backup/backup-folder';
import { checkIntegrity } from '../../../sync-server/src/features/health/integrity';
import { runRestore } from '../../../tools/restore';
import { PASSWORD, seedOffice } from '../../support/builders';
import { openHeadlessWorkstation } from '../../support/headless/headless-workstation';
import { registering } from '../../support/headless/office-work';
import { readServerTables } from '../../support/headless/server-tables';
import { startTestServer, stopTestServers, type TestServer } from '../../support/test-server';

afterEach(stopTestServers);

function aFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `tcv-${name}-`));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const generations = async (backup: string) =>
  new Set((await listBases(backup)).map(({ generation }) => generation));

/** A server with an office and one workstation that has done some work, backed up since its second start. */
async function aBackedUpOffice() {
  const dataDir = aFolder('server');
  const backup = aFolder('backup');
  let server: TestServer = await startTestServer({ dataDir });
  const office = await seedOffice(server.admin());
  const station = await openHeadlessWorkstation({
    folder: join(aFolder('station'), 'profile'),
    address: () => server.address,
    enrolment: {
      code: await server.admin().createActivationCode(office.office.id),
      login: office.clerk.login,
      password: PASSWORD,
    },
  });
  const work = async (): Promise<void> => {
    await station.act(registering(office));
    await station.settle(20_000);
  };
  await work();
  await server.stop();
  const start = async (): Promise<void> => {
    server = await startTestServer({ dataDir, env: { BACKUP_DIR: backup } });
  };
  await start();
  await vi.waitFor(async () => expect(await listBases(backup)).toHaveLength(1), 30_000);
  const numbers = async (): Promise<readonly number[]> => {
    const { entries } = await readServerTables(server.db(), office.office.id);
    return entries.map(({ number }) => number).toSorted((a, b) => a - b);
  };
  /** Operations that the server has taken in. */
  const taken = async (): Promise<unknown> =>
    (await server.db().query('select count(*) as operations from op')).rows[0];
  return { dataDir, backup, server: () => server, start, station, work, numbers, taken };
}

test('§5.3, §13.1, I-2: the disk of a server dies; from its backup and the workstations everything comes back', async () => {
  const { dataDir, backup, server, start, station, work, numbers, taken } = await aBackedUpOffice();
  await work();
  expect(await server().stop()).toBe(0);
  await start();
  await work();
  const takenBefore = await taken();
  await server().kill();
  rmSync(dataDir, { recursive: true, force: true });

  expect(await runRestore(['check', backup, '--json'])).toBe(0);
  expect(await runRestore(['from', backup, '--data', dataDir, '--json'])).toBe(0);
  await start();

  // The copy, and the log up to the last clean stop, without a word from any workstation.
  expect(await numbers()).toEqual([1, 2]);
  const report = await checkIntegrity(server().db());
  expect([...report.findings, ...report.registers.findings]).toEqual([]);
  await station.settle(20_000);
  expect(station.state.pendingCount()).toBe(0);
  expect(await taken()).toEqual(takenBefore);
  // Two histories never mix: the restored server writes a backup of its own.
  await vi.waitFor(async () => expect((await generations(backup)).size).toBe(2), 30_000);
  await station.close();
}, 180_000);

test('§5.3: a copy that reads back differently is passed over, and nothing that was there is deleted', async () => {
  const { dataDir, backup, server, station } = await aBackedUpOffice();
  await station.close();
  expect(await server().stop()).toBe(0);
  const [base] = await listBases(backup);
  const file = base?.manifest.files.find(({ path }) => path.startsWith('base/')) ?? { path: '' };
  appendFileSync(join(base?.folder ?? '', 'data', file.path), randomBytes(1));

  expect((await checkBackup(backup)).map(({ isWhole, damaged }) => [isWhole, damaged])).toEqual([
    [false, [file.path]],
  ]);
  expect(await runRestore(['check', backup, '--json'])).toBe(1);
  expect(await runRestore(['from', backup, '--data', dataDir])).toBe(2);
  expect(readdirSync(dataDir).some((name) => name.includes('before-restore'))).toBe(false);
  expect(existsSync(join(dataDir, 'postgres-18', 'PG_VERSION'))).toBe(true);
}, 120_000);

test('§5.3: no restore into the folder of a running server', async () => {
  const { dataDir, backup, station } = await aBackedUpOffice();
  await station.close();

  expect(await runRestore(['from', backup, '--data', dataDir])).toBe(2);
}, 120_000);
