import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { z } from 'zod';
import { flushFolder, writeFlushed } from '../storage/durable-files';
import { damagedFiles, PASSWORD_FILE, stampOf, type Base, type Manifest } from './backup-folder';

export interface TakeBaseDeps {
  readonly connectionString: string;
  readonly directory: string;
  /** The file of the cluster's password. */
  readonly secret: string;
  readonly backup: string;
  readonly generation: string;
  /** Stores every finished segment. */
  readonly archive: () => Promise<void>;
  readonly isArchived: (segment: string) => Promise<boolean>;
  readonly nowMs: () => number;
}

/** What a copy leaves out: it is made anew at the start, or belongs to the running server (PostgreSQL manual, 25.3.4). */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'pg_wal',
  'pg_dynshmem',
  'pg_notify',
  'pg_replslot',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
]);
const isLeftOut = (name: string): boolean =>
  ['postmaster.pid', 'postmaster.opts'].includes(name) || name.startsWith('pgsql_tmp');

const StartLine = z.object({ segment: z.string() });
const StopLine = z.object({ segment: z.string(), labelfile: z.string() });

/**
 * Copies the running cluster, with PostgreSQL's knowledge (`pg_backup_start`), flushed and read back. The copy gets its
 * name last, and only if the segments that it needs are in the backup.
 */
export async function takeBase(deps: TakeBaseDeps): Promise<Base> {
  const startedAt = new Date(deps.nowMs()).toISOString();
  const stamp = stampOf(deps.nowMs());
  const folder = join(deps.backup, deps.generation, `base-${stamp}`);
  const beside = `${folder}.new`;
  await clearUnfinished(join(deps.backup, deps.generation));
  await mkdir(join(beside, 'data'), { recursive: true, mode: 0o700 });
  // Start and stop belong to one connection.
  const client = new pg.Client({ connectionString: deps.connectionString });
  await client.connect();
  try {
    const started = await client.query(
      `select pg_walfile_name(pg_backup_start($1, true)) as segment`,
      [stamp],
    );
    const copy = await copyCluster(deps.directory, join(beside, 'data'));
    const stopped = await client.query(
      `select pg_walfile_name(lsn) as segment, labelfile from pg_backup_stop(false)`,
    );
    const stop = StopLine.parse(stopped.rows[0]);
    const said: readonly (readonly [string, string])[] = [
      ['backup_label', stop.labelfile],
      [PASSWORD_FILE, await readFile(deps.secret, 'utf8')],
    ];
    const extra = [];
    for (const [path, text] of said)
      extra.push({ path, ...(await writeFlushed(join(beside, 'data', path), bytesOf(text))) });
    const manifest: Manifest = {
      version: 1,
      startedAt,
      startWal: StartLine.parse(started.rows[0]).segment,
      stopWal: stop.segment,
      folders: copy.folders,
      files: [...copy.files, ...extra],
    };
    await writeFlushed(join(beside, 'manifest.json'), bytesOf(JSON.stringify(manifest)));
    await deps.archive();
    const damaged = await damagedFiles({ folder: beside, generation: deps.generation, manifest });
    if (damaged.length > 0) throw new Error(`the copy reads back differently: ${damaged[0]}`);
    if (!(await deps.isArchived(stop.segment)))
      throw new Error(`the segment ${stop.segment} is not in the backup`);
    await flushFolder(beside);
    await rename(beside, folder);
    await flushFolder(dirname(folder));
    return { folder, generation: deps.generation, manifest };
  } finally {
    await client.end();
  }
}

async function copyCluster(from: string, to: string): Promise<Pick<Manifest, 'folders' | 'files'>> {
  const folders: string[] = [];
  const files: Manifest['files'][number][] = [];
  const copyFolder = async (inside: string): Promise<void> => {
    for (const entry of await readdir(join(from, inside), { withFileTypes: true })) {
      const path = inside === '' ? entry.name : `${inside}/${entry.name}`;
      if (isLeftOut(entry.name)) continue;
      if (entry.isDirectory()) {
        folders.push(path);
        await mkdir(join(to, path), { mode: 0o700 });
        if (!LEFT_OUT.has(path)) await copyFolder(path);
      } else if (entry.isFile()) {
        const written = await copyFile(join(from, path), join(to, path));
        if (written) files.push({ path, ...written });
      }
    }
    await flushFolder(join(to, inside));
  };
  await copyFolder('');
  return { folders, files };
}

/** Undefined when the file went away meanwhile: the log says what became of it. */
async function copyFile(from: string, to: string) {
  try {
    return await writeFlushed(to, createReadStream(from));
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')) throw cause;
    await rm(to, { force: true });
    return undefined;
  }
}

async function clearUnfinished(generation: string): Promise<void> {
  for (const name of await readdir(generation).catch(() => []))
    if (name.startsWith('base-') && name.endsWith('.new'))
      await rm(join(generation, name), { recursive: true, force: true });
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
