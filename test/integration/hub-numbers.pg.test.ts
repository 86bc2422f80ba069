import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { HubRelease, NumberSlip } from '@shared/domain/register/number-slip';
import { releaseText, slipText } from '@shared/domain/register/number-slip';
import { toHex } from '@shared/kernel/bytes';
import type { Server } from '../../sync-server/src/compose';
import { checkRegisters } from '../../sync-server/src/features/registers/check-registers';
import {
  aRegistering,
  aUser,
  enrolTestDevice,
  overApp,
  PASSWORD,
  seedOffice,
  signedOperation,
  signIn,
  sync,
  today,
  type Post,
  type SeededOffice,
  type TestDevice,
} from '../support/builders';
import { aTestNode, createTestDatabase, type TestDatabase } from '../support/test-database';

let database: TestDatabase;
let node: Omit<Server, 'stop'>;
let post: Post;
let seeded: SeededOffice;

beforeAll(async () => {
  database = await createTestDatabase();
  node = await aTestNode(database);
  post = overApp(node.app);
});
afterAll(() => database.drop());
beforeEach(async () => {
  seeded = await seedOffice(node.admin);
});

const aMachine = async (kind: 'workstation' | 'hub' = 'workstation') => {
  const device = await enrolTestDevice(
    post,
    await node.admin.createActivationCode(seeded.office.id, 1, {}, kind),
  );
  const { accessToken: token } = await signIn(post, device, seeded.clerk);
  return { device, token };
};

/** Two clerks' machines and the office's hub, which holds the register if it may. */
async function anOffice() {
  const [first, second] = [await aMachine(), await aMachine()];
  const { device: hub } = await aMachine('hub');
  const head = aUser(
    { officeId: seeded.office.id, login: 'chanhvp', fullName: 'Chánh Văn phòng' },
    [{ role: 'lanhDaoVanPhong', organId: seeded.organ.id }],
  );
  await node.admin.createUser(head, PASSWORD);
  await signIn(post, first.device, head);
  const target = { type: 'register', id: seeded.register.id } as const;
  const allow = signedOperation(first.device, {
    actor: head,
    role: 'lanhDaoVanPhong',
    kind: 'cmd.allowLease',
    target,
    body: { allowed: true },
  });
  const lease = (to: TestDevice) =>
    signedOperation(first.device, {
      actor: seeded.clerk,
      kind: 'cmd.leaseToHub',
      target,
      body: { deviceId: to.deviceId, inc: to.inc },
    });
  return { first, second, hub, head, allow, lease };
}

const aSlip = (hub: TestDevice, number: number, documentId: string): NumberSlip => {
  const said = {
    registerId: seeded.register.id,
    epoch: 1,
    number,
    date: today(),
    documentId,
    deviceId: hub.deviceId,
    inc: hub.inc,
  } as Omit<NumberSlip, 'sig'>;
  return { ...said, sig: toHex(hub.key.sign(slipText(said))) };
};

/** Registers a paper and takes a number of the hub for it. */
const numbered = (device: TestDevice, hub: TestDevice, number: number) => {
  const id = randomUUID();
  return [
    aRegistering(device, seeded, {}, id),
    signedOperation(device, {
      actor: seeded.clerk,
      kind: 'cmd.takeNumber',
      target: { type: 'incomingDocument', id },
      body: { slip: aSlip(hub, number, id) },
    }),
  ];
};
const statuses = (reply: Awaited<ReturnType<typeof sync>>) =>
  reply.results.map((result) => (result.answer === 'final' ? result.outcome : result.answer));

test('§20, I-9, I-10: every clerk numbers through the hub; whoever comes first, the book is whole', async () => {
  const { first, second, hub, allow, lease } = await anOffice();
  const granted = await sync(post, first.device, { token: first.token, ops: [allow, lease(hub)] });
  expect(statuses(granted)).toMatchObject([{ status: 'applied' }, { status: 'applied' }]);

  const later = await sync(post, second.device, {
    token: second.token,
    ops: numbered(second.device, hub, 2),
  });
  expect(statuses(later)).toMatchObject([{ status: 'applied' }, { status: 'applied' }]);
  const kept = await database.db.query(
    'select number, kind from register_entry where register_id = $1 order by number',
    [seeded.register.id],
  );
  expect(kept.rows).toMatchObject([{ kind: 'placeholder' }, { kind: 'document' }]);
  const earlier = await sync(post, first.device, {
    token: first.token,
    ops: [...numbered(first.device, hub, 1), ...numbered(first.device, hub, 3)],
  });
  expect(statuses(earlier).every((one) => typeof one === 'object' && 'rev' in one)).toBe(true);
  const { rows } = await database.db.query(
    'select number, kind from register_entry where register_id = $1 order by number',
    [seeded.register.id],
  );
  expect(rows).toMatchObject([1, 2, 3].map(() => ({ kind: 'document' })));
  expect((await checkRegisters(database.db)).findings).toEqual([]);
});

