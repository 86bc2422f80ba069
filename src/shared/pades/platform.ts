/** Hash functions met in signatures; SHA-1 and MD5 are read with a warning and never made (K-14, V-5). */
export type HashName = 'MD5' | 'SHA-1' | 'SHA-256' | 'SHA-384' | 'SHA-512';

export interface VerifyRequest {
  /** DER of the SubjectPublicKeyInfo (RFC 5280 §4.1.2.7). */
  readonly publicKey: Uint8Array;
  readonly scheme: 'rsaPkcs1' | 'rsaPss' | 'ecdsa';
  readonly hash: HashName;
  /** Bytes of salt, for PSS only. */
  readonly saltLength?: number;
  readonly data: Uint8Array;
  /** RSA: as long as the modulus. ECDSA: DER of (r, s). */
  readonly signature: Uint8Array;
}

export type InflateAnswer =
  | { readonly status: 'complete'; readonly bytes: Uint8Array }
  /** More than `maxOutput` bytes would come out. */
  | { readonly status: 'tooLarge' }
  | { readonly status: 'broken' };

/** Lengths in bytes: key 16 or 32, vector 16, data a multiple of 16. */
export interface AesCbcRequest {
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
  readonly data: Uint8Array;
}

/**
 * The mathematics that pure code does not do itself: digests, signature checks and zlib.
 *
 * Adapter: `main/features/signing/node-pades-platform.ts`, on node:crypto and node:zlib. Everything is synchronous,
 * because verifying and signing run in a worker, on a server or in a tool, never on a window's thread.
 */
export interface PadesPlatform {
  /** Of the parts as if they were one: what a signature covers is most of a file, in two stretches. */
  readonly digest: (hash: HashName, ...parts: readonly Uint8Array[]) => Uint8Array;
  /** False for a signature that does not fit, for a malformed one and for a key the platform cannot use. */
  readonly verify: (request: VerifyRequest) => boolean;
  /** RFC 1950 data; stops at `maxOutput` bytes (flate bombs, A-5). */
  readonly inflate: (bytes: Uint8Array, maxOutput: number) => InflateAnswer;
  /** AES-CBC without padding, for files encrypted with the empty password (ISO 32000-2 §7.6). */
  readonly aesCbc: (direction: 'encrypt' | 'decrypt', request: AesCbcRequest) => Uint8Array;
  readonly deflate: (bytes: Uint8Array) => Uint8Array;
}
