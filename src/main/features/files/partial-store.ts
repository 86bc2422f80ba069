import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileHash } from '@shared/kernel/ids';
import { writeDurably } from '../../platform/durable-file';
import type { Box } from '../../platform/keyring';

/** Chunks of downloads that are not complete yet, sealed one by one; they survive a restart (§10.3). */
export interface PartialStore {
  readonly list: (sha256: FileHash) => Promise<ReadonlySet<number>>;
  readonly read: (sha256: FileHash, index: number) => Promise<Uint8Array>;
  readonly write: (sha256: FileHash, index: number, bytes: Uint8Array) => Promise<void>;
  readonly remove: (sha256: FileHash) => Promise<void>;
}

export function createPartialStore(folder: string, box: Box): PartialStore {
  const folderOf = (sha256: FileHash) => join(folder, sha256);
  const pathOf = (sha256: FileHash, index: number) => join(folderOf(sha256), `${index}.part`);
  return {
    list: async (sha256) => {
      const names = await readdir(folderOf(sha256)).catch(() => []);
      return new Set(
        names.flatMap((name) => (/^\d+\.part$/.test(name) ? [Number.parseInt(name, 10)] : [])),
      );
    },
    read: async (sha256, index) => {
      const opened = box.open(await readFile(pathOf(sha256, index)));
      if (!opened) throw new Error('a partial chunk was sealed by another key');
      return opened;
    },
    write: (sha256, index, bytes) => writeDurably(pathOf(sha256, index), box.seal(bytes)),
    remove: (sha256) => rm(folderOf(sha256), { recursive: true, force: true }),
  };
}
