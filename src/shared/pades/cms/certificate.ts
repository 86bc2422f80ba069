import { Certificate as PkiCertificate, type Extension } from 'pkijs';
import { equalBytes, toHex } from '../../kernel/bytes';
import type { HashName, VerifyRequest } from '../platform';
import {
  readAlgorithm,
  readDerChildren,
  readDerOid,
  readDerSpan,
  spanBytes,
  type AlgorithmId,
} from './der';
import { readNameConstraints, type NameConstraints } from './name-constraints';
import { hashByOid, oid, signatureByOid } from './oids';

/** Bits of KeyUsage (RFC 5280 §4.2.1.3). */
export type KeyUsage =
  | 'digitalSignature'
  | 'nonRepudiation'
  | 'keyEncipherment'
  | 'dataEncipherment'
  | 'keyAgreement'
  | 'keyCertSign'
  | 'cRLSign'
  | 'encipherOnly'
  | 'decipherOnly';

const keyUsageBits: readonly KeyUsage[] = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
];

/** A signature algorithm as the platform's `verify` takes it. */
export interface SignatureScheme {
  readonly scheme: VerifyRequest['scheme'];
  readonly hash: HashName;
  readonly saltLength?: number;
}

/** An X.509 certificate, parsed once (RFC 5280 §4). */
export interface Certificate {
  readonly der: Uint8Array;
  /** DER of the names: two names are the same when these bytes are. */
  readonly subject: Uint8Array;
  readonly issuer: Uint8Array;
  readonly subjectName: DistinguishedName;
  readonly issuerName: DistinguishedName;
  /** Lower-case hexadecimal of the INTEGER's content. */
  readonly serial: string;
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly publicKey: Uint8Array;
  readonly key: { readonly type: 'rsa' | 'ec' | 'other'; readonly bits: number };
  readonly toBeSigned: Uint8Array;
  /** Undefined for an algorithm we do not support. */
  readonly signatureScheme: SignatureScheme | undefined;
  readonly signature: Uint8Array;
  /** Undefined when the extension is absent. */
  readonly keyUsage: ReadonlySet<KeyUsage> | undefined;
  readonly extendedKeyUsage:
    | { readonly ids: readonly string[]; readonly isCritical: boolean }
    | undefined;
  readonly isCa: boolean;
  readonly pathLength: number | undefined;
  readonly subjectKeyId: string | undefined;
  readonly authorityKeyId: string | undefined;
  /** HTTP addresses of revocation lists. */
  readonly crlAddresses: readonly string[];
  /** HTTP addresses of its issuer's OCSP responders. */
  readonly ocspAddresses: readonly string[];
  /** HTTP addresses of its issuer's own certificate (RFC 5280 §4.2.2.1). */
  readonly issuerAddresses: readonly string[];
  /** An OCSP responder that its issuer vouches for until it ends (RFC 6960 §4.2.2.2.1). */
  readonly hasNoCheck: boolean;
  readonly nameConstraints: NameConstraints | undefined;
  readonly hasAlternativeNames: boolean;
  /** Critical extensions that we do not process: such a certificate is refused (RFC 5280 §4.2). */
  readonly unknownCritical: readonly string[];
}

export interface DistinguishedName {
  readonly commonName: string | undefined;
  readonly organization: string | undefined;
  readonly organizationalUnit: string | undefined;
}

/** Extensions that this code enforces, or that limit nothing we rely on. */
const processed = new Set<string>([
  oid.keyUsage,
  oid.basicConstraints,
  oid.nameConstraints,
  oid.extendedKeyUsage,
  oid.subjectKeyIdentifier,
  oid.authorityKeyIdentifier,
  oid.crlDistributionPoints,
  oid.subjectAltName,
  oid.certificatePolicies,
  oid.authorityInfoAccess,
  oid.ocspNoCheck,
]);

const known = new Map<string, Certificate>();
/** Bounds of what is kept, in certificates and in bytes of each: a crafted file may hold any. */
const MOST_KNOWN = 64;
const LARGEST_KNOWN = 8_192;

/**
 * Reads a certificate; undefined when the bytes are none. A batch meets the same few in each file, and to read one takes
 * as long as to judge a page: they are kept.
 */
export function parseCertificate(der: Uint8Array): Certificate | undefined {
  if (der.length > LARGEST_KNOWN) return readCertificate(der);
  const name = toHex(der);
  // A copy: what is kept may not hold a whole file in memory.
  const certificate = known.get(name) ?? readCertificate(der.slice());
  if (!certificate) return undefined;
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(name, certificate);
  return certificate;
}

