import { createHash } from 'node:crypto';
import { concatBytes, toHex } from '@shared/kernel/bytes';
import type { FileHash } from '@shared/kernel/ids';
import { err, ok, type Result } from '@shared/kernel/result';
import { encodeChunk } from '@shared/protocol/chunk-frame';
import { CHUNK_BYTES, CHUNK_HEADER_BYTES, chunkCount } from '@shared/protocol/file-message';
import { SEAL_BYTES } from '@shared/relay/sealed-chunk';
import type { z } from 'zod';
import type { ServerClient } from '../../platform/server-client';
import type { ContentStore } from './content-store';
import { plainWay, type FileWay } from './file-way';
import { findBase } from './find-base';
import type { PartialStore } from './partial-store';

export interface FileTransferDeps {
  /** How a file travels on this line, plain unless told; undefined where it cannot. */
  readonly wayOf?: (sha256: FileHash) => FileWay | undefined;
  readonly client: ServerClient;
  readonly token: () => Promise<Result<string>>;
  readonly store: ContentStore;
  readonly partials: PartialStore;
  readonly monotonicMs: () => number;
  /** Called after each request with how long it took: leaves the line to operations that wait (§10.2). */
  readonly giveWay: (tookMs: number) => Promise<void>;
}

/** A request carries at most this much time of data, so that intermediaries with limits do no harm (§10.2). */
const REQUEST_TARGET_MS = 20_000;
const FIRST_CHUNKS = 4;
/** The server's answer to a download is bounded (8 MiB). */
const MAX_CHUNKS = 60;

/** Moves files to and from a server in chunks; a cut costs at most the chunk it fell into (I-19). */
export function createFileTransfer(deps: FileTransferDeps) {
  const { client, store, partials, wayOf = plainWay } = deps;
  let chunksAtOnce = FIRST_CHUNKS;
  const underway = new Map<FileHash, Promise<Result<void>>>();

  /** Sends a file that lies in the content store; resolves when the server holds it whole. */
  /** @param onPart told which whole percent of the file the server has, before each request */
  async function upload(
    sha256: FileHash,
    onPart: (percent: number) => void = () => undefined,
  ): Promise<Result<void>> {
    const sizeBytes = await store.sizeOf(sha256);
    if (sizeBytes === undefined) return err({ code: 'files.missing' });
    const way = wayOf(sha256);
    if (!way) return err({ code: 'files.missing' });
    const token = await deps.token();
    if (!token.ok) return token;
    const accessToken = token.value;
    // What fits into a chunk travels whole anyway.
    const isLong = way.takesPrefix && sizeBytes > CHUNK_BYTES;
    const prefix = isLong ? await findBase(store, sha256) : null;
    const announced = await client.sendBytes({
      path: way.pathOf(''),
      bytes: Buffer.from(JSON.stringify(way.announcement(sizeBytes, prefix))),
      accessToken,
      answer: way.state,
    });
    if (!announced.ok) return announced;
    let state = announced.value;
    // A chunk's number is its nonce: nothing but the named content may ever be sealed with the file's key.
    const isToSeal = !way.takesPrefix && state.state === 'partial';
    if (isToSeal && !(await store.verify(sha256))) return err({ code: 'files.damaged' });
    while (state.state === 'partial') {
      const chunks = chunkCount(sizeBytes);
      const missing = missingChunks(state.have, chunks);
      if (missing.length === 0) break;
      onPart(Math.floor((100 * (chunks - missing.length)) / chunks));
      const some = missing.slice(0, chunksAtOnce);
      const sent = await sendChunks({ sha256, way, epoch: state.epoch, accessToken }, some);
      if (!sent.ok) return sent;
      state = sent.value;
      // Somebody sends other bytes under this name: the next file goes on, and this one is asked for again (I-16, I-22).
      const isStuck =
        state.state === 'partial' && missingChunks(state.have, chunks).length >= missing.length;
      if (isStuck) return err({ code: 'files.damaged' });
    }
    if (state.state === 'complete') return ok(undefined);
    const finished = await client.call({
      method: 'POST',
      path: way.pathOf('/finish'),
      accessToken,
      answer: way.state,
    });
    if (!finished.ok) return finished;
    // Another device may have begun the same file otherwise: it is asked for again.
    return finished.value.state === 'complete' ? ok(undefined) : err({ code: 'files.damaged' });
  }

  async function sendChunks(
    { sha256, way, epoch, accessToken }: Underway,
    indices: readonly number[],
  ): Promise<Result<z.infer<FileWay['state']>>> {
    const frames: Uint8Array[] = [];
    for (const index of indices) {
      const bytes = await store.read(sha256, index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES);
      if (!bytes.ok) return bytes;
      const sealed = way.seal(epoch, index, bytes.value);
      if (!sealed) return err({ code: 'files.missing' });
      frames.push(encodeChunk(index, sealed, sha256Of));
    }
    const startedAt = deps.monotonicMs();
    const sent = await client.sendBytes({
      path: way.pathOf('/chunks', { epoch }),
      bytes: concatBytes(...frames),
      accessToken,
      answer: way.state,
      timeoutMs: 120_000,
    });
    await paced(sent.ok, deps.monotonicMs() - startedAt);
    return sent;
  }

  /**
   * Fetches a file into the content store, resuming what an earlier try brought. Who asks while it is on its way waits
   * for the same answer: two at once would take each other's chunks away.
   */
  function download(sha256: FileHash): Promise<Result<void>> {
    const known = underway.get(sha256);
    if (known) return known;
    const fetching = fetchFile(sha256).finally(() => underway.delete(sha256));
    underway.set(sha256, fetching);
    return fetching;
  }

  async function fetchFile(sha256: FileHash): Promise<Result<void>> {
    if (await store.has(sha256)) return ok(undefined);
    const way = wayOf(sha256);
    if (!way) return err({ code: 'files.missing' });
    const token = await deps.token();
    if (!token.ok) return token;
    const accessToken = token.value;
    const manifest = await client.call({
      method: 'GET',
      path: way.pathOf('/manifest'),
      accessToken,
      answer: way.manifest,
    });
    if (!manifest.ok) return manifest;
    const { chunks, epoch } = manifest.value;
    for (;;) {
      const have = await partials.list(sha256);
      const missing = chunks.flatMap((_, index) => (have.has(index) ? [] : [index]));
      if (missing.length === 0) break;
      const fetched = await fetchChunks(
        { sha256, way, epoch, accessToken },
        missing.slice(0, chunksAtOnce),
        chunks,
      );
      if (!fetched.ok) return fetched;
    }
    const bytes = concatBytes(
      ...(await Promise.all(chunks.map((_, i) => partials.read(sha256, i)))),
    );
    // Chunks were checked one by one; the whole is checked by the name it is stored under (I-18).
    if (createHash('sha256').update(bytes).digest('hex') !== sha256) {
      await partials.remove(sha256);
      return err({ code: 'files.damaged' });
    }
    const stored = await store.putCopy(bytes);
    if (stored.ok) await partials.remove(sha256);
    return stored.ok ? ok(undefined) : stored;
  }

  async function fetchChunks(
    { sha256, way, epoch, accessToken }: Underway,
    indices: readonly number[],
    hashes: readonly FileHash[],
  ): Promise<Result<void>> {
    const startedAt = deps.monotonicMs();
    const answer = await client.fetchBytes({
      path: way.pathOf('/chunks', { indices }),
      accessToken,
      timeoutMs: 120_000,
    });
    await paced(answer.ok && answer.value.isWhole, deps.monotonicMs() - startedAt);
    if (!answer.ok) return answer;
    for (const { index, bytes } of decodeChunks(answer.value.bytes)) {
      const plain = hashOf(bytes) === hashes[index] ? way.open(epoch, index, bytes) : undefined;
      if (!plain) return err({ code: 'files.damaged' });
      await partials.write(sha256, index, plain);
    }
    return answer.value.isWhole ? ok(undefined) : err({ code: 'server.unreachable' });
  }

  async function paced(isGood: boolean, tookMs: number): Promise<void> {
    adapt(isGood, tookMs);
    await deps.giveWay(tookMs);
  }

  function adapt(isGood: boolean, elapsedMs: number): void {
    const isSlow = !isGood || elapsedMs > REQUEST_TARGET_MS;
    chunksAtOnce = isSlow
      ? Math.max(1, Math.floor(chunksAtOnce / 2))
      : Math.min(MAX_CHUNKS, chunksAtOnce * 2);
  }

  return { upload, download };
}

