import { utf8 } from '../kernel/bytes';
import type { RelayCipher } from './envelope';

/** HKDF-SHA256 of the platform without salt, 32 bytes. */
export type DeriveKey = (key: Uint8Array, info: string) => Uint8Array;

export interface SealedFileDeps {
  readonly cipher: RelayCipher;
  readonly deriveKey: DeriveKey;
}

/** Bytes that a chunk grows by when it is sealed. */
export const SEAL_BYTES = 16;

/**
 * Seals and opens the chunks of one file on its way through a hub (§20). A file has a key of its own in each scope and
 * epoch, and one content: so the chunk's number may be the nonce. Seal only bytes whose whole hash has been checked.
 */
export function sealedFile(
  { cipher, deriveKey }: SealedFileDeps,
  scopeKey: Uint8Array,
  sha256: string,
) {
  const key = deriveKey(scopeKey, `tram-cong-vu relay file ${sha256}`);
  const sealing = (i: number) => ({ key, nonce: chunkNonce(i), bound: utf8(`${sha256}|${i}`) });
  return {
    seal: (i: number, bytes: Uint8Array): Uint8Array => cipher.seal(sealing(i), bytes),
    /** Undefined for what is not this chunk of this file. */
    open: (i: number, sealed: Uint8Array): Uint8Array | undefined =>
      cipher.open(sealing(i), sealed),
  };
}

/** 96 bits, big-endian. */
function chunkNonce(i: number): Uint8Array {
  const nonce = new Uint8Array(12);
  new DataView(nonce.buffer).setUint32(8, i);
  return nonce;
}
