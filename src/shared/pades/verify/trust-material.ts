import { equalBytes, fromUtf8 } from '../../kernel/bytes';
import { parseCertificate, type Certificate } from '../cms/certificate';
import { parseCrl, type Crl } from '../cms/crl';
import { parseOcsp, type OcspAnswer } from '../cms/ocsp';
import { parsePem } from '../pem';
import { PACKAGE_DATE } from '../trust-package';
import type { TrustMaterial } from './trust';

/**
 * Trust material from PEM files an administrator collected: self-signed certificates become anchors, others
 * intermediates, `X509 CRL` blocks revocation lists, `OCSP RESPONSE` blocks answers that were fetched; a package's
 * date goes with them. What cannot be read is left out and counted.
 */
export function trustFromPem(texts: readonly string[]): {
  readonly material: TrustMaterial;
  readonly unreadable: number;
} {
  const anchors: Certificate[] = [];
  const intermediates: Certificate[] = [];
  const crls: Crl[] = [];
  const ocsps: OcspAnswer[] = [];
  const dates: number[] = [];
  let unreadable = 0;
  for (const { label, der } of texts.flatMap((text) => parsePem(text))) {
    const certificate = label === 'CERTIFICATE' ? parseCertificate(der) : undefined;
    const crl = label === 'X509 CRL' ? parseCrl(der) : undefined;
    const ocsp = label === 'OCSP RESPONSE' ? parseOcsp(der) : undefined;
    if (certificate) {
      const isSelfSigned = equalBytes(certificate.issuer, certificate.subject);
      (isSelfSigned ? anchors : intermediates).push(certificate);
    } else if (crl) {
      crls.push(crl);
    } else if (ocsp) {
      ocsps.push(ocsp);
    } else if (label === PACKAGE_DATE) {
      dates.push(Date.parse(fromUtf8(der)));
    } else {
      unreadable++;
    }
  }
  const material = {
    anchors,
    intermediates,
    crls,
    ocsps,
    ...(dates.length > 0 && { packageIssuedMs: Math.min(...dates) }),
  };
  return { material, unreadable };
}
