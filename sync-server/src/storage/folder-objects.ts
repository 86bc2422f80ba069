import { mkdir, open, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeBeside } from './durable-files';
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
      await writeBeside(path, chunks);
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
