import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { archivedSegments, damagedFiles, listBases, unbroken, walFolder } from './backup-folder';

export interface CheckedBase {
  readonly folder: string;
  readonly startedAt: string;
  /** When the last segment that goes with it was stored, ISO 8601; undefined without any. */
  readonly upTo: string | undefined;
  readonly damaged: readonly string[];
  /** Nothing is damaged and the log reaches at least to the end of the copy. */
  readonly isWhole: boolean;
}

/** Reads every finished copy of a backup back, the newest first. */
export async function checkBackup(backup: string): Promise<readonly CheckedBase[]> {
  const checked: CheckedBase[] = [];
  for (const base of await listBases(backup)) {
    const { startedAt, startWal, stopWal } = base.manifest;
    const chain = unbroken(await archivedSegments(backup, base.generation), startWal);
    const last = chain.at(-1);
    const damaged = await damagedFiles(base);
    const stored =
      last === undefined
        ? undefined
        : await stat(join(walFolder(backup, base.generation), `${last}.gz`));
    checked.push({
      folder: base.folder,
      startedAt,
      upTo: stored?.mtime.toISOString(),
      damaged,
      isWhole: damaged.length === 0 && chain.includes(stopWal),
    });
  }
  return checked;
}
