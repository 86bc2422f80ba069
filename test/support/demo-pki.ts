import {
  constants,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  privateEncrypt,
  sign as nodeSign,
} from 'node:crypto';
import forge from 'node-forge';
import {
  derContext,
  derElement,
  derNull,
  derOid,
  derSequence,
  derSmallInteger,
  readDerChildren,
  readDerSpan,
} from '../../src/shared/pades/cms/der';
import { parseCertificate } from '../../src/shared/pades/cms/certificate';
import { fromHex, utf8 } from '../../src/shared/kernel/bytes';

/**
 * A throwaway certification authority for tests, the demo day and training: root, sub-CA, people and organs with
 * Vietnamese names. Its subjects say so (O-6); it can never stand in a real trust package.
 */
export interface DemoIdentity {
  readonly certificate: Uint8Array;
  readonly certificatePem: string;
  /** PKCS#8; empty when the key was made elsewhere and never leaves its token. */
  readonly privateKeyPem: string;
  /** Lower-case hexadecimal. */
  readonly serial: string;
}

export interface IssueRequest {
  readonly commonName: string;
  readonly organization?: string;
  readonly title?: string;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  readonly keyUsage?: readonly ('digitalSignature' | 'nonRepudiation' | 'keyEncipherment')[];
  /** A key made elsewhere (a token's public key, PEM SubjectPublicKeyInfo): RSA or EC. */
  readonly publicKeyPem?: string;
  readonly bits?: number;
  readonly isTimestampAuthority?: boolean;
  /** `noCheck`: its issuer vouches for it until it ends (RFC 6960 §4.2.2.2.1). */
  readonly isOcspResponder?: 'noCheck' | 'listed';
}

export interface CrlRequest {
  readonly issuer?: 'root' | 'subCa';
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
  readonly revoked?: readonly { readonly serial: string; readonly at: Date }[];
}

export interface DemoPki {
  readonly root: DemoIdentity;
  readonly subCa: DemoIdentity;
  readonly issue: (request: IssueRequest) => DemoIdentity;
  /** DER of the certificates a signature carries: the identity's and the sub-CA's. */
  readonly chainOf: (identity: DemoIdentity) => readonly Uint8Array[];
  readonly crl: (request: CrlRequest) => Uint8Array;
}

const rootName = (mark: string) =>
  name({
    commonName: `CA gốc ${mark}`,
    organization: 'Trạm Công Vụ - dữ liệu mẫu',
  });
const subName = (mark: string) =>
  name({
    commonName: `CA cơ quan ${mark}`,
    organization: 'Trạm Công Vụ - dữ liệu mẫu',
  });

/** The two authorities with their keys, as a demo that is started again keeps them. */
export interface DemoAuthorities {
  readonly root: DemoIdentity;
  readonly subCa: DemoIdentity;
}

export interface DemoPkiOptions {
  readonly crlAddress?: string;
  readonly ocspAddress?: string;
  /** Where the sub-CA's certificate is to be had (RFC 5280 §4.2.2.1). */
  readonly issuerAddress?: string;
  /** What the authorities call themselves; a demonstration's say so (O-6). */
  readonly mark?: string;
  /** From an earlier start; new ones otherwise. */
  readonly authorities?: DemoAuthorities;
}

export function createDemoPki(options: DemoPkiOptions = {}): DemoPki {
  const mark = options.mark ?? 'TRÌNH DIỄN (không có giá trị)';
  const crlAddress = options.crlAddress ?? 'http://ca.demo.invalid/sub.crl';
  const { root, subCa } = options.authorities ?? makeAuthorities(mark);

  const issue = (request: IssueRequest): DemoIdentity =>
    makeCertificate({
      subject: name(request),
      issuer: subName(mark),
      issuerKeyPem: subCa.privateKeyPem,
      notBefore: request.notBefore ?? new Date('2025-01-01T00:00:00Z'),
      notAfter: request.notAfter ?? new Date('2030-01-01T00:00:00Z'),
      ...(request.publicKeyPem === undefined ? {} : { publicKeyPem: request.publicKeyPem }),
      ...(request.bits === undefined ? {} : { bits: request.bits }),
      extensions: [
        { name: 'basicConstraints', cA: false },
        {
          name: 'keyUsage',
          critical: true,
          ...Object.fromEntries(
            (request.keyUsage ?? ['digitalSignature', 'nonRepudiation']).map((bit) => [bit, true]),
          ),
        },
        { name: 'subjectKeyIdentifier' },
        ...(request.isTimestampAuthority
          ? [{ name: 'extKeyUsage', critical: true, timeStamping: true }]
          : []),
        ...(request.isOcspResponder ? [{ name: 'extKeyUsage', '1.3.6.1.5.5.7.3.9': true }] : []),
        ...(request.isOcspResponder === 'noCheck'
          ? [{ name: 'noCheck', id: '1.3.6.1.5.5.7.48.1.5', value: binary(derNull()) }]
          : []),
        ...(options.ocspAddress === undefined && options.issuerAddress === undefined
          ? []
          : [
              {
                name: 'authorityInfoAccess',
                id: '1.3.6.1.5.5.7.1.1',
                value: binary(accessLocations(options)),
              },
            ]),
        {
          name: 'cRLDistributionPoints',
          id: '2.5.29.31',
          value: binary(crlDistributionPoint(crlAddress)),
        },
      ],
    });

  return {
    root,
    subCa,
    issue,
    chainOf: (identity) => [identity.certificate, subCa.certificate],
    crl: (request) => makeCrl(request, { root, subCa }),
  };
}

