import { parseCrl } from '../cms/crl';
import { readDerChildren, readDerOid, readDerSpan, spanBytes } from '../cms/der';
import { parseOcsp } from '../cms/ocsp';
import { oid } from '../cms/oids';
import type { ParsedCms } from '../cms/parse';
import type { FileMaterial } from './trust';

/**
 * Revocation data inside a CMS: its set of lists and, by RFC 5940, OCSP answers; and Adobe's signed attribute
 * RevocationInfoArchival (ISO 32000-1 §12.8.3.3.2).
 */
export function embeddedRevocation(
  cms: Pick<ParsedCms, 'crls' | 'signed'> | undefined,
): Pick<FileMaterial, 'crls' | 'ocsps'> {
  const archival = cms?.signed.get(oid.adobeRevocation)?.[0];
  const archived = (tag: number): readonly Uint8Array[] => {
    const field = archival && childrenOf(archival).find((one) => one[0] === tag);
    const list = field && childrenOf(field)[0];
    return list ? childrenOf(list) : [];
  };
  const ofSet = cms?.crls ?? [];
  return {
    crls: [...ofSet, ...archived(0xa0)].flatMap((der) => parseCrl(der) ?? []),
    ocsps: [...ofSet.flatMap(ocspInSet), ...archived(0xa1)].flatMap((der) => parseOcsp(der) ?? []),
  };
}

/** OtherRevocationInfoFormat [1] (RFC 5652 §10.2.1) that holds an OCSPResponse. */
function ocspInSet(der: Uint8Array): readonly Uint8Array[] {
  const [format, info] = der[0] === 0xa1 ? childrenOf(der) : [];
  const isOcsp = format && readDerOid(format, readDerSpan(format, 0)) === oid.ocspInCms;
  return isOcsp && info ? [info] : [];
}

function childrenOf(der: Uint8Array): readonly Uint8Array[] {
  const span = readDerSpan(der, 0);
  return ((span && readDerChildren(der, span)) ?? []).map((child) => spanBytes(der, child));
}
