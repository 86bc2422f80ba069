import { fromBase64, fromHex, fromUtf8, toBase64, toHex, utf8, type Sha256 } from '../kernel/bytes';
import { canonicalJson } from '../kernel/canonical-json';
import type { Envelope, OperationPlace } from '../protocol/relay-message';
import { Operation, operationHash } from '../sync/operation';
import type { Scope } from '../sync/record';

/** AES-256-GCM of the platform; the 16-byte tag stands behind the ciphertext. */
export interface RelayCipher {
  readonly seal: (sealing: Sealing, plain: Uint8Array) => Uint8Array;
  /** Undefined for what was not sealed so. */
  readonly open: (sealing: Sealing, sealed: Uint8Array) => Uint8Array | undefined;
}

export interface Sealing {
  /** 32 bytes. */
  readonly key: Uint8Array;
  /** 12 bytes, never used twice with one key. */
  readonly nonce: Uint8Array;
  readonly bound: Uint8Array;
}

/** The key of a scope that new work is sealed with, and its number. */
export interface ScopeKey {
  readonly scope: Scope;
  readonly epoch: number;
  readonly key: Uint8Array;
}

export interface EnvelopeDeps {
  readonly cipher: RelayCipher;
  readonly sha256: Sha256;
}

export const placeKey = ({ dev, inc, n, hash }: OperationPlace): string =>
  `${dev}/${inc}/${n}/${hash}`;

/** Puts an operation into an envelope that only holders of the scope's key can open. */
export function sealOperation(
  { cipher, sha256 }: EnvelopeDeps,
  operation: Operation,
  { scope, epoch, key }: ScopeKey,
  nonce: Uint8Array,
): Envelope {
  const { dev, inc, n, files = [] } = operation;
  const header = { dev, inc, n, hash: operationHash(operation, sha256), scope, epoch, files };
  const sealed = cipher.seal(
    { key, nonce, bound: boundTo(header) },
    utf8(canonicalJson(operation)),
  );
  return { ...header, nonce: toHex(nonce), sealed: toBase64(sealed) };
}

/** The operation inside, when the envelope is whole and its header says the truth; whose signature it bears is not looked at. */
export function openEnvelope(
  { cipher, sha256 }: EnvelopeDeps,
  envelope: Envelope,
  key: Uint8Array,
): Operation | undefined {
  const { nonce, sealed, ...header } = envelope;
  const operation = parse(() =>
    cipher.open({ key, nonce: fromHex(nonce), bound: boundTo(header) }, fromBase64(sealed)),
  );
  if (!operation) return undefined;
  const isSame =
    operation.dev === header.dev &&
    operation.inc === header.inc &&
    operation.n === header.n &&
    operationHash(operation, sha256) === header.hash;
  return isSame ? operation : undefined;
}

const boundTo = (header: Omit<Envelope, 'nonce' | 'sealed'>): Uint8Array =>
  utf8(canonicalJson(header));

function parse(open: () => Uint8Array | undefined): Operation | undefined {
  try {
    const plain = open();
    if (!plain) return undefined;
    const parsed = Operation.safeParse(JSON.parse(fromUtf8(plain)));
    return parsed.success ? parsed.data : undefined;
  } catch {
    // No bytes at all, or sealed by somebody who holds the key and no operation all the same.
    return undefined;
  }
}
