import { constants, generateKeyPairSync, privateEncrypt, sign as nodeSign } from 'node:crypto';
import { concatBytes, fromHex } from '../../src/shared/kernel/bytes';
import {
  derContext,
  derElement,
  derOid,
  derSequence,
  derSmallInteger,
} from '../../src/shared/pades/cms/der';
import { ecdsaOids, hashOids, oid } from '../../src/shared/pades/cms/oids';
import { platform } from '../unit/shared/pades/helpers';
import type { Attack, Base } from './attack';
import { newKey } from './authority';
import { craft } from './craft';

/** DigestInfo of SHA-256 up to the digest (RFC 8017 §9.2, note 1). */
const DIGEST_INFO = fromHex('3031300d060960864801650304020105000420');
const digest = (bytes: Uint8Array): Uint8Array => platform.digest('SHA-256', bytes);
const ff = (count: number): Uint8Array => new Uint8Array(count).fill(0xff);

/** An encoded message of 256 bytes with the leader's key over it, whatever it says. */
const rsa =
  (encode: (attributes: Uint8Array) => Uint8Array) =>
  ({ office, ready }: Base): Uint8Array =>
    craft(ready, {
      signer: office.leader,
      makeValue: (attributes) =>
        new Uint8Array(
          privateEncrypt(
            { key: office.leader.privateKeyPem, padding: constants.RSA_NO_PADDING },
            encode(attributes),
          ),
        ),
    });

const padded = (info: Uint8Array, behind: Uint8Array, fill: number): Uint8Array =>
  concatBytes(Uint8Array.of(0, 1), ff(fill), Uint8Array.of(0), info, behind);

/** Bleichenbacher's forgery of 2006: the cube root of a message that only begins right needs no private key. */
function forgedWithoutKey({ office, ready }: Base): Uint8Array {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicExponent: 3,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const { certificate } = office.pki.issue({ commonName: 'Người Ba', publicKeyPem: publicKey });
  return craft(ready, {
    signer: { certificate, privateKeyPem: privateKey },
    makeValue: (attributes) => {
      const front = padded(concatBytes(DIGEST_INFO, digest(attributes)), new Uint8Array(0), 8);
      const target = BigInt(
        `0x${Buffer.from(front).toString('hex')}${'ff'.repeat(256 - front.length)}`,
      );
      return fromHex(cubeRoot(target).toString(16).padStart(512, '0'));
    },
  });
}

/** The largest integer whose cube is not above `n`. */
function cubeRoot(n: bigint): bigint {
  let low = 0n;
  let high = 1n << 700n;
  while (low < high) {
    const middle = (low + high + 1n) >> 1n;
    if (middle ** 3n <= n) low = middle;
    else high = middle - 1n;
  }
  return low;
}

const pssAlgorithm = (hash: string, mask: string, salt: Uint8Array): Uint8Array =>
  derSequence(
    derOid(oid.rsassaPss),
    derSequence(
      derContext(0, derSequence(derOid(hash))),
      derContext(1, derSequence(derOid(oid.mgf1), derSequence(derOid(mask)))),
      derContext(2, derElement(0x02, salt)),
    ),
  );

const pss =
  (algorithm: Uint8Array, saltLength: number) =>
  ({ office, ready }: Base): Uint8Array =>
    craft(ready, {
      signer: office.leader,
      signatureAlgorithm: algorithm,
      makeValue: (attributes) =>
        new Uint8Array(
          nodeSign('sha256', attributes, {
            key: office.leader.privateKeyPem,
            padding: constants.RSA_PKCS1_PSS_PADDING,
            saltLength,
          }),
        ),
    });

/** An EC signature as `change` of the right one, DER of (r, s). */
const ec =
  (change: (right: Uint8Array) => Uint8Array) =>
  ({ office, ready }: Base): Uint8Array => {
    const { publicKey, privateKeyPem } = newKey();
    const spki = Buffer.from(publicKey).toString('base64');
    const publicKeyPem = `-----BEGIN PUBLIC KEY-----\n${spki}\n-----END PUBLIC KEY-----\n`;
    const { certificate } = office.pki.issue({ commonName: 'Người Cong', publicKeyPem });
    return craft(ready, {
      signer: { certificate, privateKeyPem },
      signatureAlgorithm: derSequence(derOid(ecdsaOids['SHA-256'])),
      makeValue: (attributes) =>
        change(new Uint8Array(nodeSign('sha256', attributes, privateKeyPem))),
    });
  };

