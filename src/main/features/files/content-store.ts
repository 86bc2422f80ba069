import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FileHash } from '@shared/kernel/ids';
import { err, ok, type Result } from '@shared/kernel/result';
import { flushFolder } from '../../platform/durable-file';
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

export function createContentStore(folder: string, key: Uint8Array): ContentStore {
  const pathOf = (sha256: FileHash) => join(folder, sha256.slice(0, 2), sha256);

  async function put(bytes: Uint8Array): Promise<Result<FileHash, StoreFailure>> {
    const sha256 = FileHash.parse(createHash('sha256').update(bytes).digest('hex'));
    const path = pathOf(sha256);
    if (await exists(path)) return ok(sha256);
    const beside = `${path}.${randomUUID()}.new`;
    try {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await writeSealed(beside, key, bytes);
      await rename(beside, path);
      await flushFolder(dirname(path));
      await flushFolder(folder);
      return ok(sha256);
    } catch (cause) {
      await rm(beside, { force: true });
      const isFull = cause instanceof Error && 'code' in cause && cause.code === 'ENOSPC';
      return err({ code: isFull ? 'files.disk-full' : 'files.write-failed' });
    }
  }

  async function read(
    sha256: FileHash,
    start = 0,
    end = Number.MAX_SAFE_INTEGER,
  ): Promise<Result<Uint8Array<ArrayBuffer>, ReadFailure>> {
    const handle = await open(pathOf(sha256), 'r').catch(() => undefined);
    if (!handle) return err({ code: 'files.missing' });
    try {
      const header = readHeader(await readAt(handle, 0, HEADER_BYTES));
      const bytes = header && (await readRange(handle, key, header, start, end));
      return bytes ? ok(bytes) : err({ code: 'files.damaged' });
    } finally {
      await handle.close();
    }
  }

  return {
    put,
    read,
    has: (sha256) => exists(pathOf(sha256)),
    sizeOf: async (sha256) => {
      const handle = await open(pathOf(sha256), 'r').catch(() => undefined);
      if (!handle) return undefined;
      try {
        return readHeader(await readAt(handle, 0, HEADER_BYTES))?.sizeBytes;
      } finally {
        await handle.close();
      }
    },
    verify: async (sha256) => {
      const bytes = await read(sha256);
      return bytes.ok && createHash('sha256').update(bytes.value).digest('hex') === sha256;
    },
    remove: (sha256) => rm(pathOf(sha256), { force: true }),
  };
}

async function writeSealed(path: string, key: Uint8Array, bytes: Uint8Array): Promise<void> {
  const header = createHeader(bytes.length);
  const handle = await open(path, 'wx', 0o600);
  try {
    await handle.appendFile(header.bytes);
    for (let index = 0; index < frameCount(bytes.length); index++) {
      const plain = bytes.subarray(index * FRAME_BYTES, (index + 1) * FRAME_BYTES);
      await handle.appendFile(sealFrame(key, header, index, plain));
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function readRange(
  handle: FileHandle,
  key: Uint8Array,
  header: SealedHeader,
  from: number,
  to: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const start = Math.min(Math.max(0, from), header.sizeBytes);
  const end = Math.min(Math.max(start, to), header.sizeBytes);
  const out = new Uint8Array(end - start);
  for (let index = Math.floor(start / FRAME_BYTES); index * FRAME_BYTES < end; index++) {
    const sealed = await readAt(handle, frameOffset(index), frameLength(header.sizeBytes, index));
    const plain = openFrame(key, header, index, sealed);
    if (!plain) return undefined;
    const frameStart = index * FRAME_BYTES;
    const part = plain.subarray(Math.max(0, start - frameStart), end - frameStart);
    out.set(part, Math.max(0, frameStart - start));
  }
  return out;
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const { buffer, bytesRead } = await handle.read(new Uint8Array(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

const exists = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined)) !== undefined;
