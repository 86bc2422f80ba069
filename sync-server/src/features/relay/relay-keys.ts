import { createPrivateKey, createPublicKey, hkdfSync, sign } from 'node:crypto';
import { toHex } from '@shared/kernel/bytes';
import type { Scope } from '@shared/sync/record';

/** PKCS#8 of an Ed25519 key up to its 32 bytes (RFC 8410, section 7). */
const ED25519_PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** What the province seals and signs with on the way around the line; all of it follows from the installation's secret. */
export function createRelayKeys(secret: Uint8Array) {
  const derive = (purpose: string): Buffer =>
    Buffer.from(hkdfSync('sha256', secret, '', purpose, 32));
  const privateKey = createPrivateKey({
    key: Buffer.concat([ED25519_PKCS8, derive('tram-cong-vu relay sign')]),
    format: 'der',
    type: 'pkcs8',
  });
  return {
    /** SPKI DER in base64. */
    publicKey: createPublicKey(privateKey)
      .export({ format: 'der', type: 'spki' })
      .toString('base64'),
    /** Ed25519, hex. */
    sign: (bytes: Uint8Array): string => toHex(sign(null, bytes, privateKey)),
    /** The key of a scope's epoch, 32 bytes; scopes carry ids that no other office has. */
    keyOf: (scope: Scope, epoch: number): Uint8Array =>
      derive(`tram-cong-vu relay scope ${scope} ${epoch}`),
    /** Passphrase for the unsent work of a machine that was told to remove everything. */
    keepKeyOf: (deviceId: string): string =>
      derive(`tram-cong-vu unsent work ${deviceId}`).toString('base64url'),
  };
}

export type RelayKeys = ReturnType<typeof createRelayKeys>;
