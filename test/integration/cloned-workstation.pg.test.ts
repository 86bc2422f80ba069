import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
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
  type SeededOffice,
} from '../support/builders';
import { registering } from '../support/headless/office-work';
import { startProgram, type Program } from '../support/main-program';
import { temporaryFolder } from '../support/temporary-folder';
import { startTestServer, stopTestServers, type TestServer } from '../support/test-server';

afterEach(stopTestServers);

/** An office whose head lets its book be lent, and a province's administrator, at a PC that nobody copies. */
async function anOffice(server: TestServer) {
  const post = overHttp(server.address);
  const admin = server.admin();
  const seeded = await seedOffice(admin);
  const office = seeded.office.id;
  const desk = await enrolTestDevice(post, await admin.createActivationCode(office));
  const person = async (login: string, role: 'lanhDaoVanPhong' | 'quanTri') => {
    const user = aUser({ officeId: office, login, fullName: `Người ${login}` }, [
      { role, organId: seeded.organ.id },
    ]);
    await admin.createUser(user, PASSWORD);
    await signIn(post, desk, user);
    return user;
  };
  const head = await person('chanhvp', 'lanhDaoVanPhong');
  const province = await person('quantri', 'quanTri');
  const onRegister = async (kind: `cmd.${string}`, actor: typeof head, body: object) => {
    const { accessToken: token } = await signIn(post, desk, actor);
    const role = actor.grants[0]?.role ?? 'vanThu';
    const target = { type: 'register', id: seeded.register.id } as const;
    const op = signedOperation(desk, { actor, role, kind, target, body });
    return (await sync(post, desk, { token, ops: [op] })).results;
  };
  await onRegister('cmd.allowLease', head, { allowed: true });
  return { seeded, head, province, onRegister, code: await admin.createActivationCode(office) };
}

const credentials = { login: 'vanthu', password: PASSWORD };
const sent = ({
  pendingOperations,
  connection,
}: {
  pendingOperations: number;
  connection: string;
}) => pendingOperations === 0 && connection === 'online';
const forked = ({ connectionProblem }: { connectionProblem: string | null }) =>
  connectionProblem === 'device.forked';

/** A PC that holds the book and has given its first number. */
async function aHolder(server: TestServer, seeded: SeededOffice, code: string, folder: string) {
  const program = await startProgram(at(folder, 'A'));
  await program.ask('session.enrol', { address: server.address, code, deviceName: 'Máy văn thư' });
  await program.ask('session.signIn', credentials);
  const target = { type: 'register', id: seeded.register.id } as const;
  const lease: OperationDraft = {
    kind: 'cmd.requestLease',
    target,
    base: null,
    role: 'vanThu',
    body: {},
  };
  await program.ask('operations.append', { drafts: [lease] });
  await program.until(sent);
  await program.until(({ heldRegisters }) => heldRegisters === 1);
  await confirmLast(program, seeded, 0);
  await save(program, registering(seeded));
  await program.until(sent);
  return program;
}

/** Each PC has its own places outside the profile. */
const at = (folder: string, pc: string) => ({
  folder: join(folder, pc),
  anchorFolders: [join(folder, `anchor-${pc}-1`), join(folder, `anchor-${pc}-2`)],
});
const confirmLast = (program: Program, { register }: SeededOffice, lastNumber: number) =>
  program.ask('registers.confirmLast', { registerId: register.id, lastNumber });
const save = async (program: Program, drafts: readonly OperationDraft[]) => {
  await program.ask('operations.append', { drafts });
  return drafts[0]?.target.id ?? '';
};

/** Offline at a start: signs in, compares the book, registers a paper with a number of the lent book. */
async function workAlone(folder: string, pc: string, seeded: SeededOffice, lastNumber: number) {
  const program = await startProgram(at(folder, pc));
  await program.ask('session.signIn', credentials);
  await confirmLast(program, seeded, lastNumber);
  return { program, paper: await save(program, registering(seeded)) };
}