function makeAuthorities(mark: string): DemoAuthorities {
  const root = makeCertificate({
    subject: rootName(mark),
    issuer: rootName(mark),
    notBefore: new Date('2020-01-01T00:00:00Z'),
    notAfter: new Date('2045-01-01T00:00:00Z'),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
      { name: 'subjectKeyIdentifier' },
    ],
  });
  const subCa = makeCertificate({
    subject: subName(mark),
    issuer: rootName(mark),
    issuerKeyPem: root.privateKeyPem,
    notBefore: new Date('2021-01-01T00:00:00Z'),
    notAfter: new Date('2040-01-01T00:00:00Z'),
    extensions: [
      { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
      { name: 'subjectKeyIdentifier' },
    ],
  });
  return { root, subCa };
}

/** What a token does: RSASSA-PKCS1-v1_5 over the data, or ECDSA as DER. */
export function signAsToken(
  privateKeyPem: string,
  data: Uint8Array,
  options: { readonly hash?: 'SHA-256' | 'SHA-384' | 'SHA-512'; readonly pss?: boolean } = {},
): Uint8Array {
  const hash = (options.hash ?? 'SHA-256').replace('-', '').toLowerCase();
  const key = createPrivateKey(privateKeyPem);
  const padding = options.pss
    ? {
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
      }
    : {};
  return new Uint8Array(nodeSign(hash, data, { key, ...padding }));
}

export const toPem = (
  label: 'CERTIFICATE' | 'X509 CRL' | 'OCSP RESPONSE',
  der: Uint8Array,
): string =>
  `-----BEGIN ${label}-----\n${(
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  ).join('\n')}\n-----END ${label}-----\n`;

/** PKCS#12 of an identity and its sub-CA, as agencies without a token get them. */
export function toPkcs12(pki: DemoPki, identity: DemoIdentity, password: string): Uint8Array {
  const p12 = forge.pkcs12.toPkcs12Asn1(
    forge.pki.privateKeyFromPem(identity.privateKeyPem),
    [
      forge.pki.certificateFromPem(identity.certificatePem),
      forge.pki.certificateFromPem(pki.subCa.certificatePem),
    ],
    password,
    { algorithm: '3des' },
  );
  return fromBinary(forge.asn1.toDer(p12).getBytes());
}

/**
 * Attributes of a name, always built from our own text. Never take them from a parsed certificate: forge keeps those as
 * raw UTF-8 and encodes them a second time, so that issuer and subject differ and the chain breaks.
 */
function name(request: IssueRequest): forge.pki.CertificateField[] {
  const field = (attribute: string, value: string): forge.pki.CertificateField => ({
    name: attribute,
    value: value.normalize('NFC') as never,
    valueTagClass: forge.asn1.Type.UTF8 as never,
  });
  return [
    { name: 'countryName', value: 'VN' as never },
    field('organizationName', request.organization ?? 'UBND xã Thử Nghiệm (TRÌNH DIỄN)'),
    ...(request.title === undefined
      ? []
      : [{ ...field('title', request.title), type: '2.5.4.12', name: 'title' }]),
    field('commonName', request.commonName),
  ];
}

interface CertificateRequest {
  readonly subject: forge.pki.CertificateField[];
  readonly issuer: forge.pki.CertificateField[];
  /** Left out for a self-signed certificate. */
  readonly issuerKeyPem?: string;
  readonly publicKeyPem?: string;
  readonly bits?: number;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly extensions: readonly object[];
}

