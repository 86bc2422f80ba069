import { equalBytes } from '@shared/kernel/bytes';
import { encodeChunk } from '@shared/protocol/chunk-frame';
import { CHUNK_BYTES } from '@shared/protocol/file-message';
import { SEAL_BYTES, sealedFile } from '@shared/relay/sealed-chunk';
import { fileSeals, sha256 as sha256Of } from '../../platform';
import { readFrames } from '../files/frames';

/**
 * Opens the sealed chunks of a file that a hub carries up (§20), so that the ordinary intake of chunks takes them. One that
 * this key did not seal becomes a chunk that no file has: what came before it is kept, and the sender is told. One that was
 * damaged on its way says nothing of what the hub has: it counts as cut.
 */
export async function* openSealedBody(
  sealed: AsyncIterable<Uint8Array>,
  scopeKey: Uint8Array,
  sha256: string,
): AsyncGenerator<Uint8Array> {
  const file = sealedFile(fileSeals, scopeKey, sha256);
  for await (const { index, hash, bytes } of readFrames(sealed, CHUNK_BYTES + SEAL_BYTES)) {
    if (!equalBytes(sha256Of(bytes), hash)) continue;
    yield encodeChunk(index, file.open(index, bytes) ?? new Uint8Array(), sha256Of);
  }
}
