import { createCipheriv, createDecipheriv, createPublicKey, hkdfSync, verify } from 'node:crypto';
import { concatBytes } from '@shared/kernel/bytes';
import type { RelayCipher } from '@shared/relay/envelope';
import type { DeriveKey } from '@shared/relay/sealed-chunk';
import type { Verify } from '@shared/relay/signed';

const TAG_BYTES = 16;

/** AES-256-GCM of envelopes and sealed chunks (§20). */
export const relayCipher: RelayCipher = {
  seal: ({ key, nonce, bound }, plain) => {
    const sealer = createCipheriv('aes-256-gcm', key, nonce).setAAD(bound);
    return concatBytes(sealer.update(plain), sealer.final(), sealer.getAuthTag());
  },
  open: ({ key, nonce, bound }, sealed) => {
    if (sealed.length < TAG_BYTES) return undefined;
    const opener = createDecipheriv('aes-256-gcm', key, nonce).setAAD(bound);
    opener.setAuthTag(sealed.subarray(-TAG_BYTES));
    try {
      return concatBytes(opener.update(sealed.subarray(0, -TAG_BYTES)), opener.final());
    } catch {
      return undefined;
    }
  },
};

/** HKDF-SHA256 without salt: the key of a file on its way through a hub. */
export const relayFileKey: DeriveKey = (key, info) =>
  new Uint8Array(hkdfSync('sha256', key, new Uint8Array(), info, 32));

/** Ed25519 by a key in SPKI DER; false for what is no such key or signature. */
export const verifyEd25519: Verify = (publicKey, bytes, signature) => {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' });
    return key.asymmetricKeyType === 'ed25519' && verify(null, bytes, key, signature);
  } catch {
    return false;
  }
};
