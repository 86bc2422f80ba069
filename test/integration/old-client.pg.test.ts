import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { JsonObject } from '@shared/kernel/canonical-json';
import { limits } from '@shared/protocol/version';
import { createConverters } from '@shared/sync/schema-steps';
import type { Server } from '../../sync-server/src/compose';
import { checkIntegrity } from '../../sync-server/src/features/health/integrity';
import { checkRegisters } from '../../sync-server/src/features/registers/check-registers';
import {
  anIncomingRegistration,
  enrolTestDevice,
  overApp,
  seedOffice,
  signedOperation,
  signIn,
  sync,
  today,
  type Post,
  type SeededOffice,
  type TestDevice,
} from '../support/builders';
import { fromZero } from '../support/older-schema';
import { aTestNode, createTestDatabase, type TestDatabase } from '../support/test-database';

const DAY_MS = 86_400_000;
const PAPERS = 134;

let database: TestDatabase;
let node: Omit<Server, 'stop'>;
let post: Post;
let seeded: SeededOffice;

beforeAll(async () => {
  database = await createTestDatabase();
  node = await aTestNode(database, { converters: createConverters([fromZero]) });
  post = overApp(node.app);
  seeded = await seedOffice(node.admin);
});
afterAll(() => database.drop());

/** What an officer registered half a year ago, as the older program wrote it: `issuer`, copies as text, `book`. */
function olderWork(device: TestDevice, index: number) {
  const id = randomUUID();
  const { issuerCode: _code, issuerName: _name, ...body } = anIncomingRegistration(seeded);
  const arrivalDate = `${today().slice(0, 4)}-01-01`;
  const shared = {
    actor: seeded.clerk,
    target: { type: 'incomingDocument', id },
    schema: 0,
    wall: Date.now() - 180 * DAY_MS,
  } as const;
  return [
    signedOperation(device, {
      ...shared,
      kind: 'create',
      body: {
        ...body,
        arrivalDate,
        issuedDate: null,
        issuer: `H26.${index} · Sở thứ ${index}`,
        copies: '2',
      },
    }),
    signedOperation(device, {
      ...shared,
      kind: 'patch',
      body: { set: { copies: { was: '2', now: '3' } } },
    }),
    signedOperation(device, {
      ...shared,
      kind: 'cmd.requestNumber',
      body: { book: seeded.register.id },
    }),
  ];
}

test('T-6, I-20: a workstation that was away for 180 days delivers 402 acts of an older schema', async () => {
  const device = await enrolTestDevice(
    post,
    await node.admin.createActivationCode(seeded.office.id),
  );
  const { accessToken: token } = await signIn(post, device, seeded.clerk);
  const work = Array.from({ length: PAPERS }, (_, i) => olderWork(device, i + 1)).flat();

  const statuses: string[] = [];
  for (let at = 0; at < work.length; at += limits.operationsPerRequest) {
    const ops = work.slice(at, at + limits.operationsPerRequest);
    const { results } = await sync(post, device, { token, ops });
    for (const result of results)
      statuses.push(result.answer === 'final' ? result.outcome.status : result.answer);
  }

  expect(statuses).toEqual(work.map(() => 'applied'));
  const { rows } = await database.db.query(
    `select content from record where office_id = $1 and type = 'incomingDocument'`,
    [seeded.office.id],
  );
  const papers = rows.map((row) => z.object({ content: z.looseObject({}) }).parse(row).content);
  expect(papers).toHaveLength(PAPERS);
  for (const paper of papers as readonly JsonObject[]) {
    expect(paper).toMatchObject({ copies: 3, issuerCode: expect.stringMatching(/^H26\./) });
    expect(paper).not.toHaveProperty('issuer');
    expect(paper['arrivalNumber']).toEqual(expect.any(Number));
  }
  expect((await checkIntegrity(database.db)).findings).toEqual([]);
  expect((await checkRegisters(database.db)).findings).toEqual([]);
});
