import { FileHash } from '@shared/kernel/ids';
import { equalBytes, toHex } from '@shared/kernel/bytes';
import { err, ok, type Result } from '@shared/kernel/result';
import { encodeChunk } from '@shared/protocol/chunk-frame';
import { CHUNK_BYTES, chunkCount } from '@shared/protocol/file-message';
import type {
  RelayFileAnnouncement,
  RelayFileManifest,
  RelayFileState,
} from '@shared/protocol/relay-file';
import { scopesOf, type RelaySession } from '@shared/relay/mailbox';
import { SEAL_BYTES } from '@shared/relay/sealed-chunk';
import type { Database } from '../../db/queryable';
import { inTransaction } from '../../db/transaction';
import { createGate } from '../../http/limits';
import { sha256 as sha256Of } from '../../platform';
import type { FileFailure } from '../files/file-service';
import { isCut, readFrames, type ChunkFrame } from '../files/frames';
import type { HubAuthority } from './hub-authority';
import { hubFileRepository, type FileName, type HubFile } from './hub-file-repository';
import type { HubMailboxStore } from './postgres-mailbox';
import { sealedSize, type SealedChunks } from './sealed-chunks';

export interface HubFilesDeps {
  readonly db: Database;
  readonly chunks: SealedChunks;
  readonly mailbox: Pick<HubMailboxStore, 'namesFile'>;
  readonly authority: Pick<HubAuthority, 'get'>;
  readonly nowMs: () => number;
  /** A file has become whole. */
  readonly completed: () => void;
}

/** Who asks; the hub itself when its work moves to another machine. */
type Asking = RelaySession | 'itself';

