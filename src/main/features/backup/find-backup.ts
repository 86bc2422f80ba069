import { join } from 'node:path';
import type { FilePort } from '../../platform/file-port';
import { openBackupFolder, piecesOf, type BackupFolder, type Manifest } from './backup-folder';
import { folderStore, type BackupStore } from './backup-store';
import { LOCK_NAME, unlockBackup } from './recovery-lock';

/** A copy whose manifest the recovery key opened; whether its pieces are whole is another question. */
export interface FoundBackup {
  readonly folder: BackupFolder;
  readonly manifest: Manifest;
}

/** Backups in the chosen folder: it may be one itself, or hold those of several PCs. */
export async function listBackups(
  files: FilePort,
  chosen: string,
): Promise<readonly BackupStore[]> {
  const found: BackupStore[] = [];
  for (const folder of [chosen, ...(await foldersIn(files, chosen))])
    if (await files.exists(join(folder, LOCK_NAME)).catch(isNoFolder))
      found.push(folderStore(files, folder));
  return found;
}

/** What lies beside the backups on a stick may be files. */
const isNoFolder = (): boolean => false;

const foldersIn = async (files: FilePort, chosen: string): Promise<readonly string[]> =>
  (await files.list(chosen)).map((name) => join(chosen, name));

/**
 * Every copy that this recovery key opens, of all places, newest first.
 *
 * @returns `locked` when the key opens none of the places
 */
async function listCopies(
  backups: readonly BackupStore[],
  recoveryKey: string,
): Promise<readonly FoundBackup[] | 'locked'> {
  const byPlace: FoundBackup[][] = [];
  for (const store of backups) {
    const key = await unlockBackup(store, recoveryKey);
    if (!key) continue;
    const folder = openBackupFolder(store, key);
    byPlace.push((await folder.listManifests()).map(({ manifest }) => ({ folder, manifest })));
  }
  return byPlace.length === 0 ? 'locked' : newestFirst(byPlace);
}

/** Within one place the order is that of its numbers: only between places the PC's clocks decide. */
function newestFirst(byPlace: readonly (readonly FoundBackup[])[]): readonly FoundBackup[] {
  const left = byPlace.map((copies) => [...copies]);
  const merged: FoundBackup[] = [];
  const madeAt = ([next]: readonly FoundBackup[]): number => next?.manifest.createdAt ?? -Infinity;
  for (;;) {
    const place = left.reduce((best, one) => (madeAt(one) > madeAt(best) ? one : best), []);
    const next = place.shift();
    if (!next) return merged;
    merged.push(next);
  }
}

/** What a recovery key opened: the newest whole copy, and all that there are to choose from. */
export interface FoundBackups {
  readonly copies: readonly FoundBackup[];
  /** Place of the newest whole one in `copies`. */
  readonly newestWhole: number;
}

/**
 * The newest whole backup that this recovery key opens; every piece of it is read.
 *
 * @returns `locked` when the key opens none of them, `damaged` when nothing behind it is whole
 */
export async function findBackup(
  backups: readonly BackupStore[],
  recoveryKey: string,
): Promise<FoundBackups | 'locked' | 'damaged'> {
  const copies = await listCopies(backups, recoveryKey);
  if (copies === 'locked') return 'locked';
  for (const [place, { folder, manifest }] of copies.entries())
    if (await isWhole(folder, manifest)) return { copies, newestWhole: place };
  return 'damaged';
}

export async function isWhole(folder: BackupFolder, manifest: Manifest): Promise<boolean> {
  for (const piece of piecesOf(manifest)) if (!(await folder.readPiece(piece))) return false;
  return true;
}
