import { toHex } from '../../kernel/bytes';
import type { Certificate, SignatureScheme } from '../cms/certificate';
import { oid } from '../cms/oids';
import { parseCms, type ParsedCms } from '../cms/parse';
import { kindOfField } from '../field-names';
import type { PadesPlatform } from '../platform';
import { asName, isKind, type PdfDict } from '../reader/objects';
import type { PdfFile } from '../reader/pdf-file';
import { decodeTextString } from '../reader/text-string';
import { parsePdfDate } from '../signature-dictionary';
import { coveredContent, type CoveredRange, type RangeFinding } from './byte-range';
import { checkCms, type CmsCheck } from './cms-signature';
import {
  isMissingRevocation,
  reason,
  reasonEffects,
  type Reason,
} from '../../domain/signing/verification-reason';
import { SOFTWARE_KEY_REASON } from '../../domain/signing/software-keys';
import type {
  Integrity,
  SignatureReport,
  SignerCertificate,
} from '../../domain/signing/verification-report';
import type { DeclaredSignature } from './signature-fields';
import { checkTimestamp } from './timestamp';
import { embeddedRevocation } from './embedded-revocation';
import { judgeTrust, type FileMaterial, type TrustFinding, type TrustMaterial } from './trust';
import { hasUnusualName } from './unusual-name';

/** Everything about one signature but what came after it. */
export interface JudgedSignature {
  readonly report: SignatureReport;
  /** Index of the signed revision. */
  readonly revision: number | undefined;
  /** The same with a time that a later document timestamp proves. */
  readonly rejudge: (provenAt: number) => JudgedSignature;
}

export interface JudgeInput {
  readonly signature: DeclaredSignature;
  readonly ranged: RangeFinding;
  readonly trust: TrustMaterial;
  readonly fromFile: FileMaterial;
  readonly nowMs: number;
}

const supported = new Set([
  'ETSI.CAdES.detached',
  'adbe.pkcs7.detached',
  'adbe.pkcs7.sha1',
  'ETSI.RFC3161',
]);

export function judgeSignature(file: PdfFile, input: JudgeInput): JudgedSignature {
  const { signature, ranged } = input;
  const { dict, fields } = signature;
  const subFilter = asName(file.now.get(dict, 'SubFilter')) ?? null;
  const reasons: Reason[] = [...ranged.reasons];
  if (fields.length > 1) {
    reasons.push(reason('field.shared-signature', fields.map(({ name }) => name).join(', ')));
  }
  const sound = ranged.range && openCms(ranged.range, subFilter, reasons);
  const isStamp = subFilter === 'ETSI.RFC3161';
  const check =
    sound &&
    ranged.range &&
    checkContent(file, { ...input, ...sound, range: ranged.range, isStamp });
  if (check) reasons.push(...check.reasons);
  const integrity = integrityOf(reasons);
  return finish(file, input, {
    subFilter,
    reasons,
    integrity,
    cms: sound?.cms,
    check,
    isStamp,
    laterProof: undefined,
  });
}

function openCms(
  range: CoveredRange,
  subFilter: string | null,
  reasons: Reason[],
): { readonly cms: ParsedCms } | undefined {
  if (subFilter === null || !supported.has(subFilter)) {
    reasons.push(reason('subfilter.unsupported', subFilter ?? '-'));
    return undefined;
  }
  const parsed = parseCms(range.contents);
  if (!parsed.ok) {
    reasons.push(reason(parsed.problem));
    return undefined;
  }
  return { cms: parsed.cms };
}

interface ContentInput extends JudgeInput {
  readonly cms: ParsedCms;
  readonly range: CoveredRange;
  readonly isStamp: boolean;
}

function checkContent(file: PdfFile, input: ContentInput): CmsCheck {
  const { cms, range, isStamp } = input;
  const covered = coveredContent(file, range);
  const subFilter = asName(file.now.get(input.signature.dict, 'SubFilter'));
  const pool = [...input.fromFile.certificates, ...input.trust.intermediates];
  if (isStamp) {
    // The imprint is judged with the authority's trust below; here only the token's own mathematics.
    return cms.content
      ? checkCms(file.platform, { cms, content: [cms.content], contentType: oid.tstInfo, pool })
      : { signer: undefined, scheme: undefined, reasons: [reason('cms.unreadable')] };
  }
  if (subFilter === 'adbe.pkcs7.sha1') return checkSha1(file, { ...input, covered, pool });
  const check = checkCms(file.platform, { cms, content: covered, contentType: oid.data, pool });
  const reasons = cms.content ? [...check.reasons, reason('cms.not-detached')] : check.reasons;
  return { ...check, reasons };
}

