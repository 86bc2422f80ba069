import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkIntegrity } from '../../sync-server/src/features/health/integrity';
import { putRecords } from '../../sync-server/src/features/sync/put-records';
import { intakeTransaction } from '../../sync-server/src/features/sync/postgres-intake-store';
import { inTransaction } from '../../sync-server/src/db/transaction';
import { shiftDigest } from '@shared/sync/record';
import { seedOffice, type SeededOffice } from '../support/builders';
import { aTestNode, createTestDatabase, type TestDatabase } from '../support/test-database';

let database: TestDatabase;
let seeded: SeededOffice;

beforeAll(async () => {
  database = await createTestDatabase();
  seeded = await seedOffice((await aTestNode(database)).admin);
});
afterAll(() => database.drop());

const aRecord = (scope: string) => ({
  type: 'conflict' as const,
  id: randomUUID(),
  content: { note: randomUUID() },
  scope,
});

test('I-7: the database adds digests as the program does, over every carry', async () => {
  const edges = ['0', '1', '7fffffff', '80000000', 'ffffffff', '100000000', '8000000000000000'];
  const sums = [...edges, 'ffffffff00000000', 'fffffffffffffffe', 'ffffffffffffffff'].map((sum) =>
    sum.padStart(16, '0'),
  );
  const pairs = sums.flatMap((a) => sums.map((b) => [a, b] as const));
  const { rows } = await database.db.query(
    'select sum_of_digests(a, b) as sum from unnest($1::text[], $2::text[]) with ordinality as pair (a, b, place) order by place',
    [pairs.map(([a]) => a), pairs.map(([, b]) => b)],
  );

  const expected = pairs.map(([a, b]) => shiftDigest({ sum: a, count: 0 }, undefined, b).sum);
  expect(rows).toEqual(expected.map((sum) => ({ sum })));
});

test('I-3, I-7: who waits for the stream counts in what its holder wrote, though they began before it', async () => {
  const officeId = seeded.office.id;
  const scope = `unit:${randomUUID()}`;
  const [moving, staying] = [aRecord(scope), aRecord(scope)];
  const put = (record: ReturnType<typeof aRecord>, done?: () => Promise<void>) =>
    inTransaction(database.connectAgain(), async (tx) => {
      await putRecords(intakeTransaction(tx), { officeId, changes: [record] });
      await done?.();
    });
  const isWaiting = async (): Promise<boolean> => {
    const { rows } = await database.db.query(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    return rows.length > 0;
  };
  await put(moving);

  let second: Promise<void> | undefined;
  // The scope has a record more when the second, which is its first reader, may go on.
  await put(staying, async () => {
    second = put({ ...moving, scope: `unit:${randomUUID()}` });
    while (!(await isWaiting())) await new Promise((resolve) => setImmediate(resolve));
  });
  await second;

  expect((await checkIntegrity(database.db)).findings).toEqual([]);
  const { rows } = await database.db.query(
    `select count(*)::int as seqs, (max(seq) - min(seq))::int as width from feed
      where office_id = $1 and id = any($2)`,
    [officeId, [moving.id, staying.id]],
  );
  expect(rows).toEqual([{ seqs: 3, width: 2 }]);
});

test('§5: a record that moved on under the lock is not written over, and nothing of the work is kept', async () => {
  const officeId = seeded.office.id;
  const { type, id, content, scope } = aRecord(`office:${officeId}`);
  const state = { type, id, scope, content };
  const hash = '0'.repeat(64);
  const save = (rev: number) =>
    inTransaction(database.db, (tx) =>
      intakeTransaction(tx).saveChanges(officeId, {
        puts: [{ before: undefined, after: { ...state, rev }, hash }],
        moves: [],
        shifts: [],
      }),
    );
  await save(1);

  // Said once more it would end the same: the act ends, and nobody behind it waits (I-16).
  const neverStorable = { cause: { message: 'a record changed under its lock' } };
  await expect(save(1)).rejects.toMatchObject(neverStorable);
  await expect(save(3)).rejects.toMatchObject(neverStorable);

  const { rows } = await database.db.query('select rev from record where id = $1', [id]);
  expect(rows).toEqual([{ rev: 1 }]);
});
