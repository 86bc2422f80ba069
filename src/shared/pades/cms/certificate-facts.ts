import type { CertificateFacts } from '../../domain/signing/signing-certificate';
import { toHex } from '../../kernel/bytes';
import type { PadesPlatform } from '../platform';
import { parseCertificate } from './certificate';

/** What is kept of a certificate when it is registered; undefined for what is none, or is a CA's. */
export function readCertificateFacts(
  { digest }: Pick<PadesPlatform, 'digest'>,
  der: Uint8Array,
): CertificateFacts | undefined {
  const certificate = parseCertificate(der);
  if (!certificate || certificate.isCa) return undefined;
  const { subjectName, issuerName, notAfter } = certificate;
  const shorten = (text: string | undefined): string | null => text?.slice(0, 200) ?? null;
  const thumbprint = toHex(digest('SHA-256', der));
  return {
    thumbprint,
    holderName: shorten(subjectName.commonName) ?? thumbprint,
    organization: shorten(subjectName.organization),
    issuerName: shorten(issuerName.commonName),
    notAfter: new Date(notAfter).toISOString(),
  };
}

/** Whether the value is a signature over the data by the certificate's key, as tokens make it (K-14). */
export function isSignedWith(
  { verify }: Pick<PadesPlatform, 'verify'>,
  der: Uint8Array,
  signed: { readonly data: Uint8Array; readonly signature: Uint8Array },
): boolean {
  const certificate = parseCertificate(der);
  if (!certificate) return false;
  const scheme = certificate.key.type === 'ec' ? 'ecdsa' : 'rsaPkcs1';
  return verify({ ...signed, hash: 'SHA-256', publicKey: certificate.publicKey, scheme });
}
