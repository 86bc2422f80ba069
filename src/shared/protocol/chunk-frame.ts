import { concatBytes, type Sha256 } from '../kernel/bytes';
import { CHUNK_HEADER_BYTES } from './file-message';

/** A chunk as it travels, both ways: index u32 LE | length u32 LE | SHA-256 (32 bytes) | bytes (§10.2). */
export function encodeChunk(
  index: number,
  bytes: Uint8Array,
  sha256: Sha256,
): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(CHUNK_HEADER_BYTES);
  const view = new DataView(header.buffer);
  view.setUint32(0, index, true);
  view.setUint32(4, bytes.length, true);
  header.set(sha256(bytes), 8);
  return concatBytes(header, bytes);
}
