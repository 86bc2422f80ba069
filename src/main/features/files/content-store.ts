import { createHash, randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import { concatBytes } from '@shared/kernel/bytes';
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

/** A file as it lies on the disk. */
export interface StoredFile {
  readonly sha256: FileHash;
  /** Bytes on the disk, a little more than the file's own. */
  readonly sizeBytes: number;
  readonly usedAtMs: number;
}

/**
 * Files by SHA-256, encrypted, whole or not at all (§10.4): written beside, flushed, renamed, folder flushed. What a
 * saved act refers to lies here before the act is journalled.
 *
 * Two halves: *own* files came into being on this machine and stay until they are released; *copies* can be fetched from
 * the server again. Which half a file is in is its place on the disk and nothing else.
 */
export interface ContentStore {
  /** Stores own bytes; the answer comes after they are durable. Storing twice is harmless; a copy becomes an own file. */
  readonly put: (bytes: Uint8Array) => Promise<Result<FileHash, StoreFailure>>;
  /** Stores what the server has whole. */
  readonly putCopy: (bytes: Uint8Array) => Promise<Result<FileHash, StoreFailure>>;
  /** An own file becomes a copy: the server has it whole, or nothing that was saved names it. */
  readonly release: (sha256: FileHash) => Promise<void>;
  /** Removes a copy; an own file of that name stays. */
  readonly removeCopy: (sha256: FileHash) => Promise<void>;
  readonly own: () => Promise<readonly StoredFile[]>;
  readonly copies: () => Promise<readonly StoredFile[]>;
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
  const copyFolder = join(folder, 'copies');
  const ownPath = (sha256: FileHash) => join(folder, sha256.slice(0, 2), sha256);
  const copyPath = (sha256: FileHash) => join(copyFolder, sha256.slice(0, 2), sha256);

  async function pathOf(sha256: FileHash): Promise<string | undefined> {
    for (const path of [ownPath(sha256), copyPath(sha256)])
      if (await files.exists(path)) return path;
    return undefined;
  }

  async function move(from: string, to: string): Promise<void> {
    await files.makeFolder(dirname(to));
    await files.rename(from, to);
    await flushPlaceOf(to);
  }

  async function flushPlaceOf(path: string): Promise<void> {
    await files.flushFolder(dirname(path));
    await files.flushFolder(dirname(dirname(path)));
  }

  async function write(path: string, bytes: Uint8Array): Promise<void> {
    const beside = `${path}.${randomUUID()}.new`;
    try {
      await files.makeFolder(dirname(path));
      await writeSealed(await files.create(beside), key, bytes);
      await files.rename(beside, path);
      await flushPlaceOf(path);
    } catch (cause) {
      // A leftover that is still held does no harm: nothing reads files of that name.
      await files.remove(beside).catch(() => {});
      throw cause;
    }
  }

  async function storing(
    bytes: Uint8Array,
    store: (sha256: FileHash) => Promise<void>,
  ): Promise<Result<FileHash, StoreFailure>> {
    const sha256 = FileHash.parse(createHash('sha256').update(bytes).digest('hex'));
    try {
      await store(sha256);
      return ok(sha256);
    } catch (cause) {
      return err({ code: isDiskFull(cause) ? 'files.disk-full' : 'files.write-failed' });
    }
  }

  async function read(
    sha256: FileHash,
    start = 0,
    end = Number.MAX_SAFE_INTEGER,
  ): Promise<Result<Uint8Array<ArrayBuffer>, ReadFailure>> {
    const file = await open(sha256);
    if (!file) return err({ code: 'files.missing' });
    try {
      const header = readHeader(await file.readAt(0, HEADER_BYTES));
      const bytes = header && (await readRange(file, key, header, start, end));
      return bytes ? ok(bytes) : err({ code: 'files.damaged' });
    } finally {
      await file.close();
    }
  }

  async function open(sha256: FileHash): Promise<OpenFile | undefined> {
    const path = await pathOf(sha256);
    if (path === undefined) return undefined;
    await files.touch(path);
    return files.openToRead(path).catch(() => undefined);
  }

  async function listed(half: string): Promise<readonly StoredFile[]> {
    const found: StoredFile[] = [];
    for (const part of await files.list(half)) {
      if (!/^[0-9a-f]{2}$/.test(part)) continue;
      for (const name of await files.list(join(half, part))) {
        const sha256 = FileHash.safeParse(name);
        const file = sha256.success && (await files.describe(join(half, part, name)));
        if (sha256.success && file) found.push({ sha256: sha256.data, ...file });
      }
    }
    return found;
  }

  return {
    put: (bytes) =>
      storing(bytes, async (sha256) => {
        const path = await pathOf(sha256);
        if (path === undefined) await write(ownPath(sha256), bytes);
        else if (path === copyPath(sha256)) await move(path, ownPath(sha256));
        else await files.touch(path);
      }),
    putCopy: (bytes) =>
      storing(bytes, async (sha256) => {
        if ((await pathOf(sha256)) === undefined) await write(copyPath(sha256), bytes);
      }),
    release: async (sha256) => {
      if (await files.exists(ownPath(sha256))) await move(ownPath(sha256), copyPath(sha256));
    },
    removeCopy: (sha256) => files.remove(copyPath(sha256)),
    own: () => listed(folder),
    copies: () => listed(copyFolder),
    read,
    has: async (sha256) => (await pathOf(sha256)) !== undefined,
    sizeOf: async (sha256) => {
      const file = await open(sha256);
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
    remove: async (sha256) => {
      await files.remove(ownPath(sha256));
      await files.remove(copyPath(sha256));
    },
  };
}

/** A megabyte goes to the disk and comes from it in one call: asking costs more than so many bytes. */
const FRAMES_AT_ONCE = 16;

async function writeSealed(file: OpenFile, key: Uint8Array, bytes: Uint8Array): Promise<void> {
  const header = createHeader(bytes.length);
  try {
    await file.append(header.bytes);
    const frames = frameCount(bytes.length);
    for (let first = 0; first < frames; first += FRAMES_AT_ONCE) {
      const sealed: Uint8Array[] = [];
      for (let index = first; index < Math.min(first + FRAMES_AT_ONCE, frames); index++) {
        const plain = bytes.subarray(index * FRAME_BYTES, (index + 1) * FRAME_BYTES);
        sealed.push(sealFrame(key, header, index, plain));
      }
      await file.append(concatBytes(...sealed));
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
  const behind = Math.ceil(end / FRAME_BYTES);
  for (let first = Math.floor(start / FRAME_BYTES); first < behind; first += FRAMES_AT_ONCE) {
    const next = Math.min(first + FRAMES_AT_ONCE, behind);
    const offset = frameOffset(first);
    const group = await file.readAt(offset, frameOffset(next) - offset);
    for (let index = first; index < next; index++) {
      const at = frameOffset(index) - offset;
      const sealed = group.subarray(at, at + frameLength(header.sizeBytes, index));
      const plain = openFrame(key, header, index, sealed);
      if (!plain) return undefined;
      const frameStart = index * FRAME_BYTES;
      const part = plain.subarray(Math.max(0, start - frameStart), end - frameStart);
      out.set(part, Math.max(0, frameStart - start));
    }
  }
  return out;
}
