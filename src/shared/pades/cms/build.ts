import { invariant } from '../../kernel/assert';
import type { HashName } from '../platform';
import type { Certificate, SignatureScheme } from './certificate';
import {
  derContext,
  derElement,
  derNull,
  derOctetString,
  derOid,
  derSequence,
  derSetOf,
  derSmallInteger,
  readDerChildren,
  readDerSpan,
} from './der';
import { ecdsaOids, hashOids, oid } from './oids';

/** Hashes we make signatures with (K-14). */
export type SigningHash = Extract<HashName, 'SHA-256' | 'SHA-384' | 'SHA-512'>;

export type SigningScheme = SignatureScheme & { readonly hash: SigningHash };

/**
 * DER of the signed attributes as a SET OF, which is what the token signs (RFC 5652 §5.4).
 *
 * Exactly content-type, message-digest, signing-certificate-v2 and CMSAlgorithmProtection: ETSI EN 319 142-1 table 1
 * forbids signing-time, the claimed time is /M alone (S-2).
 */
export function signedAttributes(input: {
  readonly scheme: SigningScheme;
  readonly messageDigest: Uint8Array;
  /** Hash of the signer's certificate with `scheme.hash`. */
  readonly certificateHash: Uint8Array;
}): Uint8Array<ArrayBuffer> {
  const { scheme } = input;
  // RFC 5035 §4: SHA-256 is the default and must then be left out.
  const certId = derSequence(
    ...(scheme.hash === 'SHA-256' ? [] : [digestAlgorithm(scheme.hash)]),
    derOctetString(input.certificateHash),
  );
  return derSetOf(
    attribute(oid.contentType, derOid(oid.data)),
    attribute(oid.messageDigest, derOctetString(input.messageDigest)),
    attribute(oid.signingCertificateV2, derSequence(derSequence(certId))),
    attribute(
      oid.cmsAlgorithmProtection,
      derSequence(digestAlgorithm(scheme.hash), implicit(0xa1, signatureAlgorithm(scheme))),
    ),
  );
}

/** DER of the detached CMS (RFC 5652): one SignerInfo, the signer's certificate first, then its chain (S-1). */
export function buildCms(input: {
  readonly scheme: SigningScheme;
  readonly certificate: Certificate;
  readonly chain: readonly Certificate[];
  /** As made by `signedAttributes`. */
  readonly attributes: Uint8Array;
  readonly signature: Uint8Array;
  /** DER of an RFC 3161 token over the signature value (level B-T). */
  readonly timestamp?: Uint8Array | undefined;
}): Uint8Array<ArrayBuffer> {
  const { scheme, certificate, timestamp } = input;
  const signerInfo = derSequence(
    derSmallInteger(1),
    derSequence(certificate.issuer, serialDer(certificate)),
    digestAlgorithm(scheme.hash),
    implicit(0xa0, input.attributes),
    signatureAlgorithm(scheme),
    derOctetString(input.signature),
    ...(timestamp ? [derContext(1, attribute(oid.signatureTimeStampToken, timestamp))] : []),
  );
  const signedData = derSequence(
    derSmallInteger(1),
    derSetOf(digestAlgorithm(scheme.hash)),
    derSequence(derOid(oid.data)),
    // CertificateSet is a SET OF: sorted, as DER wants.
    implicit(0xa0, derSetOf(certificate.der, ...input.chain.map(({ der }) => der))),
    derSetOf(signerInfo),
  );
  return derSequence(derOid(oid.signedData), derContext(0, signedData));
}

/** Bytes the CMS takes at most (S-4): known parts as they are, the largest signature value, and room for a timestamp. */
export function cmsUpperBound(input: {
  readonly certificate: Certificate;
  readonly chain: readonly Certificate[];
  readonly attributes: number;
  readonly planTimestamp: boolean;
}): number {
  const { certificate } = input;
  const certificates = [certificate, ...input.chain].reduce((sum, { der }) => sum + der.length, 0);
  const signature = certificate.key.type === 'rsa' ? certificate.key.bits / 8 : 160;
  const frame = 512 + certificate.issuer.length + certificate.serial.length;
  const known = certificates + input.attributes + signature + frame;
  const rounded = Math.ceil((known + (input.planTimestamp ? 8192 : 0)) / 1024) * 1024;
  return Math.max(16_384, rounded);
}

const attribute = (type: string, value: Uint8Array): Uint8Array<ArrayBuffer> =>
  derSequence(derOid(type), derSetOf(value));

const digestAlgorithm = (hash: SigningHash): Uint8Array<ArrayBuffer> =>
  derSequence(derOid(hashOids[hash]));

/** RFC 4055, RFC 5754: rsaEncryption with NULL, ECDSA without parameters, PSS with all of them. */
function signatureAlgorithm(scheme: SigningScheme): Uint8Array<ArrayBuffer> {
  switch (scheme.scheme) {
    case 'rsaPkcs1':
      return derSequence(derOid(oid.rsaEncryption), derNull());
    case 'ecdsa':
      return derSequence(derOid(ecdsaOids[scheme.hash]));
    case 'rsaPss': {
      const hash = derSequence(derOid(hashOids[scheme.hash]), derNull());
      const salt = scheme.saltLength ?? 32;
      return derSequence(
        derOid(oid.rsassaPss),
        derSequence(
          derContext(0, hash),
          derContext(1, derSequence(derOid(oid.mgf1), hash)),
          derContext(2, derSmallInteger(salt)),
        ),
      );
    }
  }
}

/** The same content under another tag (IMPLICIT). */
function implicit(tag: number, element: Uint8Array): Uint8Array<ArrayBuffer> {
  const span = readDerSpan(element, 0);
  invariant(span !== undefined, 'an element of our own has a definite length');
  return derElement(tag, element.subarray(span.contentStart, span.end));
}

function serialDer(certificate: Certificate): Uint8Array {
  const { der } = certificate;
  const outer = readDerSpan(der, 0);
  const tbs = outer && readDerChildren(der, outer)?.[0];
  const parts = tbs && readDerChildren(der, tbs);
  const serial = parts?.[parts[0]?.tag === 0xa0 ? 1 : 0];
  invariant(serial !== undefined, 'a parsed certificate has a serial number');
  return der.subarray(serial.start, serial.end);
}
