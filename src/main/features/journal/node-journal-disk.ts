import { mkdir, open, readdir, readFile, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { flushFolder } from '../../platform/durable-file';
import { DiskFull, type JournalDisk } from './journal-disk';

const RESERVE_NAME = 'reserve.bin';
const RESERVE_BYTES = 8 * 1024 * 1024;

/** Journal segments as files `NNNNNNNN.jnl` in one folder, flushed with fdatasync. */
export async function createNodeJournalDisk(
  folder: string,
): Promise<JournalDisk & { close: () => Promise<void> }> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const pathOf = (name: string) => join(folder, `${name}.jnl`);
  let openFile: { readonly name: string; readonly handle: FileHandle } | undefined;

  async function handleOf(name: string): Promise<FileHandle> {
    if (openFile?.name === name) return openFile.handle;
    await openFile?.handle.close();
    openFile = { name, handle: await open(pathOf(name), 'a') };
    return openFile.handle;
  }

  return {
    listSegments: async () =>
      (await readdir(folder))
        .filter((file) => /^\d{8}\.jnl$/.test(file))
        .map((file) => file.slice(0, 8))
        .toSorted(),
    read: (name) => readFile(pathOf(name)),
    create: async (name, bytes) => {
      const handle = await open(pathOf(name), 'w', 0o600);
      await handle.close();
      await appendAll(await handleOf(name), bytes);
      await (await handleOf(name)).datasync();
      await flushFolder(folder);
    },
    append: async (name, bytes) => appendAll(await handleOf(name), bytes),
    flush: async (name) => (await handleOf(name)).datasync(),
    truncate: async (name, length) => {
      const handle = await handleOf(name);
      await handle.truncate(length);
      await handle.datasync();
    },
    remove: async (name) => {
      if (openFile?.name === name) {
        await openFile.handle.close();
        openFile = undefined;
      }
      await rm(pathOf(name), { force: true });
      await flushFolder(folder);
    },
    keepReserve: () => keepReserve(join(folder, RESERVE_NAME)),
    releaseReserve: () => releaseReserve(join(folder, RESERVE_NAME)),
    close: async () => {
      await openFile?.handle.close();
      openFile = undefined;
    },
  };
}

async function appendAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  try {
    await handle.appendFile(bytes);
  } catch (cause) {
    throw isDiskFull(cause) ? new DiskFull() : cause;
  }
}

/** Real bytes, not a sparse file: what is released must have been taken. */
async function keepReserve(path: string): Promise<void> {
  try {
    await writeFile(path, new Uint8Array(RESERVE_BYTES).fill(0x52), { mode: 0o600 });
  } catch (cause) {
    // With a full disk there is no reserve to keep; saving still tries, and says so when it fails.
    if (!isDiskFull(cause)) throw cause;
    await rm(path, { force: true });
  }
}

async function releaseReserve(path: string): Promise<boolean> {
  try {
    await rm(path);
    return true;
  } catch {
    return false;
  }
}

const isDiskFull = (cause: unknown): boolean =>
  cause instanceof Error && 'code' in cause && (cause.code === 'ENOSPC' || cause.code === 'EDQUOT');
