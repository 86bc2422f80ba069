import { join } from 'node:path';
import type { FilePort } from '../../platform/file-port';
import { openBackupFolder, piecesOf, type BackupFolder, type Manifest } from './backup-folder';
import { folderStore, type BackupStore } from './backup-store';
import { LOCK_NAME, unlockBackup } from './recovery-lock';

export interface FoundBackup {
  readonly folder: BackupFolder;
  readonly manifest: Manifest;
  /** A newer one is there and cannot be read whole. */
  readonly isOlder: boolean;
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
 * The newest whole backup that this recovery key opens; every piece of it is read.
 *
 * @returns `locked` when the key opens none of them, `damaged` when nothing behind it is whole
 */
export async function findBackup(
  backups: readonly BackupStore[],
  recoveryKey: string,
): Promise<FoundBackup | 'locked' | 'damaged'> {
  let best: FoundBackup | undefined;
  let isLocked = true;
  for (const store of backups) {
    const key = await unlockBackup(store, recoveryKey);
    if (!key) continue;
    isLocked = false;
    const one = await newestWhole(openBackupFolder(store, key));
    if (one && !(best && best.manifest.createdAt >= one.manifest.createdAt)) best = one;
  }
  return best ?? (isLocked ? 'locked' : 'damaged');
}

async function newestWhole(folder: BackupFolder): Promise<FoundBackup | undefined> {
  for (const [place, { manifest }] of (await folder.listManifests()).entries())
    if (await isWhole(folder, manifest)) return { folder, manifest, isOlder: place > 0 };
  return undefined;
}

export async function isWhole(folder: BackupFolder, manifest: Manifest): Promise<boolean> {
  for (const piece of piecesOf(manifest)) if (!(await folder.readPiece(piece))) return false;
  return true;
}
