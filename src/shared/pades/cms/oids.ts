import type { HashName } from '../platform';

/** Object identifiers by their standard names. */
export const oid = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  /** RFC 6211. */
  cmsAlgorithmProtection: '1.2.840.113549.1.9.52',
  /** RFC 2634, SHA-1 only. */
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  /** RFC 5035. */
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  signatureTimeStampToken: '1.2.840.113549.1.9.16.2.14',
  tstInfo: '1.2.840.113549.1.9.16.1.4',
  /** Adobe's RevocationInfoArchival, a signed attribute. */
  adobeRevocation: '1.2.840.113583.1.1.8',
  rsaEncryption: '1.2.840.113549.1.1.1',
  rsassaPss: '1.2.840.113549.1.1.10',
  mgf1: '1.2.840.113549.1.1.8',
  ecPublicKey: '1.2.840.10045.2.1',
  p256: '1.2.840.10045.3.1.7',
  p384: '1.3.132.0.34',
  p521: '1.3.132.0.35',
  commonName: '2.5.4.3',
  organization: '2.5.4.10',
  organizationalUnit: '2.5.4.11',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  crlNumber: '2.5.29.20',
  reasonCode: '2.5.29.21',
  deltaCrl: '2.5.29.27',
  issuingDistributionPoint: '2.5.29.28',
  certificateIssuer: '2.5.29.29',
  nameConstraints: '2.5.29.30',
  crlDistributionPoints: '2.5.29.31',
  certificatePolicies: '2.5.29.32',
  authorityKeyIdentifier: '2.5.29.35',
  policyConstraints: '2.5.29.36',
  extendedKeyUsage: '2.5.29.37',
  inhibitAnyPolicy: '2.5.29.54',
  timeStamping: '1.3.6.1.5.5.7.3.8',
  ocspSigning: '1.3.6.1.5.5.7.3.9',
  /** RFC 6960 §4.2.1; also accessMethod of where to ask (RFC 5280 §4.2.2.1). */
  ocsp: '1.3.6.1.5.5.7.48.1',
  caIssuers: '1.3.6.1.5.5.7.48.2',
  ocspBasic: '1.3.6.1.5.5.7.48.1.1',
  ocspNoCheck: '1.3.6.1.5.5.7.48.1.5',
  authorityInfoAccess: '1.3.6.1.5.5.7.1.1',
  /** OCSP answer among the revocation information of a CMS (RFC 5940). */
  ocspInCms: '1.3.6.1.5.5.7.16.2',
} as const;

export const hashOids: Readonly<Record<HashName, string>> = {
  MD5: '1.2.840.113549.2.5',
  'SHA-1': '1.3.14.3.2.26',
  'SHA-256': '2.16.840.1.101.3.4.2.1',
  'SHA-384': '2.16.840.1.101.3.4.2.2',
  'SHA-512': '2.16.840.1.101.3.4.2.3',
};

export const hashByOid: ReadonlyMap<string, HashName> = new Map(
  (Object.entries(hashOids) as [HashName, string][]).map(([name, id]) => [id, name]),
);

/** Signature algorithms that name their hash (RFC 8017 appendix A, RFC 5758). */
export const signatureByOid: ReadonlyMap<
  string,
  { readonly scheme: 'rsaPkcs1' | 'ecdsa'; readonly hash: HashName }
> = new Map([
  ['1.2.840.113549.1.1.4', { scheme: 'rsaPkcs1', hash: 'MD5' }],
  ['1.2.840.113549.1.1.5', { scheme: 'rsaPkcs1', hash: 'SHA-1' }],
  ['1.2.840.113549.1.1.11', { scheme: 'rsaPkcs1', hash: 'SHA-256' }],
  ['1.2.840.113549.1.1.12', { scheme: 'rsaPkcs1', hash: 'SHA-384' }],
  ['1.2.840.113549.1.1.13', { scheme: 'rsaPkcs1', hash: 'SHA-512' }],
  ['1.2.840.10045.4.1', { scheme: 'ecdsa', hash: 'SHA-1' }],
  ['1.2.840.10045.4.3.2', { scheme: 'ecdsa', hash: 'SHA-256' }],
  ['1.2.840.10045.4.3.3', { scheme: 'ecdsa', hash: 'SHA-384' }],
  ['1.2.840.10045.4.3.4', { scheme: 'ecdsa', hash: 'SHA-512' }],
]);

export const ecdsaOids: Readonly<Record<'SHA-256' | 'SHA-384' | 'SHA-512', string>> = {
  'SHA-256': '1.2.840.10045.4.3.2',
  'SHA-384': '1.2.840.10045.4.3.3',
  'SHA-512': '1.2.840.10045.4.3.4',
};