function readCertificate(der: Uint8Array): Certificate | undefined {
  try {
    const outer = readDerSpan(der, 0);
    const [tbs, algorithm] = (outer && readDerChildren(der, outer)) ?? [];
    if (!outer || outer.end !== der.length || !tbs) return undefined;
    const pki = PkiCertificate.fromBER(der.slice());
    const extensions = pki.extensions ?? [];
    const names = nameSpans(der);
    if (!names || !algorithm) return undefined;
    // RFC 5280 §4.1.1.2: the algorithm outside the signed part must be the one inside it.
    const { innerAlgorithm, ...spans } = names;
    if (!equalBytes(innerAlgorithm, der.subarray(algorithm.start, algorithm.end))) return undefined;
    return {
      der,
      ...spans,
      subjectName: nameOf(pki.subject.typesAndValues),
      issuerName: nameOf(pki.issuer.typesAndValues),
      serial: toHex(pki.serialNumber.valueBlock.valueHexView),
      notBefore: pki.notBefore.value.getTime(),
      notAfter: pki.notAfter.value.getTime(),
      key: keyOf(pki),
      toBeSigned: der.subarray(tbs.start, tbs.end),
      signatureScheme: schemeOf(readAlgorithm(der, algorithm)),
      signature: pki.signatureValue.valueBlock.valueHexView,
      ...extensionFields(extensions),
    };
  } catch {
    // pkijs and asn1js throw on anything that is not a certificate.
    return undefined;
  }
}

/** Issuer, subject and key are the 4th, 6th and 7th element of a v3 TBSCertificate (one less without the version). */
function nameSpans(der: Uint8Array) {
  const outer = readDerSpan(der, 0);
  const tbs = outer && readDerChildren(der, outer)?.[0];
  const parts = tbs && readDerChildren(der, tbs);
  if (!parts) return undefined;
  const shift = parts[0]?.tag === 0xa0 ? 1 : 0;
  const algorithm = parts[shift + 1];
  const issuer = parts[shift + 2];
  const subject = parts[shift + 4];
  const key = parts[shift + 5];
  if (!algorithm || !issuer || !subject || !key) return undefined;
  return {
    innerAlgorithm: der.subarray(algorithm.start, algorithm.end),
    issuer: der.subarray(issuer.start, issuer.end),
    subject: der.subarray(subject.start, subject.end),
    publicKey: der.subarray(key.start, key.end),
  };
}

interface NamePart {
  readonly type: string;
  readonly value: { readonly valueBlock: { readonly value: unknown } };
}

function nameOf(parts: readonly NamePart[]): DistinguishedName {
  const find = (type: string): string | undefined => {
    const value = parts.find((part) => part.type === type)?.value.valueBlock.value;
    return typeof value === 'string' ? value.normalize('NFC') : undefined;
  };
  return {
    commonName: find(oid.commonName),
    organization: find(oid.organization),
    organizationalUnit: find(oid.organizationalUnit),
  };
}

/** Signature algorithm of a certificate, CRL or SignerInfo; `digest` is used where the algorithm names no hash. */
export function schemeOf(
  algorithm: AlgorithmId | undefined,
  digest?: HashName,
): SignatureScheme | undefined {
  if (!algorithm) return undefined;
  const named = signatureByOid.get(algorithm.id);
  if (named) return named;
  if (algorithm.id === oid.rsaEncryption && digest) return { scheme: 'rsaPkcs1', hash: digest };
  if (algorithm.id === oid.rsassaPss && algorithm.parameters)
    return pssScheme(algorithm.parameters);
  return undefined;
}

/** RSASSA-PSS-params (RFC 8017 A.2.3); a mask hash other than the message hash is refused (V-5). */
function pssScheme(parameters: Uint8Array): SignatureScheme | undefined {
  const outer = readDerSpan(parameters, 0);
  const fields = outer && readDerChildren(parameters, outer);
  if (!fields) return undefined;
  const content = (tag: number): Uint8Array | undefined => {
    const field = fields.find((one) => one.tag === tag);
    return field && parameters.subarray(field.contentStart, field.end);
  };
  const algorithm = (bytes: Uint8Array | undefined) =>
    bytes && readAlgorithm(bytes, readDerSpan(bytes, 0));
  const hash = algorithm(content(0xa0));
  const mask = algorithm(content(0xa1));
  const maskHash = algorithm(mask?.parameters);
  const salt = content(0xa2);
  const name = hashByOid.get(hash?.id ?? '') ?? 'SHA-1';
  const maskName = hashByOid.get(maskHash?.id ?? '') ?? 'SHA-1';
  if (
    (mask && mask.id !== oid.mgf1) ||
    name !== maskName ||
    fields.some(({ tag }) => tag === 0xa3)
  ) {
    return undefined;
  }
  // INTEGER below 128: longer salts than any hash are refused, not guessed at.
  const saltLength = salt === undefined ? 20 : salt.length === 3 ? salt[2] : undefined;
  if (saltLength === undefined || saltLength > 64) return undefined;
  return { scheme: 'rsaPss', hash: name, saltLength };
}