const integerOf = (byte: number): Uint8Array => derSmallInteger(byte);
const wrong = { verdict: 'KHONG_HOP_LE', code: 'cms.signature-wrong' } as const;
const notRead = { verdict: 'CHUA_XAC_DINH', code: 'algorithm.unsupported' } as const;
const good = { verdict: 'HOP_LE_CANH_BAO', code: 'time.claimed-only' } as const;
const sha256 = hashOids['SHA-256'];

/** Values that a careless check of the mathematics lets pass (RFC 8017 §8.2.2, §9.1.2; FIPS 186-5 §6.4.2). */
export const signatureValues: readonly Attack[] = [
  {
    name: '25: (the right padding, for comparison)',
    make: rsa((a) => padded(concatBytes(DIGEST_INFO, digest(a)), new Uint8Array(0), 202)),
    ...good,
  },
  { name: '25: a cube root, made without a key', make: forgedWithoutKey, ...wrong },
  {
    name: '25: short padding with bytes behind the digest',
    make: rsa((a) => padded(concatBytes(DIGEST_INFO, digest(a)), new Uint8Array(194), 8)),
    ...wrong,
  },
  {
    name: '25: an extra field in the DigestInfo',
    make: rsa((a) =>
      padded(
        derSequence(
          derSequence(derOid(sha256), derElement(0x04, new Uint8Array(100))),
          derElement(0x04, digest(a)),
        ),
        new Uint8Array(0),
        253 -
          derSequence(
            derSequence(derOid(sha256), derElement(0x04, new Uint8Array(100))),
            derElement(0x04, digest(a)),
          ).length,
      ),
    ),
    ...wrong,
  },
  {
    name: '25: padding that is not all ones',
    make: rsa((a) => {
      const message = padded(concatBytes(DIGEST_INFO, digest(a)), new Uint8Array(0), 202);
      message[100] = 0x7f;
      return message;
    }),
    ...wrong,
  },
  {
    name: '26: (PSS as it should be, for comparison)',
    make: pss(pssAlgorithm(sha256, sha256, Uint8Array.of(32)), 32),
    ...good,
  },
  {
    name: '26: PSS with another hash in its mask',
    make: pss(pssAlgorithm(sha256, hashOids['SHA-1'], Uint8Array.of(32)), 32),
    ...notRead,
  },
  {
    name: '26: PSS with another salt than it says',
    make: pss(pssAlgorithm(sha256, sha256, Uint8Array.of(20)), 32),
    ...wrong,
  },
  {
    name: '26: PSS with a salt length of two bytes that begins like the right one',
    make: pss(pssAlgorithm(sha256, sha256, Uint8Array.of(32, 0)), 32),
    ...notRead,
  },
  { name: '26: (ECDSA as it should be, for comparison)', make: ec((right) => right), ...good },
  {
    name: '26: ECDSA with r and s nought',
    make: ec(() => derSequence(integerOf(0), integerOf(0))),
    ...wrong,
  },
  { name: '26: ECDSA cut short', make: ec((right) => right.subarray(0, -1)), ...wrong },
  {
    name: '26: ECDSA with bytes behind it',
    make: ec((right) => concatBytes(right, Uint8Array.of(0))),
    ...wrong,
  },
  {
    name: '26: ECDSA in BER',
    make: ec((right) => concatBytes(Uint8Array.of(0x30, 0x81), right.subarray(1))),
    ...wrong,
  },
  { name: '26: ECDSA as r and s without DER', make: ec(() => ff(64)), ...wrong },
  {
    name: '26: an RSA algorithm over a key of a curve',
    make: (base) => {
      const { publicKey, privateKeyPem } = newKey();
      const spki = Buffer.from(publicKey).toString('base64');
      const publicKeyPem = `-----BEGIN PUBLIC KEY-----\n${spki}\n-----END PUBLIC KEY-----\n`;
      const { certificate } = base.office.pki.issue({ commonName: 'Người Lẫn', publicKeyPem });
      return craft(base.ready, {
        signer: { certificate, privateKeyPem },
        signatureAlgorithm: derSequence(derOid(oid.rsaEncryption), derElement(0x05)),
      });
    },
    ...wrong,
  },
];