/** The CMS holds the SHA-1 of the covered bytes (ISO 32000-1 §12.8.3.3.1): read, never called strong. */
function checkSha1(
  file: PdfFile,
  input: ContentInput & {
    readonly covered: readonly Uint8Array[];
    readonly pool: readonly Certificate[];
  },
): CmsCheck {
  const { cms, covered, pool } = input;
  const content = cms.content ?? new Uint8Array(0);
  const check = checkCms(file.platform, { cms, content: [content], contentType: oid.data, pool });
  const isSame = toHex(content) === toHex(file.platform.digest('SHA-1', ...covered));
  return {
    ...check,
    reasons: [
      ...check.reasons,
      reason('algorithm.weak-hash', 'SHA-1'),
      ...(isSame ? [] : [reason('cms.digest-mismatch')]),
    ],
  };
}

function integrityOf(reasons: readonly Reason[]): Integrity {
  const effects = reasons.map(({ code }) => reasonEffects[code]);
  return effects.includes('invalid')
    ? 'broken'
    : effects.includes('unknown')
      ? 'undecided'
      : 'intact';
}

interface Parts {
  readonly subFilter: string | null;
  readonly reasons: readonly Reason[];
  readonly integrity: Integrity;
  readonly cms: ParsedCms | undefined;
  readonly check: CmsCheck | undefined;
  readonly isStamp: boolean;
  readonly laterProof: number | undefined;
}

function finish(file: PdfFile, input: JudgeInput, parts: Parts): JudgedSignature {
  const { dict, fields } = input.signature;
  const { range } = input.ranged;
  const time = timesOf(file, input, parts);
  const trust = trustOf(file.platform, input, parts, time);
  const signer = parts.check?.signer;
  const name = fields[0]?.name ?? '';
  const text = (key: string): string | null => textOf(file, dict, key);
  const report: SignatureReport = {
    field: name,
    kind: parts.isStamp ? 'timestamp' : kindOfField(name),
    // Both are settled by `verifyPdf`, when the changes after the signature are known.
    verdict: 'CHUA_XAC_DINH',
    changes: 'notPermitted',
    integrity: time.isStampWrong ? 'broken' : parts.integrity,
    trust: trust.trust,
    level: levelOf(input, parts, time.proven !== undefined),
    signer: signer?.subjectName.commonName ?? null,
    claimedTime: iso(time.claimed),
    provenTime: iso(time.proven),
    reasons: [
      ...parts.reasons,
      ...time.reasons,
      ...trust.reasons,
      ...nameReasons(signer),
      ...(text('Reason') === SOFTWARE_KEY_REASON ? [reason('key.software', '/Reason')] : []),
    ],
    certificate: signer ? describe(file.platform, signer) : null,
    reason: text('Reason'),
    location: text('Location'),
    subFilter: parts.subFilter,
    algorithm: algorithmText(signer, parts.check?.scheme),
    revision: range?.revision ? range.revision.index + 1 : null,
    signedLength: range?.end ?? null,
    coversWholeFile: range?.end === file.bytes.length,
    revocation: trust.revocation
      ? {
          thisUpdate: new Date(trust.revocation.thisUpdate).toISOString(),
          source: trust.revocation.source,
          kind: trust.revocation.kind,
        }
      : null,
    changedPlaces: [],
  };
  return {
    report,
    revision: range?.revision?.index,
    rejudge: (provenAt) => finish(file, input, { ...parts, laterProof: provenAt }),
  };
}

const nameReasons = (signer: Certificate | undefined): readonly Reason[] =>
  signer && hasUnusualName(signer)
    ? [reason('certificate.unusual-name', signer.subjectName.commonName)]
    : [];

interface Times {
  readonly claimed: number | undefined;
  readonly proven: number | undefined;
  /** A document timestamp whose imprint or chain is wrong. */
  readonly isStampWrong: boolean;
  readonly reasons: readonly Reason[];
}

