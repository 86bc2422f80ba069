import { join } from 'node:path';
import { readIfThere, writeDurably } from '../../platform/durable-file';
import type { FilePort } from '../../platform/file-port';

/**
 * Where the blobs of one backup lie: names in, sealed bytes out (§15). What fails is thrown.
 *
 * Adapters: `folderStore` here; `hubStore` (hub-store.ts).
 */
export interface BackupStore {
  /** Names directly at the top, or in this folder of the backup, ascending. */
  readonly list: (under?: string) => Promise<readonly string[]>;
  /** Undefined when there is no such blob. */
  readonly read: (name: string) => Promise<Uint8Array | undefined>;
  /** Whole and durable when it resolves. */
  readonly write: (name: string, bytes: Uint8Array) => Promise<void>;
  /** Undefined when there is no such blob. */
  readonly sizeOf: (name: string) => Promise<number | undefined>;
  readonly remove: (name: string) => Promise<void>;
  /** What was removed is gone for good. */
  readonly flush: () => Promise<void>;
}

/** This machine's own place at a hub. */
export interface CopyTarget {
  readonly store: () => BackupStore;
  /** From now on whoever holds this key may read the copy, and nobody else. */
  readonly setReader: (publicKey: string) => Promise<void>;
}

/** A backup in a folder: of a stick, another disk, another PC's share. */
export function folderStore(files: FilePort, folder: string): BackupStore {
  const pathOf = (name: string): string => join(folder, name);
  return {
    list: (under = '') => files.list(pathOf(under)),
    read: (name) => readIfThere(pathOf(name), files),
    write: async (name, bytes) => {
      try {
        await writeDurably(pathOf(name), bytes, files);
      } catch (cause) {
        // A torn leftover must not take the last space of a full disk.
        await files.remove(`${pathOf(name)}.new`).catch(() => {});
        throw cause;
      }
    },
    sizeOf: async (name) => (await files.describe(pathOf(name)))?.sizeBytes,
    remove: (name) => files.remove(pathOf(name)),
    flush: () => files.flushFolder(folder),
  };
}
