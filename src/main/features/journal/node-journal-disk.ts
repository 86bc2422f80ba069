import { join } from 'node:path';
import { isDiskFull, nodeFiles, type FilePort, type OpenFile } from '../../platform/file-port';
import { DiskFull, type JournalDisk } from './journal-disk';

const RESERVE_NAME = 'reserve.bin';
const RESERVE_BYTES = 8 * 1024 * 1024;

/** Journal segments as files `NNNNNNNN.jnl` in one folder, flushed with fdatasync. */
export async function createNodeJournalDisk(
  folder: string,
  files: FilePort = nodeFiles,
): Promise<JournalDisk & { close: () => Promise<void> }> {
  await files.makeFolder(folder);
  const pathOf = (name: string) => join(folder, `${name}.jnl`);
  const reserve = join(folder, RESERVE_NAME);
  let current: { readonly name: string; readonly file: OpenFile } | undefined;

  async function close(): Promise<void> {
    const { file } = current ?? {};
    current = undefined;
    await file?.close();
  }

  async function fileOf(name: string): Promise<OpenFile> {
    if (current?.name === name) return current.file;
    await close();
    const file = await files.append(pathOf(name));
    current = { name, file };
    return file;
  }

  return {
    listSegments: async () =>
      (await files.list(folder))
        .filter((file) => /^\d{8}\.jnl$/.test(file))
        .map((file) => file.slice(0, 8)),
    read: (name) => files.read(pathOf(name)),
    create: async (name, bytes) => {
      await close();
      current = { name, file: await files.create(pathOf(name)) };
      await appendAll(current.file, bytes);
      await current.file.flush();
      await files.flushFolder(folder);
    },
    append: async (name, bytes) => appendAll(await fileOf(name), bytes),
    flush: async (name) => (await fileOf(name)).flush(),
    truncate: async (name, length) => {
      const file = await fileOf(name);
      await file.truncate(length);
      await file.flush();
    },
    remove: async (name) => {
      if (current?.name === name) await close();
      await files.remove(pathOf(name));
      await files.flushFolder(folder);
    },
    keepReserve: () => keepReserve(files, reserve),
    releaseReserve: async () => {
      if (!(await files.exists(reserve))) return false;
      await files.remove(reserve);
      return true;
    },
    close,
  };
}

async function appendAll(file: OpenFile, bytes: Uint8Array): Promise<void> {
  try {
    await file.append(bytes);
  } catch (cause) {
    throw isDiskFull(cause) ? new DiskFull() : cause;
  }
}

/** Real bytes, not a sparse file: what is released must have been taken. */
async function keepReserve(files: FilePort, path: string): Promise<void> {
  try {
    const file = await files.create(path);
    try {
      await file.append(new Uint8Array(RESERVE_BYTES).fill(0x52));
      await file.flush();
    } finally {
      await file.close();
    }
  } catch (cause) {
    // With a full disk there is no reserve to keep; saving still tries, and says so when it fails.
    if (!isDiskFull(cause)) throw cause;
    await files.remove(path);
  }
}
