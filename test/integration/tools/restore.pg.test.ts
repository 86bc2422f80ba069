import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { inject, expect, onTestFinished, test } from 'vitest';
import { connect } from '../../../sync-server/src/db/connect';
import { checkIntegrity } from '../../../sync-server/src/features/health/integrity';
import { createRecovery } from '../../../sync-server/src/features/recovery/recovery-service';
import { runRestore } from '../../../tools/restore';
import { PASSWORD, seedOffice, type SeededOffice } from '../../support/builders';
import {
  openHeadlessWorkstation,
  type HeadlessWorkstation,
} from '../../support/headless/headless-workstation';
import { correcting, registering } from '../../support/headless/office-work';
import { readServerTables } from '../../support/headless/server-tables';
import { temporaryFolder } from '../../support/temporary-folder';
import { createTestDatabase, type TestDatabase } from '../../support/test-database';
import { startTestServer, stopTestServers } from '../../support/test-server';

/** A server whose whole database can be put back to an earlier day, as a base backup would. */
async function aServerWithBackups() {
  const database = await createTestDatabase();
  const server = await startTestServer({
    env: {
      DATABASE_URL: database.connectionString,
      RATE_BURST: '100000',
      RATE_PER_SECOND: '100000',
      LOG_LEVEL: 'error',
    },
  });
  const root = connect({ connectionString: `${inject('postgresUrl')}/postgres`, max: 1 });
  const backup = `backup_${randomBytes(6).toString('hex')}`;
  onTestFinished(async ({ task }) => {
    if (task.result?.state === 'fail') console.error(server.log.slice(-10).join('\n'));
    await stopTestServers();
    await root.query(`drop database if exists ${backup} with (force)`);
    await root.end();
    await database.drop();
  });
  const name = new URL(database.connectionString).pathname.slice(1);
  const copy = async (from: string, to: string): Promise<void> => {
    await root.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()',
      [from],
    );
    await root.query(`create database ${to} template ${from}`);
  };
  return {
    server,
    database,
    takeBackup: async (): Promise<void> => {
      await server.killNode();
      await copy(name, backup);
      await server.start();
    },
    restore: async (): Promise<void> => {
      await server.killNode();
      await root.query(`drop database ${name} with (force)`);
      await copy(backup, name);
      await server.start();
    },
  };
}

const openStation = async (
  server: Awaited<ReturnType<typeof startTestServer>>,
  office: SeededOffice,
): Promise<HeadlessWorkstation> =>
  openHeadlessWorkstation({
    folder: join(temporaryFolder(), randomBytes(4).toString('hex')),
    address: () => server.address,
    enrolment: {
      code: await server.admin().createActivationCode(office.office.id),
      login: office.clerk.login,
      password: PASSWORD,
    },
  });

const numbersOf = ({ db }: TestDatabase, office: SeededOffice) =>
  readServerTables(db, office.office.id).then(
    ({ entries }) =>
      new Map(
        entries.flatMap(({ documentId, number }) =>
          documentId === null ? [] : [[documentId, number] as const],
        ),
      ),
  );

