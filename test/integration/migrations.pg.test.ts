import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { migrate, migrationsFolder } from '../../sync-server/src/db/migrate';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

let database: TestDatabase;
let folder: string;

beforeEach(async () => {
  database = await createTestDatabase({ empty: true });
  folder = mkdtempSync(join(tmpdir(), 'tcv-migrations-'));
  cpSync(migrationsFolder(), folder, { recursive: true });
});
afterEach(async () => {
  await database.drop();
  rmSync(folder, { recursive: true });
});

test('an empty database gets every migration in order, and a second run changes nothing', async () => {
  const first = await migrate(database.db);
  const second = await migrate(database.db);

  expect(first).toEqual(first.toSorted());
  expect(first[0]).toBe('0001_organs.sql');
  expect(second).toEqual([]);
});

test('nodes that start at the same moment migrate once', async () => {
  const applied = await Promise.all([1, 2, 3, 4].map(() => migrate(database.connectAgain())));

  expect(applied.filter((names) => names.length > 0)).toHaveLength(1);
});

test('a migration that changed after it was applied stops the start', async () => {
  await migrate(database.db, folder);
  appendFileSync(join(folder, '0001_organs.sql'), '\n-- sửa sau khi đã chạy');

  await expect(migrate(database.db, folder)).rejects.toThrow('0001_organs.sql has changed');
});

test('a database of a newer program stops the start', async () => {
  await migrate(database.db, folder);
  rmSync(join(folder, '0005_audit.sql'));

  await expect(migrate(database.db, folder)).rejects.toThrow('newer than this program');
});

test('a migration that fails in the middle leaves nothing behind and is tried again', async () => {
  const broken = join(folder, '9999_broken.sql');
  writeFileSync(broken, 'create table half (id int); select no_such_function();');
  await expect(migrate(database.db, folder)).rejects.toThrow('9999_broken.sql failed');
  const { rows } = await database.db.query(`select to_regclass('half') as half`);
  writeFileSync(broken, 'create table half (id int);');

  const applied = await migrate(database.db, folder);

  expect(rows).toEqual([{ half: null }]);
  expect(applied).toEqual(['9999_broken.sql']);
});

test('line ends of another system are no change', async () => {
  await migrate(database.db, folder);
  const path = join(folder, '0003_feed.sql');
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll('\n', '\r\n'));

  await expect(migrate(database.db, folder)).resolves.toEqual([]);
});
