import { randomUUID } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { RegisterEntry } from '@shared/domain/register/register';
import { contentHash, dossierOf, dossierScope, officeScope } from '@shared/sync/record';
import type { Operation } from '@shared/sync/operation';
import type { Witness } from '@shared/sync/witness';
import { inTransaction } from '../../sync-server/src/db/transaction';
import { beginRecovery } from '../../sync-server/src/features/recovery/begin-recovery';
import { takeInEntries } from '../../sync-server/src/features/recovery/recover-book';
import { reportRecovery } from '../../sync-server/src/features/recovery/recovery-report';
import { createRecovery } from '../../sync-server/src/features/recovery/recovery-service';
import { createWitnesses } from '../../sync-server/src/features/recovery/witness-service';
import { intakeTransaction } from '../../sync-server/src/features/sync/postgres-intake-store';
import { checkIntegrity } from '../../sync-server/src/features/health/integrity';
import { sha256 } from '../../sync-server/src/platform';
import {
  anIncomingRegistration,
  aRegistering,
  enrolTestDevice,
  overApp,
  seedOffice,
  signIn,
  sync,
  type SeededOffice,
} from '../support/builders';
import { aTestNode, createTestDatabase } from '../support/test-database';

async function aRestoredServer() {
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  const { db, admin } = await aTestNode(database);
  const seeded = await seedOffice(admin);
  const officeId = seeded.office.id;
  const nowMs = Date.now();
  await beginRecovery(db, { reason: 'operator', nowMs });
  const offer = createWitnesses({ db });
  const session = (deviceId: string) => ({ deviceId, inc: 1, officeId, user: seeded.clerk });
  const recovery = createRecovery({ db, nowMs: () => nowMs });
  const report = () => reportRecovery(db, officeId);
  return { db, seeded, officeId, nowMs, offer, session, recovery, report };
}

function aWitness(content: Witness['content'], over: Partial<Witness> = {}): Witness {
  const hash = contentHash(content, sha256);
  return { type: 'incomingDocument', id: randomUUID(), rev: 1, seq: 1_000, hash, content, ...over };
}

const anEntryOf = (seeded: SeededOffice) => ({
  registerId: seeded.register.id,
  number: 3,
  date: null,
  documentId: null as string | null,
  givenBy: seeded.clerk.id,
  kind: 'placeholder',
  note: null,
  keptFor: null,
});

/** An arrival that waits for its number. */
const aWaiting = (seeded: SeededOffice): Witness =>
  aWitness({
    ...anIncomingRegistration(seeded),
    state: 'moiDen',
    arrivalNumber: null,
    numberRequestedAt: '2026-03-02T02:00:00.000Z',
    dispute: null,
    registeredBy: seeded.clerk.id,
    registeredAt: '2026-03-02T02:00:00.000Z',
    routedUnitId: null,
  });

test('I-13: witnesses count only of scopes that the person may see, and whole ones of a lost history', async () => {
  const { offer, officeId, session, nowMs, report } = await aRestoredServer();
  const scope = officeScope(officeId);
  const device = randomUUID();
  const row = aWitness({ note: 'một' });
  const send = (over: object, witnesses: readonly Witness[]) =>
    offer({ ...session(device), ...over }, { scope, witnesses });

  expect(await send({ user: undefined }, [row])).toMatchObject({ ok: false });
  const foreign = { scope: officeScope(randomUUID()), witnesses: [row] };
  expect(await offer(session(device), foreign)).toMatchObject({ ok: false });
  expect(await send({}, [{ ...row, content: { note: 'hai' } }])).toMatchObject({
    error: { code: 'http.invalid-body' },
  });
  expect(await send({}, [{ ...row, seq: nowMs + 1 }])).toEqual({ ok: true, value: { kept: 0 } });
  expect((await report())?.witnessed).toEqual([]);
});