function timesOf(file: PdfFile, input: JudgeInput, parts: Parts): Times {
  const reasons: Reason[] = [];
  const stated = textOf(file, input.signature.dict, 'M');
  const claimed = stated === null ? undefined : parsePdfDate(stated);
  let proven = parts.laterProof;
  let isStampWrong = false;
  const stamp = stampToken(file, input, parts);
  if (stamp) {
    const finding = checkTimestamp(file.platform, {
      ...stamp,
      trust: { material: input.trust, fromFile: input.fromFile, now: input.nowMs },
    });
    if (finding.status === 'trusted') proven = finding.at;
    if (finding.status === 'untrusted') reasons.push(reason('timestamp.untrusted'));
    if (finding.status === 'invalid') {
      reasons.push(reason(parts.isStamp ? 'cms.digest-mismatch' : 'timestamp.invalid'));
      isStampWrong = parts.isStamp;
    }
  }
  if (parts.isStamp) return { claimed, proven, isStampWrong, reasons };
  if (claimed !== undefined && claimed > input.nowMs + 300_000)
    reasons.push(reason('time.in-future'));
  if (proven === undefined) {
    reasons.push(reason(claimed === undefined ? 'time.missing' : 'time.claimed-only'));
  } else if (
    claimed !== undefined &&
    Math.abs(Math.abs(claimed - proven) - 7 * 3_600_000) < 600_000
  ) {
    reasons.push(reason('time.zone-confused'));
  }
  return { claimed, proven, isStampWrong, reasons };
}

function stampToken(file: PdfFile, input: JudgeInput, parts: Parts) {
  const { range } = input.ranged;
  if (!parts.cms || !range) return undefined;
  if (parts.isStamp) return { token: range.contents, stamped: coveredContent(file, range) };
  const token = parts.cms.unsigned.get(oid.signatureTimeStampToken)?.[0];
  return token && { token, stamped: [parts.cms.signature] };
}

function trustOf(
  platform: PadesPlatform,
  input: JudgeInput,
  parts: Parts,
  time: Times,
): TrustFinding {
  const leaf = parts.check?.signer;
  if (!leaf) {
    return { trust: 'unknown', reasons: [], revocation: undefined, path: [], evidence: [] };
  }
  const embedded = embeddedRevocation(parts.cms);
  const isClaimUsable = time.claimed !== undefined && time.claimed <= input.nowMs + 300_000;
  const basis = time.proven !== undefined ? 'proven' : isClaimUsable ? 'claimed' : 'now';
  const at = time.proven ?? (isClaimUsable ? time.claimed : undefined) ?? input.nowMs;
  const finding = judgeTrust(platform, {
    leaf,
    fromFile: {
      certificates: [...(parts.cms?.certificates ?? []), ...input.fromFile.certificates],
      crls: [...embedded.crls, ...input.fromFile.crls],
      ocsps: [...embedded.ocsps, ...input.fromFile.ocsps],
    },
    material: input.trust,
    at,
    basis,
    now: input.nowMs,
    purpose: parts.isStamp ? 'timestamping' : 'signing',
  });
  const isUnlisted =
    parts.isStamp && finding.reasons.every(({ code }) => isMissingRevocation(code));
  // As in `timestamp.ts`: lists of timestamping authorities are rarely at hand.
  return isUnlisted && finding.trust === 'unknown'
    ? { ...finding, trust: 'trusted', reasons: [reason('revocation.issuer-unchecked')] }
    : finding;
}

function levelOf(input: JudgeInput, parts: Parts, isProven: boolean): SignatureReport['level'] {
  if (parts.isStamp) return 'timestamp';
  if (parts.subFilter !== 'ETSI.CAdES.detached') return 'CMS';
  if (!isProven) return 'B-B';
  const { crls, ocsps } = input.fromFile;
  return crls.length + ocsps.length > 0 ? 'B-LT' : 'B-T';
}

function textOf(file: PdfFile, dict: PdfDict, key: string): string | null {
  const value = file.now.get(dict, key);
  return isKind(value, 'string') ? decodeTextString(value.bytes) : null;
}

const describe = (platform: PadesPlatform, certificate: Certificate): SignerCertificate => ({
  commonName: certificate.subjectName.commonName ?? null,
  organization: certificate.subjectName.organization ?? null,
  issuer: certificate.issuerName.commonName ?? null,
  serial: certificate.serial,
  notBefore: new Date(certificate.notBefore).toISOString(),
  notAfter: new Date(certificate.notAfter).toISOString(),
  thumbprint: toHex(platform.digest('SHA-256', certificate.der)),
});

function algorithmText(
  signer: Certificate | undefined,
  scheme: SignatureScheme | undefined,
): string | null {
  if (!signer || !scheme) return null;
  const family = { rsaPkcs1: 'RSA', rsaPss: 'RSA-PSS', ecdsa: 'ECDSA' }[scheme.scheme];
  return `${family}-${signer.key.bits} ${scheme.hash}`;
}

const iso = (ms: number | undefined): string | null =>
  ms === undefined ? null : new Date(ms).toISOString();
