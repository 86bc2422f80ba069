import { createHash } from 'node:crypto';
import { err, ok, type Result } from '@shared/kernel/result';
import { encodeChunk } from '@shared/protocol/chunk-frame';
import {
  CHUNK_BYTES,
  chunkCount,
  type FileAnnouncement,
  type FileManifest,
  type FileState,
} from '@shared/protocol/file-message';
import { FileHash } from '@shared/kernel/ids';
import { entitledScopes } from '@shared/sync/entitlement';
import type { ExchangeSession } from '@shared/sync/exchange';
import type { Database } from '../../db/queryable';
import { inTransaction } from '../../db/transaction';
import { sha256 as sha256Of } from '../../platform';
import { dossiersOf } from '../session/user-repository';
import type { ObjectStore } from '../../storage/objects';
import { fileRepository, type FileRow } from './file-repository';
import { isCut, readFrames, type ChunkFrame } from './frames';

export type FileFailure = {
  readonly code: 'files.missing' | 'files.damaged' | 'files.not-allowed' | 'http.invalid-body';
};

export interface FileServiceDeps {
  readonly db: Database;
  readonly objects: ObjectStore;
  readonly nowMs: () => number;
}

/** An upload that nobody goes on with is forgotten; the workstation still has its bytes (§10.2). */
const STAGING_MS = 60 * 24 * 3_600_000;

/**
 * Files in chunks that survive any cut (§10.2, I-18, I-19). Uploading needs a device of the office; reading needs a
 * signed-in person of the office and a record that names the file: a hash alone gives nothing (I-13).
 */
