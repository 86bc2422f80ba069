import { constants } from 'node:fs';
import {
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  truncate,
  utimes,
  type FileHandle,
} from 'node:fs/promises';

const { O_APPEND, O_CREAT, O_TRUNC, O_WRONLY } = constants;

/** Bytes go to the end also after a truncation. */
const APPENDING = O_WRONLY | O_APPEND;

/**
 * The disk as journal, content store and backup use it: paths in, bytes out, flushed where it says so. Failures are
 * thrown as Node throws them, with their `code`.
 *
 * Adapters: `nodeFiles` here; `patientFiles` outlasts virus scanners; tests put their troubles between the two.
 */
export interface FilePort {
  readonly makeFolder: (path: string) => Promise<void>;
  /** Names in a folder in ascending order; none when it does not exist. */
  readonly list: (folder: string) => Promise<readonly string[]>;
  /** The whole file; it must exist. */
  readonly read: (path: string) => Promise<Uint8Array>;
  /** Creates or empties a file that only this user may read. */
  readonly create: (path: string) => Promise<OpenFile>;
  /** Opens a file that must exist: one that vanished is never silently begun anew. */
  readonly append: (path: string) => Promise<OpenFile>;
  /** Undefined when there is no such file. */
  readonly openToRead: (path: string) => Promise<OpenFile | undefined>;
  readonly exists: (path: string) => Promise<boolean>;
  /** Undefined when there is no such file. */
  readonly describe: (path: string) => Promise<FileDescription | undefined>;
  /** Notes that a file is in use now, for `usedAtMs`; not durable, and nothing when the file is gone. */
  readonly touch: (path: string) => Promise<void>;
  /** Takes the place of what stands there; `from` must exist. */
  readonly rename: (from: string, to: string) => Promise<void>;
  /** No error when it is gone already. */
  readonly remove: (path: string) => Promise<void>;
  /** Makes names durable. Windows has no folder handles to flush: NTFS journals names itself. */
  readonly flushFolder: (path: string) => Promise<void>;
}

export interface FileDescription {
  readonly sizeBytes: number;
  /** Wall clock of this machine, milliseconds since 1970: good for an order, not for a proof. */
  readonly usedAtMs: number;
}

export interface OpenFile {
  readonly append: (bytes: Uint8Array) => Promise<void>;
  /** Fewer bytes than asked for at the end of the file. */
  readonly readAt: (position: number, length: number) => Promise<Uint8Array>;
  readonly truncate: (length: number) => Promise<void>;
  /** Makes the bytes durable (fdatasync); what a reader needs to find them included. */
  readonly flush: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** The `code` of a system error; empty for anything else. */
export const systemCode = (cause: unknown): string =>
  cause instanceof Error && 'code' in cause ? String(cause.code) : '';

export const isDiskFull = (cause: unknown): boolean =>
  ['ENOSPC', 'EDQUOT'].includes(systemCode(cause));

export const nodeFiles: FilePort = {
  makeFolder: async (path) => void (await mkdir(path, { recursive: true, mode: 0o700 })),
  list: async (folder) => (await orMissing<string[], string[]>(readdir(folder), [])).toSorted(),
  read: (path) => readFile(path),
  create: async (path) => openFile(path, await open(path, APPENDING | O_CREAT | O_TRUNC, 0o600)),
  append: async (path) => openFile(path, await open(path, APPENDING)),
  openToRead: async (path) => {
    const handle = await orMissing(open(path, 'r'), undefined);
    return handle && openFile(path, handle);
  },
  exists: async (path) => (await orMissing(stat(path), undefined)) !== undefined,
  describe: async (path) => {
    const found = await orMissing(stat(path), undefined);
    return found && { sizeBytes: found.size, usedAtMs: found.mtimeMs };
  },
  touch: async (path) => {
    const now = new Date();
    await orMissing(utimes(path, now, now), undefined);
  },
  rename,
  remove: (path) => rm(path, { force: true }),
  flushFolder: async (path) => {
    if (process.platform === 'win32') return;
    const handle = await open(path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
};

const openFile = (path: string, handle: FileHandle): OpenFile => ({
  append: (bytes) => handle.appendFile(bytes),
  readAt: async (position, length) => {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(length), 0, length, position);
    return buffer.subarray(0, bytesRead);
  },
  // By its path: Windows shortens no file through a handle that was opened for appending.
  truncate: (length) => truncate(path, length),
  flush: () => handle.datasync(),
  close: () => handle.close(),
});

async function orMissing<T, M>(found: Promise<T>, missing: M): Promise<T | M> {
  try {
    return await found;
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return missing;
    throw cause;
  }
}
