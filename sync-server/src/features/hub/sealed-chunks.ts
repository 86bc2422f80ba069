import { mkdir, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CHUNK_BYTES } from '@shared/protocol/file-message';
import { SEAL_BYTES } from '@shared/relay/sealed-chunk';
import { flushFolder } from '../../storage/durable-files';
import type { HubFile } from './hub-file-repository';

/** Bytes from the start of one sealed chunk to the start of the next. */
const STEP = CHUNK_BYTES + SEAL_BYTES;

export const sealedSize = ({ sizeBytes }: Pick<HubFile, 'sizeBytes'>, i: number): number =>
  Math.min(CHUNK_BYTES, sizeBytes - i * CHUNK_BYTES) + SEAL_BYTES;

/** Sealed chunks on the disk, each in its place in one file; whether it is there is told by the database alone. */
export function sealedChunks(folder: string) {
  // Another epoch is another file: what is on its way under the older key writes beside it.
  const pathOf = ({ sha256, scope, epoch }: HubFile): string =>
    join(folder, scope.replace(':', '-'), `${sha256}.${epoch}`);
  return {
    /** Durable when it resolves. */
    async write(file: HubFile, i: number, bytes: Uint8Array): Promise<void> {
      const path = pathOf(file);
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      // 'a' would write at the end: made if missing, then written in its place.
      const handle = await open(path, 'r+').catch(() => open(path, 'w+', 0o600));
      try {
        await handle.write(bytes, 0, bytes.length, i * STEP);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await flushFolder(dirname(path));
    },

    /** Undefined when the disk does not have it whole. */
    async read(file: HubFile, i: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
      const handle = await open(pathOf(file), 'r').catch(() => undefined);
      if (!handle) return undefined;
      try {
        const bytes = new Uint8Array(sealedSize(file, i));
        const { bytesRead } = await handle.read(bytes, 0, bytes.length, i * STEP);
        return bytesRead === bytes.length ? bytes : undefined;
      } finally {
        await handle.close();
      }
    },

    remove: (file: HubFile): Promise<void> => rm(pathOf(file), { force: true }),
  };
}

export type SealedChunks = ReturnType<typeof sealedChunks>;
