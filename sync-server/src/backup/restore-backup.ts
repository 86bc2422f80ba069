import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chown, copyFile, mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { clusterFolder, writeSecret } from '../embedded/cluster-folder';
import { lockFolder } from '../embedded/folder-lock';
import { postgresUser, type ProcessUser } from '../embedded/process-user';
import { flushFolder, writeFlushed } from '../storage/durable-files';
import {
  archivedSegments,
  damagedFiles,
  GENERATION_FILE,
  RECOVERY_DUE,
  listBases,
  PASSWORD_FILE,
  unbroken,
  walFolder,
  type Base,
} from './backup-folder';
import { createObjectCopier } from './copy-objects';

export interface Restored {
  /** When the copy was begun, ISO 8601. */
  readonly baseOf: string;
  /** When the newest segment that goes with it was stored, ISO 8601: what came later is not in the backup. */
  readonly upTo: string;
  readonly segments: number;
  /** Where the log breaks off although later segments are there. */
  readonly gapAfter: string | undefined;
  readonly files: number;
  /** Copies that were newer and did not read back, as folder names. */
  readonly skipped: readonly string[];
  /** Where the cluster lies that was here before. */
  readonly aside: string | undefined;
}

/**
 * Puts the newest copy that reads back into a data folder, with the log that follows it; nothing of what was there is
 * deleted. PostgreSQL replays the log when it is started on it. Throws when no copy is good, or a server runs there.
 */
export async function restoreBackup(
  backup: string,
  dataDir: string,
  nowMs: number,
): Promise<Restored> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const lock = await lockFolder(dataDir);
  try {
    const { base, skipped } = await newestGood(backup);
    const stored = await archivedSegments(backup, base.generation);
    const chain = unbroken(stored, base.manifest.startWal);
    if (!chain.includes(base.manifest.stopWal))
      throw new Error(`the log that belongs to ${base.folder} is not in the backup`);
    const user = await postgresUser();
    const cluster = clusterFolder(dataDir);
    const fresh = `${cluster}.${randomBytes(4).toString('hex')}.new`;
    await layOut({ base, backup, chain, fresh, user });
    // Before the cluster: one that is in its place must not be started without its files and without a recovery.
    const files = await createObjectCopier(
      join(backup, 'objects'),
      join(dataDir, 'objects'),
    ).copy();
    await writeSecret(join(dataDir, RECOVERY_DUE), String(nowMs));
    const aside = await moveAside(cluster, nowMs);
    const password = await readFile(join(base.folder, 'data', PASSWORD_FILE), 'utf8');
    await writeSecret(join(dataDir, PASSWORD_FILE), password);
    // A history of its own: the next backup goes into another generation.
    await rm(join(dataDir, GENERATION_FILE), { force: true });
    await rename(fresh, cluster);
    await flushFolder(dataDir);
    const last = join(walFolder(backup, base.generation), `${chain.at(-1) ?? ''}.gz`);
    return {
      baseOf: base.manifest.startedAt,
      upTo: (await stat(last)).mtime.toISOString(),
      segments: chain.length,
      gapAfter: stored.at(-1) === chain.at(-1) ? undefined : chain.at(-1),
      files: files.copied,
      skipped,
      aside,
    };
  } finally {
    await lock.release();
  }
}

async function newestGood(backup: string): Promise<{ base: Base; skipped: readonly string[] }> {
  const skipped: string[] = [];
  for (const base of await listBases(backup)) {
    if ((await damagedFiles(base)).length === 0) return { base, skipped };
    skipped.push(base.folder);
  }
  throw new Error(`${backup} holds no copy that reads back (${skipped.length} damaged)`);
}

interface LayOut {
  readonly base: Base;
  readonly backup: string;
  readonly chain: readonly string[];
  readonly fresh: string;
  readonly user: ProcessUser | undefined;
}

async function layOut({ base, backup, chain, fresh, user }: LayOut): Promise<void> {
  const own = async (path: string): Promise<void> => {
    if (user) await chown(path, user.uid, user.gid);
  };
  await rm(fresh, { recursive: true, force: true });
  const folders = ['', ...base.manifest.folders, 'pg_wal/archive_status'];
  for (const folder of folders) {
    await mkdir(join(fresh, folder), { recursive: true, mode: 0o700 });
    await own(join(fresh, folder));
  }
  for (const { path } of base.manifest.files) {
    if (path === PASSWORD_FILE) continue;
    await copyFile(join(base.folder, 'data', path), join(fresh, path));
    await own(join(fresh, path));
  }
  for (const name of chain) {
    const zipped = createReadStream(join(walFolder(backup, base.generation), `${name}.gz`));
    await writeFlushed(join(fresh, 'pg_wal', name), zipped.pipe(createGunzip()));
    await own(join(fresh, 'pg_wal', name));
  }
}

async function moveAside(cluster: string, nowMs: number): Promise<string | undefined> {
  if (!(await stat(cluster).catch(() => undefined))) return undefined;
  const aside = `${cluster}.before-restore-${nowMs}`;
  await rename(cluster, aside);
  return aside;
}
