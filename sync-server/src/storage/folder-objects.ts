import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ObjectStore } from './objects';

/** Objects as files `objects/<office>/<first two digits>/<sha256>`: written beside, flushed, renamed, folder flushed. */
export function folderObjects(folder: string): ObjectStore {
  const pathOf = (officeId: string, sha256: string): string =>
    join(folder, officeId, sha256.slice(0, 2), sha256);
  return {
    put: async (officeId, sha256, chunks) => {
      const path = pathOf(officeId, sha256);
      if (await stat(path).catch(() => undefined)) return;
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const beside = `${path}.${randomUUID()}.new`;
      try {
        await writeFlushed(beside, chunks);
        await rename(beside, path);
      } catch (cause) {
        await rm(beside, { force: true });
        throw cause;
      }
      await flushFolder(dirname(path));
    },
    read: async (officeId, sha256, start, end) => {
      const handle = await open(pathOf(officeId, sha256), 'r').catch(() => undefined);
      if (!handle) return undefined;
      try {
        const { buffer, bytesRead } = await handle.read(
          Buffer.alloc(end - start),
          0,
          end - start,
          start,
        );
        return buffer.subarray(0, bytesRead);
      } finally {
        await handle.close();
      }
    },
  };
}

async function writeFlushed(path: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  try {
    for await (const chunk of chunks) await handle.appendFile(chunk);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes names durable; Windows has no folder handles to flush. */
async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