export interface SealedFrames extends FileName {
  readonly epoch: number;
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * Sealed files of the office (§20), taken and given in chunks as the province does it. What is in them cannot be checked
 * here: who opens them checks each chunk and the whole.
 */
export function createHubFiles(deps: HubFilesDeps) {
  const { db, chunks, mailbox, authority, nowMs, completed } = deps;
  const files = hubFileRepository(db);
  /** One chunk is written at a time: it stays as it came first, whoever sends it again. */
  const oneAtATime = createGate({ atOnce: 1, waiting: 1_000 });

  /** A scope of the person, or a file that work of the machine itself names (I-13). */
  async function mayTouch(asking: Asking, { sha256, scope }: FileName): Promise<boolean> {
    if (asking === 'itself') return true;
    const { deviceId, userId } = asking;
    if (scopesOf(authority.get(), userId).includes(scope)) return true;
    return mailbox.namesFile({ deviceId, sha256, scope });
  }

  async function findFor(session: Asking, name: FileName): Promise<Result<HubFile, FileFailure>> {
    if (!(await mayTouch(session, name))) return err({ code: 'files.not-allowed' });
    const file = await files.find(name);
    return file ? ok(file) : err({ code: 'files.missing' });
  }

  async function stateOf(file: HubFile): Promise<RelayFileState> {
    const { epoch } = file;
    if (file.isComplete) return { state: 'complete', epoch };
    const bits = Buffer.alloc(Math.ceil(chunkCount(file.sizeBytes) / 8));
    for (const i of (await files.chunks(file)).keys())
      bits[i >> 3] = (bits[i >> 3] ?? 0) | (0x80 >> (i & 7));
    return { state: 'partial', epoch, have: bits.toString('base64') };
  }

  const takeChunk = (file: HubFile, { index, hash, bytes }: ChunkFrame): Promise<void> =>
    oneAtATime(async () => {
      if (await files.hasChunk(file, index)) return;
      await chunks.write(file, index, bytes);
      await files.keepChunk(file, index, hash, new Date(nowMs()));
    });

  return {
    async announce(
      session: Asking,
      sha256: FileHash,
      { scope, epoch, sizeBytes }: RelayFileAnnouncement,
    ): Promise<Result<RelayFileState, FileFailure>> {
      const name = { sha256, scope };
      if (!(await mayTouch(session, name))) return err({ code: 'files.not-allowed' });
      const before = await files.find(name);
      const at = new Date(nowMs());
      const isOfItsWork =
        session === 'itself' ||
        (await mailbox.namesFile({ deviceId: session.deviceId, sha256, scope }));
      await inTransaction(db, (tx) =>
        hubFileRepository(tx).announce(name, { epoch, sizeBytes, isOfItsWork, at }),
      );
      const file = await files.find(name);
      if (before && file && before.epoch < file.epoch) await chunks.remove(before);
      return file?.sizeBytes === sizeBytes
        ? ok(await stateOf(file))
        : err({ code: 'http.invalid-body' });
    },

    /** Keeps each chunk as soon as it is whole, also when the request is cut a byte later (I-19). */
    async takeChunks(
      session: Asking,
      { epoch, body, ...name }: SealedFrames,
    ): Promise<Result<RelayFileState, FileFailure>> {
      const found = await findFor(session, name);
      if (!found.ok) return found;
      const file = found.value;
      // Begun anew under a newer key since: the sender announces again and learns of it.
      if (file.epoch !== epoch) return err({ code: 'files.missing' });
      try {
        for await (const frame of readFrames(body, CHUNK_BYTES + SEAL_BYTES)) {
          if (!isChunkOf(file, frame)) return err({ code: 'files.damaged' });
          if (!file.isComplete) await takeChunk(file, frame);
        }
      } catch (cause) {
        if (!isCut(cause)) throw cause;
      }
      return ok(await stateOf(file));
    },

    async finish(session: Asking, name: FileName): Promise<Result<RelayFileState, FileFailure>> {
      const found = await findFor(session, name);
      if (!found.ok) return found;
      const file = found.value;
      const isWhole = (await files.chunks(file)).size === chunkCount(file.sizeBytes);
      if (file.isComplete || !isWhole) return ok(await stateOf(file));
      await files.complete(file);
      completed();
      return ok({ state: 'complete', epoch: file.epoch });
    },

    async manifest(
      session: Asking,
      name: FileName,
    ): Promise<Result<RelayFileManifest, FileFailure>> {
      const found = await findComplete(session, name);
      if (!found.ok) return found;
      const { sizeBytes, epoch } = found.value;
      const hashes = [...(await files.chunks(name)).values()];
      return ok({ sizeBytes, epoch, chunks: hashes.map((hash) => FileHash.parse(toHex(hash))) });
    },

    /** Frames one after another as the other side takes them (I-22). */
    async readChunks(
      session: Asking,
      name: FileName,
      indices: readonly number[],
    ): Promise<Result<ReadableStream<Uint8Array>, FileFailure>> {
      const found = await findComplete(session, name);
      if (!found.ok) return found;
      const file = found.value;
      const count = chunkCount(file.sizeBytes);
      if (indices.some((i) => i >= count)) return err({ code: 'http.invalid-body' });
      const left = [...indices];
      const pull = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
        const i = left.shift();
        if (i === undefined) return controller.close();
        const bytes = await chunks.read(file, i);
        if (!bytes) throw new Error(`the sealed file ${file.sha256} is cut short`);
        controller.enqueue(encodeChunk(i, bytes, sha256Of));
      };
      return ok(new ReadableStream<Uint8Array>({ pull }, { highWaterMark: 1 }));
    },

    async forget(file: HubFile): Promise<void> {
      await files.forget(file);
      await chunks.remove(file);
    },
  };

  async function findComplete(
    session: Asking,
    name: FileName,
  ): Promise<Result<HubFile, FileFailure>> {
    const found = await findFor(session, name);
    return found.ok && !found.value.isComplete ? err({ code: 'files.missing' }) : found;
  }
}

export type HubFiles = ReturnType<typeof createHubFiles>;

const isChunkOf = (file: HubFile, { index, hash, bytes }: ChunkFrame): boolean =>
  index < chunkCount(file.sizeBytes) &&
  bytes.length === sealedSize(file, index) &&
  equalBytes(sha256Of(bytes), hash);
