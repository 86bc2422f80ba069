import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { concatBytes } from '@shared/kernel/bytes';

/**
 * An encrypted file on the disk, readable from any place without the rest (§10.4):
 *
 *     magic        8 bytes  "TCVFIL01"
 *     file nonce   8 bytes  random
 *     size         8 bytes  u64 LE, bytes of plain text
 *     frame *      up to 65,536 bytes of AES-256-GCM ciphertext, then its 16-byte tag
 *
 * Nonce of a frame = file nonce ‖ frame index u32 BE. Header and index are authenticated with each frame, so that frames
 * cannot be moved, cut off or exchanged between files.
 */
export const FRAME_BYTES = 65_536;
export const HEADER_BYTES = 24;
const TAG_BYTES = 16;
const MAGIC = new Uint8Array([0x54, 0x43, 0x56, 0x46, 0x49, 0x4c, 0x30, 0x31]);

export interface SealedHeader {
  readonly bytes: Uint8Array;
  /** Bytes of plain text. */
  readonly sizeBytes: number;
}

export function createHeader(sizeBytes: number): SealedHeader {
  const bytes = new Uint8Array(HEADER_BYTES);
  bytes.set(MAGIC, 0);
  bytes.set(randomBytes(8), 8);
  new DataView(bytes.buffer).setBigUint64(16, BigInt(sizeBytes), true);
  return { bytes, sizeBytes };
}

/** Undefined for what is no file of ours. */
export function readHeader(bytes: Uint8Array): SealedHeader | undefined {
  if (bytes.length < HEADER_BYTES || !MAGIC.every((byte, i) => bytes[i] === byte)) return undefined;
  const header = bytes.slice(0, HEADER_BYTES);
  return { bytes: header, sizeBytes: Number(new DataView(header.buffer).getBigUint64(16, true)) };
}

export const frameCount = (sizeBytes: number): number => Math.ceil(sizeBytes / FRAME_BYTES);

/** Offset of a frame in the sealed file. */
export const frameOffset = (index: number): number =>
  HEADER_BYTES + index * (FRAME_BYTES + TAG_BYTES);

/** Bytes of a frame in the sealed file, tag included. */
export const frameLength = (sizeBytes: number, index: number): number =>
  Math.min(FRAME_BYTES, sizeBytes - index * FRAME_BYTES) + TAG_BYTES;

export function sealFrame(
  key: Uint8Array,
  header: SealedHeader,
  index: number,
  plain: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const cipher = createCipheriv('aes-256-gcm', key, nonceOf(header, index));
  cipher.setAAD(boundTo(header, index));
  const body = cipher.update(plain);
  return concatBytes(body, cipher.final(), cipher.getAuthTag());
}

/** Undefined when the frame was changed, moved or sealed by another key. */
export function openFrame(
  key: Uint8Array,
  header: SealedHeader,
  index: number,
  sealed: Uint8Array,
): Uint8Array<ArrayBuffer> | undefined {
  if (sealed.length < TAG_BYTES) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(header, index));
  decipher.setAAD(boundTo(header, index));
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  try {
    const plain = decipher.update(sealed.subarray(0, -TAG_BYTES));
    // GCM keeps nothing back for the end: what comes here is its verdict.
    decipher.final();
    return plain;
  } catch {
    return undefined;
  }
}

function nonceOf(header: SealedHeader, index: number): Uint8Array {
  const nonce = new Uint8Array(12);
  nonce.set(header.bytes.subarray(8, 16), 0);
  new DataView(nonce.buffer).setUint32(8, index);
  return nonce;
}

function boundTo(header: SealedHeader, index: number): Uint8Array {
  const bound = new Uint8Array(HEADER_BYTES + 4);
  bound.set(header.bytes, 0);
  new DataView(bound.buffer).setUint32(HEADER_BYTES, index);
  return bound;
}
