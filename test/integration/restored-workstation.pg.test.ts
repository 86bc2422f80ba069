import { cpSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import type { OperationDraft } from '@shared/sync/operation';
import {
  aUser,
  enrolTestDevice,
  overHttp,
  PASSWORD,
  seedOffice,
  signedOperation,
  signIn,
  sync,
} from '../support/builders';
import { registering } from '../support/headless/office-work';
import { startProgram, type Program } from '../support/main-program';
import { temporaryFolder } from '../support/temporary-folder';
import { startTestServer, stopTestServers, type TestServer } from '../support/test-server';

afterEach(stopTestServers);

const credentials = { login: 'vanthu', password: PASSWORD };
type Status = Parameters<Parameters<Program['until']>[0]>[0];
const sent = ({ pendingOperations, connection }: Status) =>
  pendingOperations === 0 && connection === 'online';
const forked = ({ connectionProblem }: Status) => connectionProblem === 'device.forked';

/** A PC at work with a backup on a stick, whose line then goes; and the recovery key on paper. */
async function aPcWithBackup(server: TestServer) {
  const seeded = await seedOffice(server.admin());
  const folder = temporaryFolder();
  const stick = temporaryFolder();
  const pc = await startProgram({
    folder: join(folder, 'PC1'),
    backupFolder: stick,
    anchorFolders: [join(folder, 'anchor-1'), join(folder, 'anchor-2')],
  });
  const code = await server.admin().createActivationCode(seeded.office.id);
  await pc.ask('session.enrol', { address: server.address, code, deviceName: 'Máy văn thư' });
  await pc.ask('session.signIn', credentials);
  await pc.until(sent);
  await pc.ask('backup.chooseFolder', undefined);
  const { recoveryKey, askedGroup } = await pc.ask('backup.makeKey', undefined);
  const group = recoveryKey.split('-')[askedGroup - 1] ?? '';
  await pc.ask('backup.confirmKey', { group: group.toLowerCase() });
  const paper = (): readonly OperationDraft[] => registering(seeded, false);
  const restore = async () => {
    const second = await startProgram({ folder: join(folder, 'PC2'), backupFolder: stick });
    await second.ask('restore.choose', undefined);
    const found = await second.ask('restore.open', { recoveryKey: recoveryKey.toLowerCase() });
    const session = await second.ask('restore.run', undefined);
    return { second, found, session };
  };
  return { pc, folder, stick, seeded, paper, restore, recoveryKey };
}

const save = async (program: Program, drafts: readonly OperationDraft[]) => {
  await program.ask('operations.append', { drafts });
  return drafts[0]?.target.id ?? '';
};

/** A JPEG by its beginning, of several sealed frames. */
const SCAN = new Uint8Array(300_000).map((_, at) => [0xff, 0xd8, 0xff, 0xe0][at] ?? at % 251);

async function importScan({ ask }: Program) {
  const { importId } = await ask('files.beginImport', {
    name: 'quet.jpg',
    sizeBytes: SCAN.length,
    role: 'banQuet',
    notSecretConfirmed: true,
  });
  await ask('files.importChunk', { importId, index: 0, data: SCAN });
  return (await ask('files.finishImport', { importId })).file.sha256;
}

/** Signs in, is told that the history went back, and goes on as a new incarnation. */
async function goOn(program: Program) {
  await program.ask('session.signIn', credentials);
  await program.until(forked);
  await program.ask('session.enrolAgain', credentials);
  await program.until(({ connection }) => connection === 'online');
  const { items } = await program.ask('unreceived.list', undefined);
  const standings = await program.ask('unreceived.compare', undefined);
  return items.map(({ opId, target }) => ({
    opId,
    id: target.id,
    standing: standings.find((one) => one.opId === opId)?.standing,
  }));
}

const timesOnServer = async (server: TestServer, ids: readonly string[]) => {
  const { rows } = await server.db().query(
    `select target_id as id, count(*)::int as times from op
        where target_id = any($1::uuid[]) and outcome->>'status' = 'applied' group by 1`,
    [ids],
  );
  const times = z.array(z.object({ id: z.string(), times: z.int() })).parse(rows);
  return ids.map((id) => times.find((row) => row.id === id)?.times ?? 0);
};

test('§15, §13.3, I-1, I-23: work saved offline comes back on a new PC from the backup, and arrives once', async () => {
  const server = await startTestServer();
  const { pc, folder, stick, paper, restore } = await aPcWithBackup(server);
  await server.killNode();
  const papers = [await save(pc, paper()), await save(pc, paper())];
  const rowId = randomUUID();
  const scan = await importScan(pc);
  const row = { subject: 'đang nhập dở', scan: { sha256: scan } };
  await pc.ask('workbench.saveRows', { rows: [{ rowId, row }] });
  await pc.ask('backup.runNow', undefined);
  await pc.stop();
  rmSync(join(folder, 'PC1'), { recursive: true });
  await server.start();

  const { second, found, session } = await restore();
  expect(found).toMatchObject({
    deviceName: 'Máy văn thư',
    pending: 2,
    rows: 1,
    files: 1,
    isNewerDamaged: false,
  });
  expect(found.people).toHaveLength(1);
  expect(session).toMatchObject({ phase: 'signedOut', deviceName: 'Máy văn thư' });
  const open = await goOn(second);
  expect(open.map(({ id, standing }) => [id, standing])).toEqual(
    papers.map((id) => [id, 'missing']),
  );
  expect(await timesOnServer(server, papers)).toEqual([0, 0]);
  expect(await second.ask('workbench.listRows', undefined)).toEqual([{ rowId, row }]);
  const bytes = await second.content.read(scan, 0, SCAN.length);
  expect(Buffer.from(bytes ?? []).equals(SCAN)).toBe(true);
  for (const { opId } of open) await second.ask('unreceived.sendAgain', { opId });
  await second.until(sent);
  expect(await timesOnServer(server, papers)).toEqual([1, 1]);
  // The restored PC does not write into the backup of the old one: it asks for one of its own.
  expect(await second.ask('backup.status', undefined)).toMatchObject({ folder: null });
  expect(readdirSync(stick)).toHaveLength(1);
}, 120_000);

test('§15, §13.3, I-5, I-23: what the lost PC had delivered after its backup is proposed as known, the rest is sent', async () => {
  const server = await startTestServer();
  const { pc, folder, paper, restore } = await aPcWithBackup(server);
  await server.killNode();
  const delivered = await save(pc, paper());
  await pc.stop();
  cpSync(join(folder, 'PC1'), join(folder, 'part'), { recursive: true });
  rmSync(join(folder, 'part', 'backup.bin'));
  const again = await startProgram({ folder: join(folder, 'PC1') });
  await again.ask('session.signIn', credentials);
  const missing = await save(again, paper());
  await again.ask('backup.runNow', undefined);
  await again.stop();
  await server.start();
  // The PC reached the server with its first paper only, then was destroyed.
  const part = await startProgram({ folder: join(folder, 'part') });
  await part.ask('session.signIn', credentials);
  await part.until(sent);
  await part.stop();

  const { second } = await restore();
  const open = await goOn(second);
  expect(open.map(({ id, standing }) => [id, standing])).toEqual([
    [delivered, 'received'],
    [missing, 'missing'],
  ]);
  await second.ask('operations.dismiss', { opId: open[0]?.opId ?? '' });
  await second.ask('unreceived.sendAgain', { opId: open[1]?.opId ?? '' });
  await second.until(sent);

  expect(await timesOnServer(server, [delivered, missing])).toEqual([1, 1]);
}, 120_000);

test('§15: a backup is restored into a PC that was never enrolled and nowhere else, by the right key alone', async () => {
  const server = await startTestServer();
  const { pc, folder, stick, recoveryKey } = await aPcWithBackup(server);
  await pc.ask('backup.runNow', undefined);
  await pc.ask('restore.choose', undefined);
  await pc.ask('restore.open', { recoveryKey });
  expect(await pc.handlers['restore.run'](undefined)).toMatchObject({
    error: { code: 'backup.not-empty' },
  });
  // Replaced while nobody looks: the old sheet opens nothing, the new one does.
  const next = await pc.ask('backup.makeKey', undefined);
  expect(await pc.handlers['backup.confirmKey']({ group: 'AAAAA' })).toMatchObject({
    error: { code: 'backup.group-differs' },
  });
  const group = next.recoveryKey.split('-')[next.askedGroup - 1] ?? '';
  await pc.ask('backup.confirmKey', { group });
  await pc.stop();

  const other = await startProgram({ folder: join(folder, 'PC3'), backupFolder: stick });
  expect(await other.handlers['restore.run'](undefined)).toMatchObject({ ok: false });
  await other.ask('restore.choose', undefined);
  expect(await other.handlers['restore.open']({ recoveryKey })).toMatchObject({
    error: { code: 'backup.wrong-recovery-key' },
  });
  await other.ask('restore.open', { recoveryKey: next.recoveryKey });
  expect(await other.ask('restore.run', undefined)).toMatchObject({ phase: 'signedOut' });
}, 120_000);

/** The head of the office lets the book be lent, and the PC takes it. */
async function lendBook(
  server: TestServer,
  { seeded, pc }: Awaited<ReturnType<typeof aPcWithBackup>>,
) {
  const post = overHttp(server.address);
  const desk = await enrolTestDevice(
    post,
    await server.admin().createActivationCode(seeded.office.id),
  );
  const head = aUser({ officeId: seeded.office.id, login: 'chanhvp', fullName: 'Người đứng đầu' }, [
    { role: 'lanhDaoVanPhong', organId: seeded.organ.id },
  ]);
  await server.admin().createUser(head, PASSWORD);
  const { accessToken: token } = await signIn(post, desk, head);
  const target = { type: 'register', id: seeded.register.id } as const;
  const kind = 'cmd.allowLease';
  const role = 'lanhDaoVanPhong';
  const body = { allowed: true };
  await sync(post, desk, {
    token,
    ops: [signedOperation(desk, { actor: head, role, kind, target, body })],
  });
  const lease = { kind: 'cmd.requestLease', target, base: null, role: 'vanThu', body: {} } as const;
  await pc.ask('operations.append', { drafts: [lease] });
  await pc.until(sent);
  await pc.until(({ heldRegisters }) => heldRegisters === 1);
  await pc.ask('registers.confirmLast', { registerId: seeded.register.id, lastNumber: 0 });
}

test('§13.3, I-9, I-12: a restored PC gives no number of the book that the lost one held', async () => {
  const server = await startTestServer();
  const at = await aPcWithBackup(server);
  const { pc, folder, stick, seeded, restore } = at;
  await lendBook(server, at);
  await server.killNode();
  await pc.ask('backup.runNow', undefined);
  // Behind the backup: number 1 is on paper, and no copy of it is left.
  await save(pc, registering(seeded));
  renameSync(stick, `${stick}-away`);
  await pc.stop();
  renameSync(`${stick}-away`, stick);
  rmSync(join(folder, 'PC1'), { recursive: true });

  // Also before the server has said anything.
  const { second, found } = await restore();
  expect(found.pending).toBe(0);
  await second.ask('session.signIn', credentials);
  const giveNumber = second.handlers['registers.confirmLast'];
  const asked = { registerId: seeded.register.id, lastNumber: 0 };
  expect(await giveNumber(asked)).toMatchObject({ error: { code: 'register.no-lease' } });
  await server.start();
  await goOn(second);
  expect(await giveNumber(asked)).toMatchObject({ error: { code: 'register.no-lease' } });
  await save(second, registering(seeded));
  await second.until(sent);

  const { rows } = await server.db().query(
    `select custody->>'state' as state, (select count(*)::int from register_entry) as entries
         from register`,
  );
  expect(rows).toEqual([{ state: 'FROZEN', entries: 0 }]);
}, 120_000);
