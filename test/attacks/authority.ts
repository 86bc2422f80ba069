import { generateKeyPairSync } from 'node:crypto';
import { utf8 } from '../../src/shared/kernel/bytes';
import {
  derContext,
  derElement,
  derOctetString,
  derOid,
  derSequence,
  derSetOf,
  derSmallInteger,
} from '../../src/shared/pades/cms/der';
import { ecdsaOids, oid } from '../../src/shared/pades/cms/oids';
import { signAsToken, toPem } from '../support/demo-pki';

/** A certificate of any shape with its key: what no orderly authority would issue, signed all the same. */
export interface Made {
  readonly certificate: Uint8Array;
  readonly certificatePem: string;
  readonly privateKeyPem: string;
  /** DER of the subject's name. */
  readonly subject: Uint8Array;
}

export interface CertificateShape {
  /** Attributes by OID in order; `commonName` alone when it is a text. */
  readonly subject: string | readonly (readonly [string, string])[];
  /** Self-signed when left out. */
  readonly issuer?: Made;
  readonly extensions?: readonly Uint8Array[];
  readonly notBefore?: string;
  readonly notAfter?: string;
  /** A key made elsewhere. */
  readonly key?: { readonly publicKey: Uint8Array; readonly privateKeyPem: string };
}

const algorithm = derSequence(derOid(ecdsaOids['SHA-256']));
let serial = 0;

/** RFC 5280 §4.1 by hand, signed with ECDSA by the issuer's P-256 key. */
export function makeCertificate(shape: CertificateShape): Made {
  const key = shape.key ?? newKey();
  const subject = derName(shape.subject);
  const issuerKey = shape.issuer?.privateKeyPem ?? key.privateKeyPem;
  const extensions = shape.extensions ?? [];
  const tbs = derSequence(
    derContext(0, derSmallInteger(2)),
    derElement(0x02, Uint8Array.of(1, 0, ++serial)),
    algorithm,
    shape.issuer?.subject ?? subject,
    derSequence(
      time(shape.notBefore ?? '20250101000000Z'),
      time(shape.notAfter ?? '20350101000000Z'),
    ),
    subject,
    key.publicKey,
    ...(extensions.length > 0 ? [derContext(3, derSequence(...extensions))] : []),
  );
  const certificate = derSequence(tbs, algorithm, bitString(signAsToken(issuerKey, tbs)));
  return {
    certificate,
    certificatePem: toPem('CERTIFICATE', certificate),
    privateKeyPem: key.privateKeyPem,
    subject,
  };
}

export interface ListShape {
  readonly issuer: Made;
  /** PEM of the key that signs; the issuer's when left out. */
  readonly signedWith?: string;
  readonly thisUpdate?: string;
  readonly nextUpdate?: string;
  readonly extensions?: readonly Uint8Array[];
}

/** An empty CertificateList (RFC 5280 §5) in PEM. */
export function makeList(shape: ListShape): string {
  const extensions = shape.extensions ?? [];
  const tbs = derSequence(
    derSmallInteger(1),
    algorithm,
    shape.issuer.subject,
    time(shape.thisUpdate ?? '20261122000000Z'),
    time(shape.nextUpdate ?? '20261129000000Z'),
    ...(extensions.length > 0 ? [derContext(0, derSequence(...extensions))] : []),
  );
  const value = signAsToken(shape.signedWith ?? shape.issuer.privateKeyPem, tbs);
  return toPem('X509 CRL', derSequence(tbs, algorithm, bitString(value)));
}

export function newKey() {
  const { publicKey, privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return { publicKey: new Uint8Array(publicKey), privateKeyPem: privateKey };
}

export function derName(subject: CertificateShape['subject']): Uint8Array {
  const parts = typeof subject === 'string' ? ([[oid.commonName, subject]] as const) : subject;
  return derSequence(
    ...parts.map(([type, value]) =>
      derSetOf(derSequence(derOid(type), derElement(0x0c, utf8(value)))),
    ),
  );
}

export const extension = (id: string, value: Uint8Array, isCritical = false): Uint8Array =>
  derSequence(
    derOid(id),
    ...(isCritical ? [derElement(0x01, Uint8Array.of(0xff))] : []),
    derOctetString(value),
  );

export const basicConstraints = (isCa: boolean, pathLength?: number): Uint8Array =>
  extension(
    oid.basicConstraints,
    derSequence(
      ...(isCa ? [derElement(0x01, Uint8Array.of(0xff))] : []),
      ...(pathLength === undefined ? [] : [derSmallInteger(pathLength)]),
    ),
    true,
  );

/** The first byte of the bit string: 0x80 digitalSignature, 0x40 nonRepudiation, 0x04 keyCertSign, 0x02 cRLSign. */
export const keyUsage = (bits: number): Uint8Array =>
  extension(oid.keyUsage, derElement(0x03, Uint8Array.of(0, bits)), true);

/** Names of directories below which (`permitted`) or outside which (`excluded`) subjects must lie (RFC 5280 §4.2.1.10). */
export const nameConstraints = (
  subtrees: { readonly permitted?: Uint8Array; readonly excluded?: Uint8Array },
  isCritical = true,
): Uint8Array =>
  extension(
    oid.nameConstraints,
    derSequence(
      ...(subtrees.permitted ? [derContext(0, subtree(subtrees.permitted))] : []),
      ...(subtrees.excluded ? [derContext(1, subtree(subtrees.excluded))] : []),
    ),
    isCritical,
  );

const subtree = (name: Uint8Array): Uint8Array => derSequence(derContext(4, name));

export const authority = (pathLength?: number): readonly Uint8Array[] => [
  basicConstraints(true, pathLength),
  keyUsage(0x06),
];
export const person: readonly Uint8Array[] = [basicConstraints(false), keyUsage(0xc0)];

const bitString = (bytes: Uint8Array): Uint8Array => derElement(0x03, Uint8Array.of(0), bytes);
const time = (text: string): Uint8Array => derElement(0x18, utf8(text));