export type FileTransfer = ReturnType<typeof createFileTransfer>;

/** A file on its way, as the other side said how. */
interface Underway {
  readonly sha256: FileHash;
  readonly way: FileWay;
  readonly epoch: number | undefined;
  readonly accessToken: string;
}

/**
 * The same files on two lines: what is asked for comes from the hub while the province does not answer, and from the other
 * one where the first does not have it (§20).
 */
export const onEitherLine = (
  province: FileTransfer,
  hub: Pick<FileTransfer, 'download'>,
  line: { readonly isHubThere: () => boolean; readonly isProvinceThere: () => boolean },
): FileTransfer => ({
  ...province,
  download: async (sha256) => {
    if (!line.isHubThere()) return province.download(sha256);
    const [first, second] = line.isProvinceThere() ? [province, hub] : [hub, province];
    const fetched = await first.download(sha256);
    return fetched.ok ? fetched : second.download(sha256);
  },
});

const sha256Of = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();
const hashOf = (bytes: Uint8Array): string => toHex(sha256Of(bytes));

/** The whole frames of a body; a cut one at the end is dropped, a damaged one ends the reading. */
export function decodeChunks(
  body: Uint8Array,
): readonly { readonly index: number; readonly bytes: Uint8Array }[] {
  const chunks: { readonly index: number; readonly bytes: Uint8Array }[] = [];
  let at = 0;
  while (at + CHUNK_HEADER_BYTES <= body.length) {
    const view = new DataView(body.buffer, body.byteOffset + at, CHUNK_HEADER_BYTES);
    const length = view.getUint32(4, true);
    const start = at + CHUNK_HEADER_BYTES;
    if (length > CHUNK_BYTES + SEAL_BYTES || start + length > body.length) break;
    const bytes = body.subarray(start, start + length);
    if (hashOf(bytes) !== toHex(body.subarray(at + 8, at + CHUNK_HEADER_BYTES))) break;
    chunks.push({ index: view.getUint32(0, true), bytes });
    at = start + length;
  }
  return chunks;
}

/** Indices of the chunks whose bit is not set; the first chunk is the highest bit of the first byte. */
export function missingChunks(have: string, count: number): readonly number[] {
  const bits = Buffer.from(have, 'base64');
  return Array.from({ length: count }, (_, index) => index).filter(
    (index) => (((bits[index >> 3] ?? 0) >> (7 - (index & 7))) & 1) === 0,
  );
}
