import { randomUUID } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { contentHash, officeScope } from '@shared/sync/record';
import type { Witness } from '@shared/sync/witness';
import { beginRecovery } from '../../sync-server/src/features/recovery/begin-recovery';
import { reportRecovery } from '../../sync-server/src/features/recovery/recovery-report';
import { createRecovery } from '../../sync-server/src/features/recovery/recovery-service';
import { createWitnesses } from '../../sync-server/src/features/recovery/witness-service';
import { checkIntegrity } from '../../sync-server/src/features/health/integrity';
import { sha256 } from '../../sync-server/src/platform';
import { seedOffice } from '../support/builders';
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
  const entry = {
    registerId: seeded.register.id,
    number: 3,
    date: null,
    documentId: null,
    givenBy: seeded.clerk.id,
    kind: 'placeholder',
    note: null,
    keptFor: null,
  };
  const row = aWitness(entry, { type: 'registerEntry' });
  await offer(session(randomUUID()), { scope: officeScope(officeId), witnesses: [row] });

  await recovery.apply(officeId);
  await recovery.finish(officeId);
  await recovery.finish(officeId);

  expect((await report())?.registers).toMatchObject([{ nextNumber: 4, highestSeen: 3 }]);
  const { findings, registers } = await checkIntegrity(db);
  expect([...findings, ...registers.findings]).toEqual([]);
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