test('T-8, I-12, I-23: a workstation that was cloned while it held a book; both go on, no number is given twice, nothing is lost', async () => {
  const server = await startTestServer();
  const { seeded, province, head, onRegister, code } = await anOffice(server);
  const folder = temporaryFolder();
  const original = await aHolder(server, seeded, code, folder);
  await server.killNode();
  // One act that both copies will hold.
  const common = await save(original, registering(seeded, false));
  await original.stop();
  cpSync(join(folder, 'A'), join(folder, 'B'), { recursive: true });
  const a = await workAlone(folder, 'A', seeded, 1);
  await a.program.stop();
  const b = await workAlone(folder, 'B', seeded, 1);
  await b.program.stop();
  await server.start();

  // A comes first and is taken in whole.
  const first = await startProgram(at(folder, 'A'));
  await first.ask('session.signIn', credentials);
  await first.until(sent);
  const second = await startProgram(at(folder, 'B'));
  await second.ask('session.signIn', credentials);
  await second.until(forked);
  // I-12: told, and no further number here.
  await expect(confirmLast(second, seeded, 2)).rejects.toThrow('register.no-lease');
  await second.ask('session.enrolAgain', credentials);
  await second.until(({ connection }) => connection === 'online');

  const left = await second.ask('unreceived.list', undefined);
  const standings = await second.ask('unreceived.compare', undefined);
  const proposals = left.items.map(({ kind, target, opId }) => [
    kind,
    target.id,
    standings.find((one) => one.opId === opId)?.standing,
  ]);
  expect(proposals).toEqual([
    ['create', common, 'received'],
    // Whoever typed the same paper on both: another record with the same content.
    ['create', b.paper, 'alike'],
    ['cmd.allocateNumber', b.paper, 'missing'],
  ]);
  const [known, paper, number] = left.items;
  await second.ask('operations.dismiss', { opId: known?.opId ?? '' });
  await second.ask('unreceived.sendAgain', { opId: paper?.opId ?? '' });
  // What was not confirmed stays, also over a restart.
  await second.until(sent);
  await second.stop();
  const again = await startProgram(at(folder, 'B'));
  await again.ask('session.signIn', credentials);
  expect((await again.ask('unreceived.list', undefined)).items.map(({ opId }) => opId)).toEqual([
    number?.opId,
  ]);
  await again.ask('unreceived.sendAgain', { opId: number?.opId ?? '' });
  await again.until(sent);

  // The other copy is told at its next act, goes on as an incarnation of its own, and has nothing to confirm but that.
  const late = await save(first, registering(seeded, false));
  await first.until(forked);
  await first.ask('session.enrolAgain', credentials);
  await first.until(({ connection }) => connection === 'online');
  const [open] = (await first.ask('unreceived.list', undefined)).items;
  expect(open?.target.id).toBe(late);
  await first.ask('unreceived.sendAgain', { opId: open?.opId ?? '' });
  await first.until(sent);
  const more = await save(again, registering(seeded, false));
  await again.until(sent);

  const { rows: entries } = await server
    .db()
    .query('select number, document_id as id from register_entry order by number');
  expect(entries).toHaveLength(2);
  expect(entries[1]).toEqual({ number: 2, id: a.paper });
  // Both papers are flagged, and nobody but a person decides between them.
  const { rows: records } = await server.db().query(
    `select content->'dispute'->>'reason' as dispute from record
      where type = 'incomingDocument' and id = any($1::uuid[])
      order by array_position($1::uuid[], id)`,
    [[common, a.paper, b.paper, late, more]],
  );
  expect(records).toEqual([null, 'taken', 'taken', null, null].map((dispute) => ({ dispute })));
  const { rows: devices } = await server
    .db()
    .query(`select inc, state from device where name = 'Máy văn thư' order by inc`);
  expect(devices).toEqual([
    { inc: 1, state: 'fenced' },
    { inc: 2, state: 'active' },
    { inc: 3, state: 'active' },
  ]);
  // The book waits for people (§9.5), and goes on from their word.
  const { rows: held } = await server.db().query(`select custody->>'state' as state from register`);
  expect(held).toEqual([{ state: 'FROZEN' }]);
  await onRegister('cmd.proposeRecall', head, { lastIssued: 2 });
  await onRegister('cmd.approveRecall', province, {});
  const numbered = await save(first, registering(seeded));
  await first.until(sent);
  const { rows: next } = await server
    .db()
    .query('select document_id as id from register_entry where number = 3');
  expect(next).toEqual([{ id: numbered }]);
}, 180_000);