test('identical witnesses count once, with the number of workstations', async () => {
  const { offer, officeId, session, report } = await aRestoredServer();
  const row = aWitness({ note: 'một' });
  const offered = { scope: officeScope(officeId), witnesses: [row] };
  const [first, second] = [randomUUID(), randomUUID()];

  for (const device of [first, second, first])
    expect(await offer(session(device), offered)).toEqual({ ok: true, value: { kept: 1 } });

  expect((await report())?.witnessed).toMatchObject([
    { id: row.id, workstations: 2, standing: 'missing' },
  ]);
});

test('I-10, N-11: a number that was seen and whose neighbours nobody brought leaves placeholders, and the book is whole', async () => {
  const { db, seeded, offer, officeId, session, recovery, report } = await aRestoredServer();
  const entry = anEntryOf(seeded);
  const row = aWitness(entry, { type: 'registerEntry' });
  await offer(session(randomUUID()), { scope: officeScope(officeId), witnesses: [row] });

  await recovery.apply(officeId, { alone: true });
  await recovery.finish(officeId);
  await recovery.finish(officeId);

  expect((await report())?.registers).toMatchObject([{ nextNumber: 4, highestSeen: 3 }]);
  const { findings, registers } = await checkIntegrity(db);
  expect([...findings, ...registers.findings]).toEqual([]);
});

test('I-9: a row that its holder sent since the rows were looked up stays as it is', async () => {
  const { db, seeded, officeId } = await aRestoredServer();
  const takeIn = (givenBy: string) => {
    const entry = RegisterEntry.parse({ ...anEntryOf(seeded), number: 1, givenBy });
    const taking = { registerId: seeded.register.id, entries: [entry], documents: new Map() };
    return inTransaction(db, (tx) =>
      takeInEntries(intakeTransaction(tx), officeId, { ...taking, queue: async () => [] }),
    );
  };

  expect(await takeIn(seeded.clerk.id)).toHaveLength(1);
  expect(await takeIn(randomUUID())).toEqual([]);

  const { rows } = await db.query('select number, given_by from register_entry');
  expect(rows).toEqual([{ number: 1, given_by: seeded.clerk.id }]);
});

test('I-9, I-13: what a single workstation tells is applied by the administrator’s explicit word alone', async () => {
  const { db, seeded, offer, officeId, session, recovery } = await aRestoredServer();
  const scope = officeScope(officeId);
  const told = aWaiting(seeded);
  const forged = aWitness(
    { ...anEntryOf(seeded), number: 1, documentId: told.id },
    { type: 'registerEntry' },
  );
  await offer(session(randomUUID()), { scope, witnesses: [forged, told] });
  const counts = async () => {
    const { rows } = await db.query(
      `select (select count(*)::int from register_entry) as entries,
              (select count(*)::int from record where type = 'incomingDocument') as papers`,
    );
    return rows[0];
  };

  await recovery.apply(officeId, { alone: false });
  expect(await counts()).toEqual({ entries: 0, papers: 0 });
  await recovery.apply(officeId, { alone: true });
  expect(await counts()).toEqual({ entries: 1, papers: 1 });
});

test('I-13: nobody witnesses for a record in a scope that they may not see, whatever scope they offer it for', async () => {
  const { db, offer, officeId, session, report } = await aRestoredServer();
  const row = aWitness({ note: 'một' });
  await db.query(
    `insert into record (office_id, id, type, scope, rev, content, hash)
     values ($1, $2, 'incomingDocument', $3, 1, '{}', $4)`,
    [officeId, row.id, dossierScope(randomUUID()), row.hash],
  );
  const about = aWitness({ targetId: row.id, field: 'note' }, { type: 'conflict' });

  expect(
    await offer(session(randomUUID()), { scope: officeScope(officeId), witnesses: [row, about] }),
  ).toEqual({ ok: true, value: { kept: 0 } });
  expect((await report())?.witnessed).toEqual([]);
});