function keyOf(pki: PkiCertificate): Certificate['key'] {
  const { algorithm, parsedKey } = pki.subjectPublicKeyInfo;
  if (algorithm.algorithmId === oid.rsaEncryption || algorithm.algorithmId === oid.rsassaPss) {
    const modulus = (parsedKey as { modulus?: { valueBlock: { valueHexView: Uint8Array } } })
      ?.modulus;
    const bytes = modulus?.valueBlock.valueHexView ?? new Uint8Array(0);
    return { type: 'rsa', bits: (bytes.length - (bytes[0] === 0 ? 1 : 0)) * 8 };
  }
  if (algorithm.algorithmId === oid.ecPublicKey) {
    const curve = String(algorithm.algorithmParams?.valueBlock);
    const bits = { [oid.p256]: 256, [oid.p384]: 384, [oid.p521]: 521 }[curve] ?? 0;
    return { type: bits > 0 ? 'ec' : 'other', bits };
  }
  return { type: 'other', bits: 0 };
}

function extensionFields(extensions: readonly Extension[]) {
  const find = (id: string): Extension | undefined =>
    extensions.find(({ extnID }) => extnID === id);
  const valueOf = (id: string): Uint8Array | undefined =>
    find(id)?.extnValue.valueBlock.valueHexView;
  const constraints: unknown = find(oid.basicConstraints)?.parsedValue;
  const { cA, pathLenConstraint } = (constraints ?? {}) as {
    cA?: boolean;
    pathLenConstraint?: unknown;
  };
  const limits = valueOf(oid.nameConstraints);
  const usages = find(oid.extendedKeyUsage);
  const usageIds = (usages?.parsedValue as { keyPurposes?: readonly string[] } | undefined)
    ?.keyPurposes;
  return {
    keyUsage: readKeyUsage(valueOf(oid.keyUsage)),
    extendedKeyUsage: usageIds && { ids: usageIds, isCritical: usages?.critical ?? false },
    isCa: cA === true,
    pathLength: typeof pathLenConstraint === 'number' ? pathLenConstraint : undefined,
    subjectKeyId: keyIdOf(valueOf(oid.subjectKeyIdentifier), 0x04),
    authorityKeyId: authorityKeyIdOf(valueOf(oid.authorityKeyIdentifier)),
    nameConstraints: limits && readNameConstraints(limits),
    hasAlternativeNames: find(oid.subjectAltName) !== undefined,
    crlAddresses: addressesIn(valueOf(oid.crlDistributionPoints)),
    ocspAddresses: accessAddresses(valueOf(oid.authorityInfoAccess), oid.ocsp),
    issuerAddresses: accessAddresses(valueOf(oid.authorityInfoAccess), oid.caIssuers),
    hasNoCheck: find(oid.ocspNoCheck) !== undefined,
    unknownCritical: extensions
      .filter(({ critical, extnID }) => critical && !processed.has(extnID))
      .map(({ extnID }) => extnID),
  };
}

function readKeyUsage(der: Uint8Array | undefined): ReadonlySet<KeyUsage> | undefined {
  const span = der && readDerSpan(der, 0);
  if (!der || span?.tag !== 0x03) return undefined;
  const bits = der.subarray(span.contentStart + 1, span.end);
  return new Set(keyUsageBits.filter((_, i) => ((bits[i >> 3] ?? 0) & (0x80 >> (i & 7))) !== 0));
}

function keyIdOf(der: Uint8Array | undefined, tag: number): string | undefined {
  const span = der && readDerSpan(der, 0);
  return der && span?.tag === tag ? toHex(der.subarray(span.contentStart, span.end)) : undefined;
}

/** keyIdentifier [0] of AuthorityKeyIdentifier. */
function authorityKeyIdOf(der: Uint8Array | undefined): string | undefined {
  const outer = der && readDerSpan(der, 0);
  const first = der && outer && readDerChildren(der, outer)?.find(({ tag }) => tag === 0x80);
  return der && first ? toHex(der.subarray(first.contentStart, first.end)) : undefined;
}

/** The http addresses in CRLDistributionPoints, wherever in the structure they stand. */
function addressesIn(der: Uint8Array | undefined): readonly string[] {
  if (!der) return [];
  const text = Array.from(der, (byte) =>
    byte >= 33 && byte < 127 ? String.fromCharCode(byte) : ' ',
  ).join('');
  return [...text.matchAll(/https?:\/\/[^\s]+/g)].map(([address]) => address);
}

/** accessLocation of each AccessDescription of this method. */
function accessAddresses(der: Uint8Array | undefined, wanted: string): readonly string[] {
  const outer = der && readDerSpan(der, 0);
  const descriptions = (der && outer && readDerChildren(der, outer)) ?? [];
  return descriptions.flatMap((one) => {
    const [method, location] = (der && readDerChildren(der, one)) ?? [];
    const isWanted = der && location && readDerOid(der, method) === wanted;
    return isWanted ? addressesIn(spanBytes(der, location)) : [];
  });
}
