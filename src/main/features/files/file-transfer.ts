import { createHash } from 'node:crypto';
import { concatBytes, toHex } from '@shared/kernel/bytes';
import type { FileHash } from '@shared/kernel/ids';
import { err, ok, type Result } from '@shared/kernel/result';
import { encodeChunk } from '@shared/protocol/chunk-frame';
import {
  CHUNK_BYTES,
  CHUNK_HEADER_BYTES,
  chunkCount,
  FileManifest,
  FileState,
} from '@shared/protocol/file-message';
import type { ServerClient } from '../../platform/server-client';
import type { ContentStore } from './content-store';
import { findBase } from './find-base';
import type { PartialStore } from './partial-store';

export interface FileTransferDeps {
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

/** Moves files to and from the server in chunks; a cut costs at most the chunk it fell into (I-19). */
export function createFileTransfer(deps: FileTransferDeps) {
  const { client, store, partials } = deps;
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
    const token = await deps.token();
    if (!token.ok) return token;
    const accessToken = token.value;
    // What fits into a chunk travels whole anyway.
    const prefix = sizeBytes > CHUNK_BYTES ? await findBase(store, sha256) : null;
    const announced = await client.sendBytes({
      path: `/files/${sha256}`,
      bytes: Buffer.from(JSON.stringify({ sizeBytes, mime: 'application/octet-stream', prefix })),
      accessToken,
      answer: FileState,
    });
    if (!announced.ok) return announced;
    let state = announced.value;
    while (state.state === 'partial') {
      const chunks = chunkCount(sizeBytes);
      const missing = missingChunks(state.have, chunks);
      if (missing.length === 0) break;
      onPart(Math.floor((100 * (chunks - missing.length)) / chunks));
      const sent = await sendChunks(sha256, missing.slice(0, chunksAtOnce), accessToken);
      if (!sent.ok) return sent;
      state = sent.value;
    }
    if (state.state === 'complete') return ok(undefined);
    const finished = await client.call({
      method: 'POST',
      path: `/files/${sha256}/finish`,
      accessToken,
      answer: FileState,
    });
    if (!finished.ok) return finished;
    // Another device may have begun the same file otherwise: it is asked for again.
    return finished.value.state === 'complete' ? ok(undefined) : err({ code: 'files.damaged' });
  }

  async function sendChunks(
    sha256: FileHash,
    indices: readonly number[],
    accessToken: string,
  ): Promise<Result<FileState>> {
    const frames: Uint8Array[] = [];
    for (const index of indices) {
      const bytes = await store.read(sha256, index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES);
      if (!bytes.ok) return bytes;
      frames.push(encodeChunk(index, bytes.value, sha256Of));
    }
    const startedAt = deps.monotonicMs();
    const sent = await client.sendBytes({
      path: `/files/${sha256}/chunks`,
      bytes: concatBytes(...frames),
      accessToken,
      answer: FileState,
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
    const token = await deps.token();
    if (!token.ok) return token;
    const accessToken = token.value;
    const manifest = await client.call({
      method: 'GET',
      path: `/files/${sha256}/manifest`,
      accessToken,
      answer: FileManifest,
    });
    if (!manifest.ok) return manifest;
    const { chunks } = manifest.value;
    for (;;) {
      const have = await partials.list(sha256);
      const missing = chunks.flatMap((_, index) => (have.has(index) ? [] : [index]));
      if (missing.length === 0) break;
      const fetched = await fetchChunks(
        sha256,
        missing.slice(0, chunksAtOnce),
        chunks,
        accessToken,
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
    sha256: FileHash,
    indices: readonly number[],
    hashes: readonly FileHash[],
    accessToken: string,
  ): Promise<Result<void>> {
    const startedAt = deps.monotonicMs();
    const answer = await client.fetchBytes({
      path: `/files/${sha256}/chunks?i=${indices.join(',')}`,
      accessToken,
      timeoutMs: 120_000,
    });
    await paced(answer.ok && answer.value.isWhole, deps.monotonicMs() - startedAt);
    if (!answer.ok) return answer;
    for (const { index, bytes } of decodeChunks(answer.value.bytes)) {
      if (hashOf(bytes) !== hashes[index]) return err({ code: 'files.damaged' });
      await partials.write(sha256, index, bytes);
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
    if (length > CHUNK_BYTES || start + length > body.length) break;
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
