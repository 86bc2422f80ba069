import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { composeOn } from '../../sync-server/src/compose';
import { connect } from '../../sync-server/src/db/connect';
import type { Database } from '../../sync-server/src/db/queryable';
import { createLog } from '../../sync-server/src/log';
import { folderObjects } from '../../sync-server/src/storage/folder-objects';
import {
  aRegistering,
  codeOf,
  enrolTestDevice,
  overApp,
  overHttp,
  seedOffice,
  signIn,
  sync,
  trySync,
} from '../support/builders';
import { aTestNode, createTestDatabase, type TestDatabase } from '../support/test-database';
import { startTestServer, stopTestServers } from '../support/test-server';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(stopTestServers);
afterAll(() => database.drop());

/** A node whose pool holds two connections, and a workstation that may work. */
async function aSmallNode() {
  const db = connect({ connectionString: database.connectionString, max: 2 });
  const { app, admin } = await composeOn(db, {
    log: createLog('silent'),
    addressOf: () => 'test',
    rate: { burst: 100_000, perSecond: 100_000 },
    objects: folderObjects('/nonexistent'),
  });
  const post = overApp(app);
  const seeded = await seedOffice(admin);
  const device = await enrolTestDevice(post, await admin.createActivationCode(seeded.office.id));
  const { accessToken: token } = await signIn(post, device, seeded.clerk);
  return { db, post, seeded, device, token };
}

/** Holds connections of a pool until it is told to let go. */
async function occupy(db: Database, count: number): Promise<() => Promise<void>> {
  let release = (): void => undefined;
  const over = new Promise<void>((resolve) => {
    release = resolve;
  });
  const holding: Promise<void>[] = [];
  for (let i = 0; i < count; i++) {
    await new Promise<void>((isHeld) => {
      holding.push(
        db.withConnection(async (connection) => {
          await connection.query('select 1');
          isHeld();
          await over;
        }),
      );
    });
  }
  return async () => {
    release();
    await Promise.all(holding);
  };
}

test('§17.4, I-2, I-5: with every connection taken the answer is "busy", and the work is received once later', async () => {
  const { db, post, seeded, device, token } = await aSmallNode();
  const id = randomUUID();
  const ops = [aRegistering(device, seeded, {}, id)];
  const letGo = await occupy(db, 2);

  const busy = await trySync(post, device, { token, ops });
  await letGo();
  const first = await sync(post, device, { token, ops });
  const again = await sync(post, device, { token, ops });

  expect([busy.status, codeOf(busy)]).toEqual([503, 'server.overloaded']);
  expect(Number(busy.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(first.results).toMatchObject([{ answer: 'final', outcome: { status: 'applied' } }]);
  expect(again.results).toEqual(first.results);
  const { rows } = await db.query('select 1 from op where dev = $1', [device.deviceId]);
  expect(rows).toHaveLength(1);
  await db.end();
});

test('§17.4, §5: a lock that is not given in time is `wait`; nothing is consumed and the same work is taken later', async () => {
  const node = await aTestNode(database);
  const post = overApp(node.app);
  const seeded = await seedOffice(node.admin);
  const code = await node.admin.createActivationCode(seeded.office.id);
  const device = await enrolTestDevice(post, code);
  const { accessToken: token } = await signIn(post, device, seeded.clerk);
  const ops = [aRegistering(device, seeded), aRegistering(device, seeded)];

  const waited = await database.db.withConnection(async (holder) => {
    await holder.query('begin');
    await holder.query('select head from stream where office_id = $1 for update', [
      seeded.office.id,
    ]);
    const reply = await sync(post, device, { token, ops });
    await holder.query('rollback');
    return reply;
  });
  const taken = await sync(post, device, { token, ops });

  expect(waited.results[0]).toMatchObject({ answer: 'wait' });
  expect(waited.results.some(({ answer }) => answer === 'final')).toBe(false);
  expect(taken.results.map(({ answer }) => answer)).toEqual(['final', 'final']);
});

test('two processes that start at once on one empty database migrate once and serve one office together', async () => {
  const empty = await createTestDatabase({ empty: true });
  const env = { DATABASE_URL: empty.connectionString, LOG_LEVEL: 'info' };
  const [one, other] = await Promise.all([startTestServer({ env }), startTestServer({ env })]);
  const seeded = await seedOffice(one.admin());
  const [here, there] = [overHttp(one.address), overHttp(other.address)];
  const device = await enrolTestDevice(
    here,
    await other.admin().createActivationCode(seeded.office.id),
  );
  const { accessToken: token } = await signIn(there, device, seeded.clerk);
  const ops = [aRegistering(device, seeded)];

  const first = await sync(here, device, { token, ops });
  const same = await sync(there, device, { token, ops });
  const migrated = [one, other].filter(({ log }) => log.join('\n').includes('migrations applied'));

  expect(first.results).toMatchObject([{ answer: 'final', outcome: { status: 'applied' } }]);
  // I-5: the other node knows what this one has answered.
  expect(same.results).toEqual(first.results);
  expect(migrated).toHaveLength(1);
  expect(await Promise.all([one.stop(), other.stop()])).toEqual([0, 0]);
  await empty.drop();
});
