import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Connection, Database } from './queryable';

/** "tcv" in ASCII: the advisory lock that lets one node migrate while the others wait. */
const MIGRATION_LOCK = 0x746376;

/** Beside the bundle (`out/server/migrations`), or two folders above this source file. */
export function migrationsFolder(): string {
  const candidates = ['./migrations', '../../migrations'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  const found = candidates.find((path) => existsSync(path));
  if (!found) throw new Error(`no migrations folder: ${candidates.join(', ')}`);
  return found;
}

/**
 * Applies the numbered SQL files that the database does not have yet, each in its own transaction.
 *
 * A file that was applied and has changed since, or that is missing, stops the server: two installations with one
 * version number and different tables are worse than one that does not start.
 *
 * @returns the names that were applied now, oldest first
 */
export function migrate(
  db: Database,
  folder: string = migrationsFolder(),
): Promise<readonly string[]> {
  return db.withConnection(async (connection) => {
    // Another node may be migrating a large table: that is waited for.
    await connection.query('set lock_timeout = 0; set statement_timeout = 0');
    await connection.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    try {
      return await applyMissing(connection, folder);
    } finally {
      await connection.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]);
      await connection.query('reset lock_timeout; reset statement_timeout');
    }
  });
}

async function applyMissing(connection: Connection, folder: string): Promise<readonly string[]> {
  await connection.query(
    `create table if not exists schema_migration (
       name text primary key, checksum text not null, applied_at timestamptz not null default now())`,
  );
  const known = await appliedChecksums(connection);
  const files = await readMigrations(folder);
  const names = new Set(files.map(({ name }) => name));
  const unknown = [...known.keys()].filter((name) => !names.has(name));
  if (unknown.length > 0) {
    throw new Error(`the database is newer than this program: ${unknown.join(', ')}`);
  }
  const applied: string[] = [];
  for (const { name, sql, checksum } of files) {
    const before = known.get(name);
    if (before !== undefined && before !== checksum) {
      throw new Error(`migration ${name} has changed since it was applied`);
    }
    if (before !== undefined) continue;
    await applyOne(connection, { name, sql, checksum });
    applied.push(name);
  }
  return applied;
}

interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

async function applyOne(connection: Connection, { name, sql, checksum }: Migration): Promise<void> {
  await connection.query('begin');
  try {
    await connection.query(sql);
    await connection.query('insert into schema_migration (name, checksum) values ($1, $2)', [
      name,
      checksum,
    ]);
    await connection.query('commit');
  } catch (cause) {
    await connection.query('rollback').catch(connection.abandon);
    throw new Error(`migration ${name} failed`, { cause });
  }
}

async function readMigrations(folder: string): Promise<readonly Migration[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}_\w+\.sql$/.test(name)).toSorted();
  return Promise.all(
    names.map(async (name) => {
      // A checkout on Windows may have other line ends: they are no change.
      const sql = (await readFile(join(folder, name), 'utf8')).replaceAll('\r\n', '\n');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

const MigrationRow = z.object({ name: z.string(), checksum: z.string() });

async function appliedChecksums(connection: Connection): Promise<ReadonlyMap<string, string>> {
  const { rows } = await connection.query('select name, checksum from schema_migration');
  return new Map(
    rows.map((row) => MigrationRow.parse(row)).map(({ name, checksum }) => [name, checksum]),
  );
}