test('M-26: a hub that was given no lease, and a machine that is no hub, give no number', async () => {
  const { first, hub, allow, lease } = await anOffice();
  const refused = await sync(post, first.device, {
    token: first.token,
    ops: [allow, lease(first.device)],
  });
  expect(statuses(refused)).toMatchObject([
    { status: 'applied' },
    { status: 'rejected', code: 'device.unknown' },
  ]);
  const taken = await sync(post, first.device, {
    token: first.token,
    ops: numbered(first.device, hub, 1),
  });
  expect(statuses(taken)).toMatchObject([{ status: 'applied' }, { status: 'applied' }]);
  const { rows } = await database.db.query(
    `select content->>'arrivalNumber' as number, content->'dispute'->>'reason' as reason
       from record where office_id = $1 and type = 'incomingDocument'`,
    [seeded.office.id],
  );
  expect(rows).toEqual([{ number: null, reason: 'stale' }]);
});

test('M-26: a slip that the hub did not sign, or signed for another paper, is refused', async () => {
  const { first, second, hub, allow, lease } = await anOffice();
  await sync(post, first.device, { token: first.token, ops: [allow, lease(hub)] });
  const forged = numbered(first.device, { ...hub, key: second.device.key }, 1);
  const reply = await sync(post, first.device, { token: first.token, ops: forged });
  expect(statuses(reply)[1]).toMatchObject({ status: 'rejected', code: 'register.bad-slip' });

  const id = randomUUID();
  const other = [
    aRegistering(first.device, seeded, {}, id),
    signedOperation(first.device, {
      actor: seeded.clerk,
      kind: 'cmd.takeNumber',
      target: { type: 'incomingDocument', id },
      body: { slip: aSlip(hub, 1, randomUUID()) },
    }),
  ];
  const again = await sync(post, first.device, { token: first.token, ops: other });
  expect(statuses(again)[1]).toMatchObject({ status: 'rejected', code: 'register.bad-slip' });
});

test('§9.4, I-9: the register comes back on the hub’s word, once every number of it is here', async () => {
  const { first, second, hub, allow, lease } = await anOffice();
  await sync(post, first.device, { token: first.token, ops: [allow, lease(hub)] });
  const releasing = (by: TestDevice = hub) => {
    const said = {
      registerId: seeded.register.id,
      epoch: 1,
      lastNumber: 2,
      deviceId: hub.deviceId,
      inc: hub.inc,
    } as Omit<HubRelease, 'sig'>;
    const release = { ...said, sig: toHex(by.key.sign(releaseText(said))) };
    return signedOperation(first.device, {
      actor: seeded.clerk,
      kind: 'cmd.releaseHubLease',
      target: { type: 'register', id: seeded.register.id },
      body: { release },
    });
  };
  const send = async (at: typeof first, ops: readonly ReturnType<typeof releasing>[]) =>
    statuses(await sync(post, at.device, { token: at.token, ops: [...ops] }));
  const missing = { status: 'rejected', code: 'register.slips-missing' };
  await send(second, numbered(second.device, hub, 2));
  expect(await send(first, [releasing(), releasing(second.device)])).toMatchObject([
    missing,
    { status: 'rejected', code: 'register.bad-slip' },
  ]);
  // Fills what was kept for it.
  await send(first, numbered(first.device, hub, 1));
  expect(await send(first, [releasing()])).toMatchObject([{ status: 'applied' }]);
  const { rows } = await database.db.query(
    `select custody->>'state' as state, custody->'lease' as lease, next_number as next from register where id = $1`,
    [seeded.register.id],
  );
  expect(rows).toEqual([{ state: 'SERVER', lease: null, next: 3 }]);
  expect((await checkRegisters(database.db)).findings).toEqual([]);
});

test('I-10: a number of the hub stands for a paper that moved into a dossier its clerk may not see, and tells nothing of it', async () => {
  const { first, second, hub, head, allow, lease } = await anOffice();
  const [paper, dossier] = [randomUUID(), randomUUID()];
  const target = { type: 'incomingDocument', id: paper } as const;
  const byHead = { actor: head, role: 'lanhDaoVanPhong' } as const;
  const ops = [
    aRegistering(first.device, seeded, { subject: 'Đơn tố cáo' }, paper),
    signedOperation(first.device, {
      ...byHead,
      kind: 'create',
      target: { type: 'dossier', id: dossier },
      body: { organId: seeded.organ.id, title: 'Hồ sơ đơn thư', members: [] },
    }),
    signedOperation(first.device, {
      ...byHead,
      kind: 'cmd.moveToDossier',
      target,
      body: { dossierId: dossier },
    }),
  ];
  await sync(post, first.device, { token: first.token, ops: [allow, ...ops, lease(hub)] });
  const late = signedOperation(second.device, {
    actor: seeded.clerk,
    kind: 'cmd.takeNumber',
    target,
    body: { slip: aSlip(hub, 1, paper) },
  });
  const reply = await sync(post, second.device, { token: second.token, ops: [late] });
  expect(statuses(reply)).toMatchObject([{ status: 'applied' }]);
  expect(JSON.stringify(reply.pages)).not.toContain('Đơn tố cáo');
  const { rows } = await database.db.query(
    `select e.number, e.kind, r.scope, r.content->>'arrivalNumber' as given from register_entry e
       join record r on r.office_id = e.office_id and r.id = e.document_id where e.document_id = $1`,
    [paper],
  );
  expect(rows).toEqual([{ number: 1, kind: 'document', scope: `dossier:${dossier}`, given: '1' }]);
});