test('§13.2: a move into a dossier that nobody sent again is seen and applied, though the content is the same', async () => {
  const { db, seeded, offer, officeId, session, recovery, report } = await aRestoredServer();
  const dossier = dossierScope(randomUUID());
  await db.query(
    'insert into dossier_member (office_id, dossier_id, user_id) values ($1, $2, $3)',
    [officeId, dossierOf(dossier), seeded.clerk.id],
  );
  const row = aWaiting(seeded);
  await db.query(
    `insert into record (office_id, id, type, scope, rev, content, hash)
     values ($1, $2, 'incomingDocument', $3, 1, $4, $5)`,
    [officeId, row.id, officeScope(officeId), JSON.stringify(row.content), row.hash],
  );
  await db.query(
    `insert into feed (office_id, scope, id, type, seq, rev, kind, hash, tx)
     values ($1, $2, $3, 'incomingDocument', 900, 1, 'put', $4, 900)`,
    [officeId, officeScope(officeId), row.id, row.hash],
  );
  for (const device of [randomUUID(), randomUUID()])
    await offer(session(device), { scope: dossier, witnesses: [{ ...row, rev: 2 }] });

  expect((await report())?.witnessed).toMatchObject([{ id: row.id, standing: 'untouched' }]);
  await recovery.apply(officeId, { alone: false });
  const { rows } = await db.query('select scope from record where id = $1', [row.id]);
  expect(rows).toEqual([{ scope: dossier }]);
});

test('§9.3, §13.2: a paper that waited for its number in the lost history waits in its queue again, once', async () => {
  const { db, seeded, offer, officeId, session, recovery } = await aRestoredServer();
  const row = aWaiting(seeded);
  for (const device of [randomUUID(), randomUUID()])
    await offer(session(device), { scope: officeScope(officeId), witnesses: [row] });

  await recovery.apply(officeId, { alone: false });
  await recovery.apply(officeId, { alone: false });

  const { rows } = await db.query('select document_id as id from register_queue');
  expect(rows).toEqual([{ id: row.id }]);
});

test('I-9, §13.2: a paper whose row comes back as voided is shown as voided', async () => {
  const { db, seeded, offer, officeId, session, recovery } = await aRestoredServer();
  const paper = aWaiting(seeded);
  const given = { number: 1, documentId: paper.id, date: '2026-03-02', kind: 'voided' };
  const row = aWitness({ ...anEntryOf(seeded), ...given }, { type: 'registerEntry' });
  const tell = (witness: Witness) =>
    offer(session(randomUUID()), { scope: officeScope(officeId), witnesses: [witness] });
  await tell(paper);
  await recovery.apply(officeId, { alone: true });
  await tell(row);

  await recovery.apply(officeId, { alone: true });

  const { rows } = await db.query('select content from record where id = $1', [paper.id]);
  expect(rows).toMatchObject([{ content: { arrivalNumber: 1, state: 'huySoDen' } }]);
});

test('I-7: every scope of the office begins anew behind the cut, whatever happens in it', async () => {
  const { db, officeId, nowMs } = await aRestoredServer();
  await db.query(
    `insert into scope_digest (office_id, scope, sum, count, head) values ($1, $2, $3, 0, 1)`,
    [officeId, dossierScope(randomUUID()), '0'.repeat(16)],
  );

  await beginRecovery(db, { reason: 'operator', nowMs: nowMs + 5_000 });

  const { rows } = await db.query('select distinct head::float8 as head from scope_digest');
  expect(rows).toEqual([{ head: nowMs + 5_000 }]);
});

test('I-23: a ticket proves the answer that it came with, though its request was answered before the backup, too', async () => {
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  const node = await aTestNode(database);
  const seeded = await seedOffice(node.admin);
  const post = overApp(node.app);
  const code = await node.admin.createActivationCode(seeded.office.id);
  const device = await enrolTestDevice(post, code);
  const { accessToken: token } = await signIn(post, device, seeded.clerk);
  const { ticket } = device;
  await sync(post, device, { token });
  const numbers = async () =>
    (await database.db.query('select ticket_count, contacts from device')).rows;
  expect(await numbers()).toEqual([{ ticket_count: 1, contacts: 1 }]);
  await sync(post, device, { token, over: { ticket } });
  expect(await numbers()).toEqual([{ ticket_count: 1, contacts: 2 }]);
  // Put back to where the request had been answered once.
  await database.db.query('update device set contacts = 1');

  expect((await sync(post, device, { token })).recovery).toEqual({ lastN: 0 });
});