export function createFiles({ db, objects, nowMs }: FileServiceDeps) {
  const files = fileRepository(db);
  const isoAt = (ms: number): string => new Date(ms).toISOString();

  /** What this device still has to send: what others sent proves nothing of it (I-13). */
  async function stateOf(
    session: ExchangeSession,
    sha256: FileHash,
    row: FileRow,
  ): Promise<FileState> {
    const { officeId, deviceId } = session;
    const proven = await files.provenChunks(officeId, sha256, deviceId);
    const count = chunkCount(row.size_bytes);
    if (row.is_complete && proven.size === count) return { state: 'complete' };
    if (row.is_complete && (await mayRead(session, sha256))) {
      // Told that nothing is to be sent, the device counts as having it, also when the right has gone since.
      await files.proveWhole({ officeId, sha256, deviceId }, count);
      return { state: 'complete' };
    }
    const staged = row.is_complete ? proven : await files.listChunks(officeId, sha256);
    const bits = Buffer.alloc(Math.ceil(count / 8));
    for (const i of staged) {
      if (proven.has(i)) bits[i >> 3] = (bits[i >> 3] ?? 0) | (0x80 >> (i & 7));
    }
    return { state: 'partial', have: bits.toString('base64') };
  }

  /**
   * Takes a chunk that fits its own hash: staged, or of a complete file compared; and notes that the device had it.
   *
   * @returns false when other bytes are staged in its place
   */
  async function takeChunk(
    { officeId, deviceId }: ExchangeSession,
    { sha256, row }: NamedFile,
    { index: i, hash, bytes }: ChunkFrame,
  ): Promise<boolean> {
    const device = { officeId, sha256, deviceId };
    if (!row.is_complete) return stage(device, row, { i, bytes });
    const known = row.chunk_hashes?.subarray(i * 32, (i + 1) * 32);
    if (known && Buffer.from(known).equals(hash))
      await files.prove(device, i, chunkCount(row.size_bytes));
    return true;
  }

  /** Staged and noted together: what is dropped as another file's bytes proves nothing of anybody (I-13). */
  const stage = (
    device: { readonly officeId: string; readonly sha256: FileHash; readonly deviceId: string },
    { size_bytes: sizeBytes }: FileRow,
    { i, bytes }: { readonly i: number; readonly bytes: Uint8Array },
  ): Promise<boolean> =>
    inTransaction(db, async (tx) => {
      const staging = fileRepository(tx);
      if (!(await staging.keepStaging(device.officeId, device.sha256, sizeBytes))) return false;
      const isSame = await staging.keepChunk(device.officeId, device.sha256, i, bytes);
      if (isSame) await staging.prove(device, i, chunkCount(sizeBytes));
      return isSame;
    });

  async function announce(
    session: ExchangeSession,
    sha256: FileHash,
    { sizeBytes, mime, prefix }: FileAnnouncement,
  ): Promise<Result<FileState, FileFailure>> {
    const { officeId, deviceId } = session;
    await files.announce(officeId, sha256, sizeBytes, mime, isoAt(nowMs()));
    let row = await files.find(officeId, sha256);
    if (row && row.size_bytes !== sizeBytes) {
      const device = { officeId, sha256, deviceId };
      await inTransaction(db, (tx) => fileRepository(tx).resize(device, sizeBytes));
      row = await files.find(officeId, sha256);
    }
    if (!row || row.size_bytes !== sizeBytes) return err({ code: 'http.invalid-body' });
    if (prefix && !row.is_complete) await stagePrefix(session, { sha256, row }, prefix);
    return ok(await stateOf(session, sha256, row));
  }

  /**
   * Stages the whole chunks that a file shares with one the office has sent before: only what was appended travels.
   * Bytes of another office never count, nor those of a file that the device has not shown to have and its person may
   * not read (I-13); whether they are this file's beginning is decided by the whole hash at the end (I-18).
   */
  async function stagePrefix(
    session: ExchangeSession,
    { sha256, row }: NamedFile,
    prefix: NonNullable<FileAnnouncement['prefix']>,
  ): Promise<void> {
    const { officeId, deviceId } = session;
    const base = await files.find(officeId, prefix.sha256);
    const isUsable =
      base?.is_complete && base.size_bytes === prefix.sizeBytes && base.size_bytes < row.size_bytes;
    if (!isUsable || (await stateOf(session, prefix.sha256, base)).state !== 'complete') return;
    const have = new Set(await files.listChunks(officeId, sha256));
    for (let i = 0; (i + 1) * CHUNK_BYTES <= base.size_bytes; i++) {
      if (have.has(i)) continue;
      const [start, end] = [i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES];
      const bytes = await objects.read(officeId, prefix.sha256, start, end);
      if (bytes?.length !== CHUNK_BYTES) return;
      await stage({ officeId, sha256, deviceId }, row, { i, bytes });
    }
  }

  /** Keeps each chunk as soon as it is whole and right, also when the request is cut a byte later. */
  async function takeChunks(
    session: ExchangeSession,
    sha256: FileHash,
    body: AsyncIterable<Uint8Array>,
  ): Promise<Result<FileState, FileFailure>> {
    const { officeId } = session;
    const row = await files.find(officeId, sha256);
    if (!row) return err({ code: 'files.missing' });
    let failure: FileFailure | undefined;
    let kept = 0;
    let differing = 0;
    try {
      for await (const chunk of readFrames(body, CHUNK_BYTES)) {
        if (!isChunkOf(row, chunk)) {
          failure = { code: 'files.damaged' };
          break;
        }
        if (await takeChunk(session, { sha256, row }, chunk)) kept += 1;
        else differing += 1;
      }
    } catch (cause) {
      if (!isCut(cause)) throw cause;
    }
    if (kept > 0) await files.noteProgress(officeId, sha256, isoAt(nowMs()));
    if (failure) return err(failure);
    // Of two devices one sends another file under this name: the whole tells, else the right one would never get in (I-16).
    if (differing > 0) await finish(session, sha256);
    return ok(await stateOf(session, sha256, (await files.find(officeId, sha256)) ?? row));
  }

  /** Assembles, checks the whole hash on the way into the store, and only then says complete (I-18). */
  async function finish(
    session: ExchangeSession,
    sha256: FileHash,
  ): Promise<Result<FileState, FileFailure>> {
    const { officeId } = session;
    const row = await files.find(officeId, sha256);
    if (!row) return err({ code: 'files.missing' });
    const count = chunkCount(row.size_bytes);
    if (row.is_complete || (await files.listChunks(officeId, sha256)).length < count) {
      return ok(await stateOf(session, sha256, row));
    }
    try {
      const assembled = await assemble(officeId, sha256, count);
      if (!assembled.ok) return assembled;
      return ok(await stateOf(session, sha256, { ...row, is_complete: true }));
    } catch (cause) {
      if (!(cause instanceof StagingGone)) throw cause;
      // Another node has finished it, or dropped it, while this one was reading (I-5).
      const now = await files.find(officeId, sha256);
      return now ? ok(await stateOf(session, sha256, now)) : err({ code: 'files.missing' });
    }
  }

  async function assemble(
    officeId: string,
    sha256: FileHash,
    count: number,
  ): Promise<Result<void, FileFailure>> {
    const chunkHashes = await hashStaged(officeId, sha256, count);
    if (!chunkHashes) {
      await inTransaction(db, (tx) => fileRepository(tx).dropChunks(officeId, sha256));
      return err({ code: 'files.damaged' });
    }
    await objects.put(officeId, sha256, staged(officeId, sha256, count));
    await inTransaction(db, (tx) => fileRepository(tx).complete(officeId, sha256, chunkHashes));
    return ok(undefined);
  }

  async function* staged(
    officeId: string,
    sha256: string,
    count: number,
  ): AsyncGenerator<Uint8Array> {
    for (let i = 0; i < count; i++) {
      const bytes = await files.readChunk(officeId, sha256, i);
      if (!bytes) throw new StagingGone();
      yield bytes;
    }
  }

  /** The chunk hashes in a row when the staged bytes are the file that its name says; undefined otherwise. */
  async function hashStaged(
    officeId: string,
    sha256: string,
    count: number,
  ): Promise<Uint8Array | undefined> {
    const whole = createHash('sha256');
    const hashes: Buffer[] = [];
    for await (const bytes of staged(officeId, sha256, count)) {
      whole.update(bytes);
      hashes.push(createHash('sha256').update(bytes).digest());
    }
    return whole.digest('hex') === sha256 ? Buffer.concat(hashes) : undefined;
  }

  async function mayRead({ officeId, user }: ExchangeSession, sha256: FileHash): Promise<boolean> {
    const dossiers = user ? await dossiersOf(db, officeId, user.id) : [];
    return files.isLinked(officeId, sha256, entitledScopes(user, officeId, dossiers));
  }

  async function readable(
    session: ExchangeSession,
    sha256: FileHash,
  ): Promise<Result<FileRow, FileFailure>> {
    if (!(await mayRead(session, sha256))) return err({ code: 'files.not-allowed' });
    const row = await files.find(session.officeId, sha256);
    return row?.is_complete ? ok(row) : err({ code: 'files.missing' });
  }

  async function manifest(
    session: ExchangeSession,
    sha256: FileHash,
  ): Promise<Result<FileManifest, FileFailure>> {
    const row = await readable(session, sha256);
    if (!row.ok) return row;
    const hashes = Buffer.from(row.value.chunk_hashes ?? []);
    const chunks = Array.from({ length: hashes.length / 32 }, (_, i) =>
      FileHash.parse(hashes.subarray(i * 32, (i + 1) * 32).toString('hex')),
    );
    return ok({ sizeBytes: row.value.size_bytes, mime: row.value.mime, chunks });
  }

  /** Frames one after another as the other side takes them: a large answer never lies in memory (I-22). */
  async function readChunks(
    session: ExchangeSession,
    sha256: FileHash,
    indices: readonly number[],
  ): Promise<Result<ReadableStream<Uint8Array>, FileFailure>> {
    const row = await readable(session, sha256);
    if (!row.ok) return row;
    const size = row.value.size_bytes;
    if (indices.some((index) => index * CHUNK_BYTES >= size)) {
      return err({ code: 'http.invalid-body' });
    }
    const left = [...indices];
    const { officeId } = session;
    return ok(
      new ReadableStream<Uint8Array>(
        {
          pull: async (controller) => {
            const index = left.shift();
            if (index === undefined) return controller.close();
            const [start, end] = [index * CHUNK_BYTES, Math.min((index + 1) * CHUNK_BYTES, size)];
            const bytes = await objects.read(officeId, sha256, start, end);
            if (bytes?.length !== end - start) throw new Error(`object ${sha256} is cut short`);
            controller.enqueue(encodeChunk(index, bytes, sha256Of));
          },
        },
        { highWaterMark: 1 },
      ),
    );
  }

  /** Forgets uploads without progress for 60 days; any number of nodes may do so. */
  const expireStaging = (): Promise<void> => files.expire(isoAt(nowMs() - STAGING_MS));

  return { announce, takeChunks, finish, manifest, readChunks, expireStaging };
}

export type Files = ReturnType<typeof createFiles>;

/** A staged chunk disappeared while the file was put together. */
class StagingGone extends Error {}

interface NamedFile {
  readonly sha256: FileHash;
  readonly row: FileRow;
}

function isChunkOf(row: FileRow, { index, hash, bytes }: ChunkFrame): boolean {
  const expected = Math.min(CHUNK_BYTES, row.size_bytes - index * CHUNK_BYTES);
  return bytes.length === expected && createHash('sha256').update(bytes).digest().equals(hash);
}
