import { createHash, X509Certificate } from 'node:crypto';
import { derElement, derNull, derOctetString, derOid, derSequence } from '@shared/pades/cms/der';
import type { SigningHash } from '@shared/pades/cms/build';
import { ck } from './pkcs11-constants';

/** One way to a signature on one token: what C_SignInit and C_Sign get, and what becomes of the answer. */
export interface SigningWay {
  readonly mechanism: number;
  readonly input: Uint8Array;
  readonly toValue: (raw: Uint8Array) => Uint8Array;
}

interface HashFacts {
  readonly node: string;
  readonly oid: string;
  readonly rsaMechanism: number;
}

/** RFC 8017 appendix B.1 for the identifiers. */
const hashes: Readonly<Record<SigningHash, HashFacts>> = {
  'SHA-256': {
    node: 'sha256',
    oid: '2.16.840.1.101.3.4.2.1',
    rsaMechanism: ck.CKM_SHA256_RSA_PKCS,
  },
  'SHA-384': {
    node: 'sha384',
    oid: '2.16.840.1.101.3.4.2.2',
    rsaMechanism: ck.CKM_SHA384_RSA_PKCS,
  },
  'SHA-512': {
    node: 'sha512',
    oid: '2.16.840.1.101.3.4.2.3',
    rsaMechanism: ck.CKM_SHA512_RSA_PKCS,
  },
};

/** Bytes of a coordinate, by node's names of the curves. */
const fieldBytes: Readonly<Record<string, number>> = {
  prime256v1: 32,
  secp384r1: 48,
  secp521r1: 66,
};

/**
 * How this token signs these data with the key of this certificate (K-14); undefined when it cannot. RSA hashes on the
 * token where it offers that, else it pads a DigestInfo of ours (RFC 8017 §9.2); EC signs the digest.
 */
export function chooseSigningWay(
  certificate: Uint8Array,
  offered: ReadonlySet<number>,
  { data, hash }: { readonly data: Uint8Array; readonly hash: SigningHash },
): SigningWay | undefined {
  const { asymmetricKeyType, asymmetricKeyDetails } = new X509Certificate(certificate).publicKey;
  const { node, oid, rsaMechanism } = hashes[hash];
  const digest = createHash(node).update(data).digest();
  if (asymmetricKeyType === 'rsa') {
    const toValue = (raw: Uint8Array): Uint8Array => raw;
    if (offered.has(rsaMechanism)) return { mechanism: rsaMechanism, input: data, toValue };
    if (!offered.has(ck.CKM_RSA_PKCS)) return undefined;
    const input = derSequence(derSequence(derOid(oid), derNull()), derOctetString(digest));
    return { mechanism: ck.CKM_RSA_PKCS, input, toValue };
  }
  const size = fieldBytes[asymmetricKeyDetails?.namedCurve ?? ''];
  if (asymmetricKeyType !== 'ec' || size === undefined || !offered.has(ck.CKM_ECDSA)) {
    return undefined;
  }
  // FIPS 186-4 §6.4: the leftmost bits; not every token shortens by itself.
  return { mechanism: ck.CKM_ECDSA, input: digest.subarray(0, size), toValue: ecdsaToDer };
}

/** r and s side by side (PKCS#11 v2.40 §2.3.1) to Ecdsa-Sig-Value (RFC 3279 §2.2.3). */
export function ecdsaToDer(raw: Uint8Array): Uint8Array<ArrayBuffer> {
  const half = raw.length / 2;
  return derSequence(derUnsigned(raw.subarray(0, half)), derUnsigned(raw.subarray(half)));
}

/** INTEGER of a big-endian number without sign: no needless zeros, one where the first bit is set. */
function derUnsigned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start += 1;
  const digits = bytes.subarray(start);
  return (digits[0] ?? 0) >= 0x80
    ? derElement(0x02, Uint8Array.of(0), digits)
    : derElement(0x02, digits);
}
