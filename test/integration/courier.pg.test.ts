import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { CourierReply } from '@shared/protocol/courier';
import type { Operation } from '@shared/sync/operation';
import type { Server } from '../../sync-server/src/compose';
import { checkAudit } from '../../sync-server/src/features/audit/audit-log';
import {
  aRegistering,
  aSigningPair,
  codeOf,
  enrolTestDevice,
  overApp,
  seedOffice,
  signedOperation,
  signIn,
  sync,
  trySync,
  type Post,
  type SeededOffice,
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

async function aWorkstation(of: SeededOffice = seeded) {
  const device = await enrolTestDevice(post, await node.admin.createActivationCode(of.office.id));
  const { accessToken } = await signIn(post, device, of.clerk);
  return { device, token: accessToken };
}

const deliver = (token: string, operations: readonly Operation[]) =>
  post('/sync/courier', { operations }, { token });

test('T-13, I-1, I-5: another PC hands in pending work, and the original’s return changes nothing', async () => {
  const original = await aWorkstation();
  const courier = await aWorkstation();
  const ops = [aRegistering(original.device, seeded), aRegistering(original.device, seeded)];

  const brought = await deliver(courier.token, ops);
  expect(brought.status).toBe(200);
  const { results } = CourierReply.parse(brought.body);
  expect(results.map((result) => result.answer)).toEqual(['final', 'final']);
  const next = aRegistering(original.device, seeded);
  const back = await sync(post, original.device, { token: original.token, ops: [...ops, next] });
  expect(back.results.slice(0, 2)).toEqual(results);
  expect(back.results[2]).toMatchObject({ answer: 'final', outcome: { status: 'applied' } });
  const { rows } = await database.db.query(
    `select count(*)::int as count from record where office_id = $1 and type = 'incomingDocument'`,
    [seeded.office.id],
  );
  expect(rows).toEqual([{ count: 3 }]);
  expect((await checkAudit(database.db)).findings).toEqual([]);
});

test('T-13, I-5: the stick comes after the original, and again, and finds the same outcomes', async () => {
  const original = await aWorkstation();
  const courier = await aWorkstation();
  const ops = [aRegistering(original.device, seeded)];
  const { results } = await sync(post, original.device, { token: original.token, ops });

  for (let time = 0; time < 2; time++)
    expect(CourierReply.parse((await deliver(courier.token, ops)).body).results).toEqual(results);
});

test('I-13: a forged operation is refused and does not use up the number of the original', async () => {
  const original = await aWorkstation();
  const courier = await aWorkstation();
  const forged = signedOperation(
    { ...original.device },
    {
      actor: seeded.clerk,
      kind: 'create',
      target: { type: 'incomingDocument', id: '00000000-0000-4000-8000-000000000001' },
      body: {},
      signWith: aSigningPair(),
    },
  );

  expect(codeOf(await deliver(courier.token, [forged]))).toBe('operation.bad-signature');
  const ops = [aRegistering(original.device, seeded)];
  const own = await sync(post, original.device, { token: original.token, ops });
  expect(own.results[0]).toMatchObject({ answer: 'final', outcome: { status: 'applied' } });
});

test('I-13: a courier of another office hands in nothing', async () => {
  const original = await aWorkstation();
  const stranger = await aWorkstation(await seedOffice(node.admin));
  const ops = [aRegistering(original.device, seeded)];

  expect(codeOf(await deliver(stranger.token, ops))).toBe('device.not-enrolled');
  expect((await deliver('no token', ops)).status).toBe(401);
});

test('I-23: the stick of a PC that was set back meets the work that was received meanwhile', async () => {
  const original = await aWorkstation();
  const courier = await aWorkstation();
  const setBack = { ...original.device };
  const received = [aRegistering(original.device, seeded)];
  await sync(post, original.device, { token: original.token, ops: received });

  const other = aRegistering(setBack, seeded);
  expect(codeOf(await deliver(courier.token, [other]))).toBe('device.forked');
  expect(codeOf(await trySync(post, setBack, { token: original.token, ops: [other] }))).toBe(
    'device.forked',
  );
});
