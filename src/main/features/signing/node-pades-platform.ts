import {
  constants,
  createCipheriv,
  createDecipheriv,
  createHash,
  createPublicKey,
  verify,
  type KeyObject,
} from 'node:crypto';
import { deflateSync, inflateSync } from 'node:zlib';
import type {
  HashName,
  InflateAnswer,
  PadesPlatform,
  VerifyRequest,
} from '../../../shared/pades/platform';

/** Node's names of the hash functions. */
const nodeHash: Readonly<Record<HashName, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

/** `PadesPlatform` on node:crypto and node:zlib: for the verify worker, the server and the tools. */
export const nodePadesPlatform: PadesPlatform = {
  digest: (hash, ...parts) => {
    const sum = createHash(nodeHash[hash]);
    for (const part of parts) sum.update(part);
    return new Uint8Array(sum.digest());
  },
  verify: verifyWithNode,
  inflate: inflateWithNode,
  aesCbc: (direction, { key, iv, data }) => {
    const name = `aes-${key.length * 8}-cbc`;
    const cipher =
      direction === 'encrypt' ? createCipheriv(name, key, iv) : createDecipheriv(name, key, iv);
    cipher.setAutoPadding(false);
    return new Uint8Array(Buffer.concat([cipher.update(data), cipher.final()]));
  },
  deflate: (bytes) => new Uint8Array(deflateSync(bytes)),
};

/** Reading a key takes longer than a verification with it, and a batch asks for the same few again and again. */
const keys = new Map<string, KeyObject>();
const MOST_KEYS = 32;

function publicKeyOf(der: Uint8Array): KeyObject {
  const spki = Buffer.from(der);
  const name = spki.toString('latin1');
  const known = keys.get(name);
  if (known) return known;
  const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
  if (keys.size >= MOST_KEYS) keys.clear();
  keys.set(name, key);
  return key;
}

function verifyWithNode(request: VerifyRequest): boolean {
  try {
    const key = publicKeyOf(request.publicKey);
    // A key of another kind than the scheme would make node pick the key's own algorithm.
    const expected = request.scheme === 'ecdsa' ? ['ec'] : ['rsa', 'rsa-pss'];
    if (!expected.includes(key.asymmetricKeyType ?? '')) return false;
    const padding =
      request.scheme === 'rsaPss'
        ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: request.saltLength ?? 32 }
        : request.scheme === 'rsaPkcs1'
          ? { padding: constants.RSA_PKCS1_PADDING }
          : { dsaEncoding: 'der' as const };
    return verify(
      nodeHash[request.hash],
      request.data,
      { key, ...padding },
      Buffer.from(request.signature),
    );
  } catch {
    // A malformed key or signature is a signature that does not fit; nothing else is thrown here.
    return false;
  }
}

function inflateWithNode(bytes: Uint8Array, maxOutput: number): InflateAnswer {
  try {
    return {
      status: 'complete',
      bytes: new Uint8Array(inflateSync(bytes, { maxOutputLength: Math.max(1, maxOutput) })),
    };
  } catch (cause) {
    const code = (cause as { readonly code?: unknown }).code;
    return { status: code === 'ERR_BUFFER_TOO_LARGE' ? 'tooLarge' : 'broken' };
  }
}
