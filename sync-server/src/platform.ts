import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPublicKey,
  hkdfSync,
  randomBytes,
  verify,
  type KeyObject,
} from 'node:crypto';
import { concatBytes } from '@shared/kernel/bytes';
import { localDateAt } from '@shared/kernel/local-date';
import type { RelayCipher } from '@shared/relay/envelope';
import type { SealedFileDeps } from '@shared/relay/sealed-chunk';
import type { IntakeServices } from '@shared/sync/intake-store';
import { isSignedWith, readCertificateFacts } from '@shared/pades/cms/certificate-facts';
import type { PadesPlatform } from '@shared/pades/platform';
import { converters } from '@shared/sync/schema-steps';

export const sha256 = (bytes: Uint8Array): Uint8Array =>
  createHash('sha256').update(bytes).digest();

/** Keys that were read before, the oldest forgotten first: reading one takes longer than checking a signature. */
const readKeys = new Map<string, KeyObject>();
/** More than the people and machines of a province. */
const MOST_KEYS = 10_000;

/** An Ed25519 public key from SPKI DER; undefined for anything else. */
export function ed25519Key(spki: Uint8Array): KeyObject | undefined {
  const der = Buffer.from(spki);
  const name = der.toString('base64');
  const known = readKeys.get(name);
  if (known) return known;
  try {
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
    if (key.asymmetricKeyType !== 'ed25519') return undefined;
    readKeys.set(name, key);
    if (readKeys.size > MOST_KEYS) readKeys.delete(readKeys.keys().next().value ?? name);
    return key;
  } catch {
    return undefined;
  }
}

/** False for a wrong signature, and for a key or signature that is none. */
export function verifyEd25519(
  publicKey: Uint8Array,
  bytes: Uint8Array,
  signature: Uint8Array,
): boolean {
  const key = ed25519Key(publicKey);
  return key !== undefined && signature.length === 64 && verify(null, bytes, key, signature);
}

/** A device's first ticket: 128 random bits; it shows it at its next contact (§3.1). */
export const firstTicket = (): string => randomBytes(16).toString('hex');

/** The mac of a ticket: 128 bits that only this installation can compute (§3.1). */
export const ticketMac =
  (key: Uint8Array) =>
  (text: string): string =>
    createHmac('sha256', key).update(text).digest('hex').slice(0, 32);

/** Certificates and their signatures on node:crypto, as far as a proof of possession needs them (K-6). */
const certificates: Pick<PadesPlatform, 'digest' | 'verify'> = {
  digest: (_hash, bytes) => new Uint8Array(sha256(bytes)),
  verify: ({ publicKey, data, signature }) => {
    try {
      const key = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' });
      return verify('sha256', data, key, signature);
    } catch {
      // A key or signature that is none is one that does not fit.
      return false;
    }
  },
};

const readProof: IntakeServices['readProof'] = ({ der, ...signed }) =>
  isSignedWith(certificates, der, signed) ? readCertificateFacts(certificates, der) : undefined;

/** What the intake takes from this platform; time is injected, so that tests decide what day it is. */
export const intakeServices = (nowMs: () => number): Omit<IntakeServices, 'onPoison'> => ({
  nowMs,
  today: () => localDateAt(nowMs()),
  sha256,
  verify: verifyEd25519,
  readProof,
  converters,
});

/** AES-256-GCM of envelopes (§20). */
export const relayCipher: RelayCipher = {
  seal: ({ key, nonce, bound }, plain) => {
    const sealer = createCipheriv('aes-256-gcm', key, nonce).setAAD(bound);
    return concatBytes(sealer.update(plain), sealer.final(), sealer.getAuthTag());
  },
  open: ({ key, nonce, bound }, sealed) => {
    if (sealed.length < 16) return undefined;
    const opener = createDecipheriv('aes-256-gcm', key, nonce).setAAD(bound);
    opener.setAuthTag(sealed.subarray(-16));
    try {
      return concatBytes(opener.update(sealed.subarray(0, -16)), opener.final());
    } catch {
      return undefined;
    }
  },
};

/** Chunks of files on their way through a hub (§20). */
export const fileSeals: SealedFileDeps = {
  cipher: relayCipher,
  deriveKey: (key, info) => new Uint8Array(hkdfSync('sha256', key, '', info, 32)),
};
