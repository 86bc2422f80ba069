import { parseCms, type ParsedCms } from '../cms/parse';
import { oid } from '../cms/oids';
import { equalBytes } from '../../kernel/bytes';
import type { Certificate } from '../cms/certificate';
import type { PadesPlatform } from '../platform';
import { readForm } from '../reader/form';
import { isKind } from '../reader/objects';
import { openPdf, type PdfFile } from '../reader/pdf-file';
import { readingPdf } from '../reader/problem';
import type { ValidationData } from '../security-store';
import { listSignatures } from './signature-fields';
import { judgeTrust, type FileMaterial, type TrustMaterial } from './trust';

/** Lists of a large authority would make every paper of an office as large: bytes of revocation data in all. */
const MOST_BYTES = 1_000_000;

/**
 * What the signatures of a file need to be judged offline for ever (level B-LT): paths and revocation data at hand now.
 * Undefined while a signer lacks revocation data, or when they would be too large.
 */
export function collectValidation(
  platform: PadesPlatform,
  bytes: Uint8Array,
  { material, nowMs }: { readonly material: TrustMaterial; readonly nowMs: number },
): readonly ValidationData[] | undefined {
  const opened = openPdf(platform, bytes);
  const read = opened.ok ? readingPdf(() => signatureValues(opened.value)) : opened;
  if (!read.ok) return undefined;
  const collected = read.value.map((contents) =>
    collectOne(platform, contents, { material, nowMs }),
  );
  const data = collected.flatMap((one) => one ?? []);
  const revocation = new Set(data.flatMap(({ crls, ocsps }) => [...crls, ...ocsps]));
  const size = [...revocation].reduce((sum, der) => sum + der.length, 0);
  return data.length === collected.length && size <= MOST_BYTES ? data : undefined;
}

const signatureValues = (file: PdfFile): readonly Uint8Array[] =>
  listSignatures(file, readForm(file.now)).flatMap(({ dict }) => {
    const contents = file.now.get(dict, 'Contents');
    return isKind(contents, 'string') ? [contents.bytes] : [];
  });

function collectOne(
  platform: PadesPlatform,
  contents: Uint8Array,
  { material, nowMs }: { readonly material: TrustMaterial; readonly nowMs: number },
): ValidationData | undefined {
  const signature = cmsIn(contents);
  const token = cmsIn(signature?.unsigned.get(oid.signatureTimeStampToken)?.[0]);
  if (!signature) return undefined;
  const certificates = [...signature.certificates, ...(token?.certificates ?? [])];
  const fromFile: FileMaterial = { certificates, crls: [], ocsps: [] };
  const findings = certificates
    .filter(({ isCa }) => !isCa)
    .map((leaf) => {
      const isStamping = leaf.extendedKeyUsage?.ids.includes(oid.timeStamping) === true;
      const purpose = isStamping ? ('timestamping' as const) : ('signing' as const);
      const at = { at: nowMs, basis: 'now' as const, now: nowMs };
      return { isStamping, ...judgeTrust(platform, { leaf, fromFile, material, purpose, ...at }) };
    });
  // Lists of timestamping authorities are rarely at hand; the signer's is what must not be missing.
  if (findings.some(({ isStamping, revocation }) => !isStamping && !revocation)) return undefined;
  const evidence = findings.flatMap((finding) => finding.evidence);
  const of = (kind: 'crl' | 'ocsp') =>
    evidence.flatMap((one) => (one.kind === kind ? [one.der] : []));
  return {
    contents,
    certificates: findings.flatMap(({ path }) => path.filter(isNoRoot)).map(({ der }) => der),
    crls: of('crl'),
    ocsps: of('ocsp'),
  };
}

const isNoRoot = ({ issuer, subject }: Certificate): boolean => !equalBytes(issuer, subject);

function cmsIn(der: Uint8Array | undefined): ParsedCms | undefined {
  const parsed = der && parseCms(der);
  return parsed?.ok ? parsed.cms : undefined;
}