function makeCertificate(request: CertificateRequest): DemoIdentity {
  const pair =
    request.publicKeyPem === undefined
      ? // node:crypto makes the keys: forge needs seconds for an RSA key.
        generateKeyPairSync('rsa', {
          modulusLength: request.bits ?? 2048,
          publicKeyEncoding: { type: 'spki', format: 'pem' },
          privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
        })
      : { publicKey: request.publicKeyPem, privateKey: '' };
  const publicKey = createPublicKey(pair.publicKey);
  const isRsa = publicKey.asymmetricKeyType === 'rsa';
  const certificate = forge.pki.createCertificate();
  // forge knows RSA alone: another key takes its place below, where this one only stands in.
  certificate.publicKey = isRsa
    ? forge.pki.publicKeyFromPem(pair.publicKey)
    : forge.pki.setRsaPublicKey(new forge.jsbn.BigInteger('3'), new forge.jsbn.BigInteger('3'));
  const serial = `01${forge.util.bytesToHex(forge.random.getBytesSync(8))}`;
  certificate.serialNumber = serial;
  certificate.validity.notBefore = request.notBefore;
  certificate.validity.notAfter = request.notAfter;
  certificate.setSubject(request.subject);
  certificate.setIssuer(request.issuer);
  certificate.setExtensions([...request.extensions]);
  const issuerKeyPem = request.issuerKeyPem ?? pair.privateKey;
  certificate.sign(nodeSigner(issuerKeyPem), forge.md.sha256.create());
  const ofForge = fromBinary(forge.asn1.toDer(forge.pki.certificateToAsn1(certificate)).getBytes());
  const der = isRsa
    ? ofForge
    : withPublicKey(ofForge, publicKey.export({ format: 'der', type: 'spki' }), issuerKeyPem);
  return {
    certificate: der,
    certificatePem: toPem('CERTIFICATE', der),
    privateKeyPem: pair.privateKey,
    serial,
  };
}

/** The certificate with another SubjectPublicKeyInfo, signed anew (RFC 5280 §4.1). */
function withPublicKey(der: Uint8Array, spki: Uint8Array, issuerKeyPem: string): Uint8Array {
  const childrenOf = (bytes: Uint8Array): readonly Uint8Array[] => {
    const span = readDerSpan(bytes, 0);
    const children = span && readDerChildren(bytes, span);
    if (!children) throw new Error('our own certificate cannot be read');
    return children.map(({ start, end }) => bytes.subarray(start, end));
  };
  const [tbs, algorithm] = childrenOf(der);
  if (!tbs || !algorithm) throw new Error('our own certificate cannot be read');
  const signed = derSequence(...childrenOf(tbs).map((part, i) => (i === 6 ? spki : part)));
  const value = signAsToken(issuerKeyPem, signed);
  return derSequence(signed, algorithm, derElement(0x03, Uint8Array.of(0), value));
}

/** DigestInfo of SHA-256 up to the digest (RFC 8017 §9.2, note 1). */
const SHA256_PREFIX = fromHex('3031300d060960864801650304020105000420');

/** What forge calls a private key, with node:crypto behind it: forge's own mathematics is a hundred times slower. */
function nodeSigner(privateKeyPem: string): forge.pki.rsa.PrivateKey {
  const sign = (digest: forge.md.MessageDigest): string => {
    const info = Buffer.concat([SHA256_PREFIX, fromBinary(digest.digest().getBytes())]);
    return privateEncrypt(privateKeyPem, info).toString('binary');
  };
  return { sign } as unknown as forge.pki.rsa.PrivateKey;
}

/** CertificateList (RFC 5280 §5), which forge cannot make. */
function makeCrl(
  request: CrlRequest,
  issuers: { readonly root: DemoIdentity; readonly subCa: DemoIdentity },
): Uint8Array {
  const issuer = issuers[request.issuer ?? 'subCa'];
  const parsed = parseCertificate(issuer.certificate);
  if (!parsed) throw new Error('our own certificate cannot be read');
  const algorithm = derSequence(derOid('1.2.840.113549.1.1.11'), derNull());
  const revoked = (request.revoked ?? []).map(({ serial, at }) =>
    derSequence(derElement(0x02, fromHex(serial)), utcTime(at)),
  );
  const tbs = derSequence(
    derSmallInteger(1),
    algorithm,
    parsed.subject,
    utcTime(request.thisUpdate),
    utcTime(request.nextUpdate),
    ...(revoked.length > 0 ? [derSequence(...revoked)] : []),
    derContext(
      0,
      derSequence(derSequence(derOid('2.5.29.20'), derElement(0x04, derSmallInteger(7)))),
    ),
  );
  const value = signAsToken(issuer.privateKeyPem, tbs);
  return derSequence(tbs, algorithm, derElement(0x03, Uint8Array.of(0), value));
}

const utcTime = (at: Date): Uint8Array =>
  derElement(0x17, utf8(`${at.toISOString().slice(2, 19).replace(/[-T:]/g, '')}Z`));

const crlDistributionPoint = (address: string): Uint8Array =>
  derSequence(derSequence(derContext(0, derContext(0, derElement(0x86, utf8(address))))));

function accessLocations({ ocspAddress, issuerAddress }: DemoPkiOptions): Uint8Array {
  const one = (method: string, address: string | undefined) =>
    address === undefined ? [] : [derSequence(derOid(method), derElement(0x86, utf8(address)))];
  return derSequence(
    ...one('1.3.6.1.5.5.7.48.1', ocspAddress),
    ...one('1.3.6.1.5.5.7.48.2', issuerAddress),
  );
}

const binary = (bytes: Uint8Array): string => Buffer.from(bytes).toString('binary');
const fromBinary = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'binary'));