test('§13.3: who was not told that their history forked, or does not know the password, gets no other incarnation', async () => {
  const server = await startTestServer();
  const { seeded, code } = await anOffice(server);
  const program = await startProgram(at(temporaryFolder(), 'A'));
  await program.ask('session.enrol', { address: server.address, code, deviceName: 'Máy' });
  await program.ask('session.signIn', credentials);
  await program.until(sent);
  const enrolAgain = program.handlers['session.enrolAgain'];

  expect(await enrolAgain(credentials)).toMatchObject({ error: { code: 'device.bad-proof' } });
  await server.db().query(`update device set forked_at = now() where name = 'Máy'`);
  expect(await enrolAgain({ ...credentials, password: 'sai' })).toMatchObject({
    error: { code: 'session.wrong-password' },
  });
  const devices = await server.admin().listDevices(seeded.office.id);
  const own = devices.find(({ name }) => name === 'Máy');
  await server.admin().disableDevice(seeded.office.id, own?.deviceId ?? '');
  expect(await enrolAgain(credentials)).toMatchObject({ error: { code: 'device.disabled' } });
});

test('§4.2, I-1, I-6: a damaged journal goes on from what is readable; the hole is on record, and nothing behind it jumps the queue', async () => {
  const server = await startTestServer();
  const { seeded, code } = await anOffice(server);
  const folder = temporaryFolder();
  const program = await startProgram(at(folder, 'A'));
  await program.ask('session.enrol', { address: server.address, code, deviceName: 'Máy hỏng đĩa' });
  await program.ask('session.signIn', credentials);
  await save(program, registering(seeded, false));
  await program.until(sent);
  await server.killNode();
  const path = join(folder, 'A', 'journal', '00000001.jnl');
  const starts: number[] = [];
  for (let i = 0; i < 3; i++) {
    starts.push(readFileSync(path).length);
    await save(program, registering(seeded, false));
  }
  await program.stop();
  const damaged = readFileSync(path);
  damaged.fill(0xee, (starts[0] ?? 0) + 20, (starts[1] ?? 0) - 20);
  writeFileSync(path, damaged);
  await server.start();

  const hurt = await startProgram(at(folder, 'A'));
  expect((await hurt.ask('session.describe', undefined)).phase).toBe('journalDamaged');
  expect((await hurt.ask('session.repairJournal', undefined)).phase).toBe('signedOut');
  await hurt.ask('session.signIn', credentials);
  await hurt.until(forked);
  await hurt.ask('session.enrolAgain', credentials);
  await hurt.until(({ connection }) => connection === 'online');
  const left = (await hurt.ask('unreceived.list', undefined)).items;
  expect(left.map(({ n }) => n)).toEqual([3, 4]);
  // Nobody takes another person's work off the list (§3.1).
  await hurt.ask('session.signIn', { login: 'chutich', password: PASSWORD });
  const dismiss = hurt.ask('operations.dismiss', { opId: left[0]?.opId ?? '' });
  await expect(dismiss).rejects.toThrow('operation.target-missing');
  await hurt.ask('session.signIn', credentials);
  for (const { opId } of left) await hurt.ask('unreceived.sendAgain', { opId });
  await hurt.until(sent);

  const rows = async (sql: string) => (await server.db().query(sql)).rows;
  expect(
    await rows(`select detail::json as detail from audit where event = 'device.lostOperations'`),
  ).toEqual([{ detail: { inc: 1, from: 2, to: 2 } }]);
  expect(
    await rows(`select inc, count(*)::int as n from op where target_type = 'incomingDocument'
                 group by inc order by inc`),
  ).toEqual([
    { inc: 1, n: 1 },
    { inc: 2, n: 2 },
  ]);
}, 180_000);