test('T-7, I-2, I-9, I-23, N-11: the server goes back a day, one workstation is destroyed, and every number stays', async () => {
  const { server, database, takeBackup, restore } = await aServerWithBackups();
  const office = await seedOffice(server.admin());
  const [first, second, lost] = [
    await openStation(server, office),
    await openStation(server, office),
    await openStation(server, office),
  ];
  await first.act(registering(office));
  for (const station of [first, second, lost]) await station.settle(15_000);
  await takeBackup();

  for (const station of [first, lost, second, lost]) {
    await station.act(registering(office));
    await station.settle(15_000);
  }
  const paper = [...second.rows().values()].find(({ type }) => type === 'incomingDocument');
  if (paper) await second.act([correcting(paper, 'note', 'sửa sau khi sao lưu')]);
  for (const station of [first, second, lost]) await station.settle(15_000);
  const before = await numbersOf(database, office);
  expect([...before.values()].toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5]);
  await lost.close();

  await restore();
  expect((await numbersOf(database, office)).size).toBe(1);
  await first.act(registering(office));
  for (const station of [first, second, first, second]) await station.settle(15_000);
  const frozen = await numbersOf(database, office);
  expect(frozen.size).toBe(1);

  const recovery = createRecovery({ db: database.db, nowMs: () => Date.now() });
  const report = await recovery.report(office.office.id);
  expect(report?.registers).toMatchObject([{ highestSeen: 5 }]);
  expect(report?.silent).toHaveLength(1);
  const missing = report?.witnessed.filter(({ standing }) => standing === 'missing') ?? [];
  const documents = missing.filter(({ type }) => type === 'incomingDocument');
  expect(documents).toHaveLength(2);
  expect(documents.every(({ workstations }) => workstations === 2)).toBe(true);

  const args = ['--office', office.office.id, '--database', database.connectionString, '--json'];
  expect(await runRestore(['apply', ...args])).not.toBe(2);
  const unfreeze = (body: { readonly lastPaperNumber?: number }) => ({
    kind: 'cmd.unfreeze' as const,
    target: { type: 'register' as const, id: office.register.id },
    base: null,
    body,
    role: 'vanThu' as const,
  });
  await first.act([unfreeze({ lastPaperNumber: 5 })]);
  await first.settle(15_000);
  expect(first.state.attention().at(-1)?.outcome).toMatchObject({ code: 'register.recovery-open' });
  expect(await runRestore(['finish', ...args])).not.toBe(2);
  await first.act([unfreeze({ lastPaperNumber: 4 })]);
  await first.act([unfreeze({ lastPaperNumber: 5 })]);
  for (const station of [first, second]) await station.settle(15_000);

  const after = await numbersOf(database, office);
  for (const [documentId, number] of before) expect(after.get(documentId)).toBe(number);
  expect([...after.values()].toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6]);
  const codes = first.state
    .attention()
    .map(({ outcome }) => outcome && 'code' in outcome && outcome.code);
  expect(codes).toEqual(['register.recovery-open', 'register.last-number-too-small']);
  const integrity = await checkIntegrity(database.db);
  expect([...integrity.findings, ...integrity.registers.findings]).toEqual([]);
  const { records } = await readServerTables(database.db, office.office.id);
  expect(records.get(paper?.id ?? '')?.content).toMatchObject({ note: 'sửa sau khi sao lưu' });
  for (const station of [first, second]) {
    const held = [...station.rows().values()].map(({ id, rev }) => [id, rev] as const);
    expect(new Map(held)).toEqual(new Map([...records].map(([id, { rev }]) => [id, rev] as const)));
    await station.close();
  }
}, 300_000);

test('I-2, I-21: a file that came whole after the backup is sent again, though its act was in it', async () => {
  const { server, database, takeBackup, restore } = await aServerWithBackups();
  const office = await seedOffice(server.admin());
  const station = await openStation(server, office);
  const stored = await station.store.put(new TextEncoder().encode('bản quét'));
  if (!stored.ok) throw new Error(stored.error.code);
  const file = { sha256: stored.value, name: 'a.pdf', sizeBytes: 10, mime: 'application/pdf' };
  const [draft] = registering(office, false);
  if (!draft) throw new Error('an act is made');
  const body = { ...draft.body, files: [{ ...file, role: 'chinh' }] };
  await station.act([{ ...draft, body, files: [stored.value] }]);
  await station.settle(15_000);
  await takeBackup();
  expect(await station.sendFiles()).toEqual({ ok: true, value: undefined });
  expect(station.state.unsentFiles()).toEqual([]);

  await restore();
  expect(await runRestore(['begin', '--database', database.connectionString])).toBe(0);
  await station.settle(15_000);

  expect(station.state.unsentFiles()).toEqual([stored.value]);
  expect(await station.sendFiles()).toEqual({ ok: true, value: undefined });
  const { rows } = await database.db.query('select is_complete from file');
  expect(rows).toEqual([{ is_complete: true }]);
  await station.close();
}, 120_000);

test('N-13: an old server that was started by mistake is refused, and nothing is sent to it', async () => {
  const { server, database, takeBackup, restore } = await aServerWithBackups();
  const office = await seedOffice(server.admin());
  const station = await openStation(server, office);
  await station.settle(15_000);
  await takeBackup();
  expect(await runRestore(['begin', '--database', database.connectionString])).toBe(0);
  await station.settle(15_000);
  await station.act(registering(office));

  await restore();

  expect(await station.round()).toMatchObject({ error: { code: 'server.went-back' } });
  expect(station.state.pendingCount()).toBe(2);
  await station.close();
}, 120_000);

test('I-2, I-23: a second restore from the same backup, which knows nothing of the first one, is recovered too', async () => {
  const { server, database, takeBackup, restore } = await aServerWithBackups();
  const office = await seedOffice(server.admin());
  const station = await openStation(server, office);
  await station.settle(15_000);
  await takeBackup();
  const begin = () => runRestore(['begin', '--database', database.connectionString]);
  expect(await begin()).toBe(0);
  await station.settle(15_000);
  await station.act(registering(office));
  await station.settle(15_000);

  await restore();
  expect(await station.round()).toMatchObject({ error: { code: 'server.went-back' } });
  expect(await begin()).toBe(0);
  await station.settle(15_000);

  expect(station.state.pendingCount()).toBe(0);
  const recovery = createRecovery({ db: database.db, nowMs: () => Date.now() });
  expect(await recovery.report(office.office.id)).toMatchObject({
    sentAgain: [{ operations: 2 }],
    silent: [],
  });
  await station.close();
}, 120_000);
