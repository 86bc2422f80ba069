import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { FailureBody } from '@shared/protocol/sync-message';
import { composeOn } from '../../sync-server/src/compose';
import type { Database } from '../../sync-server/src/db/queryable';
import { readServerState } from '../../sync-server/src/features/health/server-state';
import { createTokens } from '../../sync-server/src/features/session/tokens';
import { createLog } from '../../sync-server/src/log';
import { folderObjects } from '../../sync-server/src/storage/folder-objects';
import {
  aRegistering,
  enrolTestDevice,
  overApp,
  seedOffice,
  signIn,
  sync,
  trySync,
  type Answer,
  type Post,
  type SeededOffice,
  type TestDevice,
} from '../support/builders';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

const LOADERS = 60;
const AT_ONCE = 40;

let database: TestDatabase;
let post: Post;
let seeded: SeededOffice;
let loaders: readonly { readonly device: TestDevice; readonly token: string }[];
let clerk: { readonly device: TestDevice; readonly token: string };
let scope: string;
/** First loads stand still in the database until this is done, as on a disk that cannot follow. */
let release: () => void;
const released = new Promise<void>((resolve) => {
  release = resolve;
});

/** The real pool; only the first pages of a load take as long as the test wants. */
const slowToLoad = (db: Database): Database => ({
  ...db,
  query: async (text, values) => {
    if (text.includes('left join lateral') && values?.[2] === 0) await released;
    return db.query(text, values);
  },
});

beforeAll(async () => {
  database = await createTestDatabase();
  const db = slowToLoad(database.connectAgain());
  const { app, admin } = await composeOn(db, {
    log: createLog('silent'),
    addressOf: () => 'test',
    rate: { burst: 100_000, perSecond: 100_000 },
    objects: folderObjects('/nonexistent'),
    snapshotsAtOnce: AT_ONCE,
  });
  post = overApp(app);
  seeded = await seedOffice(admin);
  scope = `office:${seeded.office.id}`;
  const { timeline, tokenKey } = await readServerState(database.db);
  const tokens = createTokens({ key: tokenKey, timeline, nowMs: () => Date.now() });
  const enrol = async () =>
    enrolTestDevice(post, await admin.createActivationCode(seeded.office.id));
  const list: { readonly device: TestDevice; readonly token: string }[] = [];
  for (let i = 0; i < LOADERS; i++) {
    const device = await enrol();
    const { deviceId: dev, inc } = device;
    const token = tokens.issueAccess({
      dev,
      inc,
      office: seeded.office.id,
      user: seeded.clerk.id,
    });
    list.push({ device, token });
  }
  loaders = list;
  const device = await enrol();
  clerk = { device, token: (await signIn(post, device, seeded.clerk)).accessToken };
  // An office that has come far: nobody who stands at 0 is keeping up.
  for (const table of ['stream', 'scope_digest']) {
    await database.db.query(`update ${table} set head = 5000 where office_id = $1`, [
      seeded.office.id,
    ]);
  }
});
afterAll(() => database.drop());

test(`§12.4, I-22: while ${LOADERS} workstations load from the beginning, daily work goes through`, async () => {
  const answers: Answer[] = [];
  const loads = loaders.map(async ({ device, token }) =>
    answers.push(await trySync(post, device, { token })),
  );
  await vi.waitFor(() => expect(answers.length).toBe(LOADERS - AT_ONCE), { timeout: 60_000 });
  const refused = answers.map((answer) => ({ answer, body: FailureBody.parse(answer.body) }));
  const id = randomUUID();
  const reply = await sync(post, clerk.device, {
    token: clerk.token,
    cursors: { [scope]: 5000 },
    ops: [aRegistering(clerk.device, seeded, {}, id)],
  });
  const pushed = await trySync(post, clerk.device, {
    token: clerk.token,
    cursors: { [scope]: 1 },
    ops: [aRegistering(clerk.device, seeded)],
  });
  release();
  await Promise.all(loads);

  expect(refused.map(({ answer }) => answer.status)).toEqual(refused.map(() => 429));
  expect(new Set(refused.map(({ body }) => body.code))).toEqual(new Set(['server.overloaded']));
  expect(refused.map(({ body }) => body.queuePlace ?? 0).toSorted((a, b) => a - b)).toEqual(
    refused.map((_, i) => i + 1),
  );
  expect(refused.every(({ answer }) => Number(answer.headers.get('retry-after')) > 0)).toBe(true);
  // The clerk's paper was received and came back while forty loads stood still.
  expect(reply.results[0]).toMatchObject({ answer: 'final', outcome: { status: 'applied' } });
  expect(reply.pages.flatMap((page) => page.entries.map((entry) => entry.id))).toEqual([id]);
  // Who waits for pages does not wait for their own work to be received.
  expect(pushed).toMatchObject({ status: 200, body: { pages: [] } });
  expect(answers.filter(({ status }) => status === 200).length).toBe(AT_ONCE);
});
