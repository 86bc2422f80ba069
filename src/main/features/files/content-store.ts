import { createHash, randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import { FileHash } from '@shared/kernel/ids';
import { err, ok, type Result } from '@shared/kernel/result';
import { isDiskFull, nodeFiles, type FilePort, type OpenFile } from '../../platform/file-port';
import {
  createHeader,
  frameCount,
  frameLength,
  frameOffset,
  FRAME_BYTES,
  HEADER_BYTES,
  openFrame,
  readHeader,
  sealFrame,
  type SealedHeader,
} from './sealed-file';

export type StoreFailure = { readonly code: 'files.disk-full' | 'files.write-failed' };
export type ReadFailure = { readonly code: 'files.missing' | 'files.damaged' };

/**
 * Files by SHA-256, encrypted, whole or not at all (§10.4): written beside, flushed, renamed, folder flushed. What a
 * saved act refers to lies here before the act is journalled.
 */
export interface ContentStore {
  /** Stores bytes that are in memory; the answer comes after they are durable. Storing twice is harmless. */
  readonly put: (bytes: Uint8Array) => Promise<Result<FileHash, StoreFailure>>;
  readonly has: (sha256: FileHash) => Promise<boolean>;
  /** Bytes of plain text; undefined when the file is not here. */
  readonly sizeOf: (sha256: FileHash) => Promise<number | undefined>;
  /** A range of the plain text; `end` is exclusive and may lie behind the end of the file. */
  readonly read: (
    sha256: FileHash,
    start?: number,
    end?: number,
  ) => Promise<Result<Uint8Array<ArrayBuffer>, ReadFailure>>;
  /** Reads everything and compares with the name (I-18). */
  readonly verify: (sha256: FileHash) => Promise<boolean>;
  readonly remove: (sha256: FileHash) => Promise<void>;
}

export function createContentStore(
  folder: string,
  key: Uint8Array,
  files: FilePort = nodeFiles,
): ContentStore {
  const pathOf = (sha256: FileHash) => join(folder, sha256.slice(0, 2), sha256);

  async function put(bytes: Uint8Array): Promise<Result<FileHash, StoreFailure>> {
    const sha256 = FileHash.parse(createHash('sha256').update(bytes).digest('hex'));
    const path = pathOf(sha256);
    const beside = `${path}.${randomUUID()}.new`;
    try {
      if (await files.exists(path)) return ok(sha256);
      await files.makeFolder(dirname(path));
      await writeSealed(await files.create(beside), key, bytes);
      await files.rename(beside, path);
      await files.flushFolder(dirname(path));
      await files.flushFolder(folder);
      return ok(sha256);
    } catch (cause) {
      // A leftover that is still held does no harm: nothing reads files of that name.
      await files.remove(beside).catch(() => {});
      return err({ code: isDiskFull(cause) ? 'files.disk-full' : 'files.write-failed' });
    }
  }

  async function read(
    sha256: FileHash,
    start = 0,
    end = Number.MAX_SAFE_INTEGER,
  ): Promise<Result<Uint8Array<ArrayBuffer>, ReadFailure>> {
    const file = await files.openToRead(pathOf(sha256)).catch(() => undefined);
    if (!file) return err({ code: 'files.missing' });
    try {
      const header = readHeader(await file.readAt(0, HEADER_BYTES));
      const bytes = header && (await readRange(file, key, header, start, end));
      return bytes ? ok(bytes) : err({ code: 'files.damaged' });
    } finally {
      await file.close();
    }
  }

  return {
    put,
    read,
    has: (sha256) => files.exists(pathOf(sha256)),
    sizeOf: async (sha256) => {
      const file = await files.openToRead(pathOf(sha256)).catch(() => undefined);
      if (!file) return undefined;
      try {
        return readHeader(await file.readAt(0, HEADER_BYTES))?.sizeBytes;
      } finally {
        await file.close();
      }
    },
    verify: async (sha256) => {
      const bytes = await read(sha256);
      return bytes.ok && createHash('sha256').update(bytes.value).digest('hex') === sha256;
    },
    remove: (sha256) => files.remove(pathOf(sha256)),
  };
}

async function writeSealed(file: OpenFile, key: Uint8Array, bytes: Uint8Array): Promise<void> {
  const header = createHeader(bytes.length);
  try {
    await file.append(header.bytes);
    for (let index = 0; index < frameCount(bytes.length); index++) {
      const plain = bytes.subarray(index * FRAME_BYTES, (index + 1) * FRAME_BYTES);
      await file.append(sealFrame(key, header, index, plain));
    }
    await file.flush();
  } finally {
    await file.close();
  }
}

async function readRange(
  file: OpenFile,
  key: Uint8Array,
  header: SealedHeader,
  from: number,
  to: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const start = Math.min(Math.max(0, from), header.sizeBytes);
  const end = Math.min(Math.max(start, to), header.sizeBytes);
  const out = new Uint8Array(end - start);
  for (let index = Math.floor(start / FRAME_BYTES); index * FRAME_BYTES < end; index++) {
    const sealed = await file.readAt(frameOffset(index), frameLength(header.sizeBytes, index));
    const plain = openFrame(key, header, index, sealed);
    if (!plain) return undefined;
    const frameStart = index * FRAME_BYTES;
    const part = plain.subarray(Math.max(0, start - frameStart), end - frameStart);
    out.set(part, Math.max(0, frameStart - start));
  }
  return out;
}