test('I-23: two nodes that notice it at once begin one history', async () => {
  const { db, nowMs } = await aRestoredServer();
  const { rows } = await db.query('select timeline from server_state');
  const behind = (rows[0] as { timeline: string }).timeline;
  const begin = () => beginRecovery(db, { reason: 'ticket', behind, nowMs: nowMs + 5 });

  const [first, second] = await Promise.all([begin(), begin()]);

  expect(first).not.toBe(behind);
  expect(second).toBe(first);
});

test('I-2, §13.2: work whose author is not known yet after a restore waits for them to sign in, and is not refused for good', async () => {
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  const node = await aTestNode(database);
  const seeded = await seedOffice(node.admin);
  const post = overApp(node.app);
  const device = await enrolTestDevice(
    post,
    await node.admin.createActivationCode(seeded.office.id),
  );
  const { accessToken: token } = await signIn(post, device, seeded.clerk);
  // The key of the clerk came after the backup.
  await database.db.query('delete from device_user_key where user_id = $1', [seeded.clerk.id]);
  await database.db.query(
    `insert into timeline (id, reason, parent_id)
     select gen_random_uuid(), 'operator', timeline from server_state`,
  );
  await database.db.query(
    `insert into office_recovery (office_id, timeline_id, fork_head, resumes_at, begun_at)
     select $1, id, 0, 1, now() from timeline`,
    [seeded.office.id],
  );
  const ops = [aRegistering(device, seeded)];

  const before = await sync(post, device, { token, ops });
  await signIn(post, device, seeded.clerk);
  const after = await sync(post, device, { token, ops });

  expect(before.results).toEqual([{ answer: 'wait', n: 1 }]);
  expect(after.results).toMatchObject([{ outcome: { status: 'applied' } }]);
});

test('§13.2, I-16: a device goes on behind what nobody keeps, once and only after a restore; the gap is in the report, and what comes late has an answer', async () => {
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  const { db, admin, app } = await aTestNode(database);
  const post = overApp(app);
  const seeded = await seedOffice(admin);
  const workstation = async () => {
    const device = await enrolTestDevice(post, await admin.createActivationCode(seeded.office.id));
    return { device, token: (await signIn(post, device, seeded.clerk)).accessToken };
  };
  const { device, token } = await workstation();
  const ops = [1, 2, 3, 4, 5].map(() => aRegistering(device, seeded));
  const [first, second, third, , fifth] = ops;
  const send = (op: Operation | undefined, isLost = true) =>
    sync(post, device, {
      token,
      ops: op ? [op] : [],
      over: { timeline, ...(op && isLost ? { lost: { n: op.n, hash: op.prev } } : {}) },
    });
  let { timeline } = device;
  await send(first, false);
  expect((await send(third)).results).toEqual([{ answer: 'expect', n: 3, expected: 2 }]);

  await beginRecovery(db, { reason: 'operator', nowMs: Date.now() });
  const restored = await send(undefined);
  expect(restored.recovery).toEqual({ lastN: 1 });
  timeline = restored.timeline;
  expect((await send(third, false)).results).toMatchObject([{ answer: 'expect' }]);
  expect((await send(third)).results).toMatchObject([{ outcome: { status: 'applied' } }]);
  expect((await send(fifth)).results).toEqual([{ answer: 'expect', n: 5, expected: 4 }]);

  expect(await reportRecovery(db, seeded.office.id)).toMatchObject({
    passedOver: [{ from: 2, to: 2 }],
  });
  const courier = await workstation();
  const brought = await post('/sync/courier', { operations: [second] }, { token: courier.token });
  expect(brought.body).toMatchObject({
    results: [{ answer: 'final', outcome: { status: 'rejected', code: 'operation.passed-over' } }],
  });
});
