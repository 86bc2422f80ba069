import { toHex } from '../../kernel/bytes';
import { parseCertificate } from '../cms/certificate';
import { parseCrl } from '../cms/crl';
import { parseOcsp } from '../cms/ocsp';
import { certificationOf, readPermissions } from '../permissions';
import type { PadesPlatform } from '../platform';
import { readForm } from '../reader/form';
import { indexOfBytes } from '../reader/indirect';
import type { LimitName } from '../reader/limits';
import { dictOf, isKind } from '../reader/objects';
import { catalogOf } from '../reader/pages';
import { openToJudge, type PdfFile } from '../reader/pdf-file';
import { readingPdf, type PdfFailure } from '../reader/problem';
import { checkByteRange, overlappingGaps } from './byte-range';
import { compareRevisions } from './changes/compare-revisions';
import { judgeChanges, type ChangesFinding } from './changes/judge-changes';
import { newBudget } from './changes/same';
import type { Difference } from './changes/step';
import { judgeSignature, type JudgedSignature } from './judge-signature';
import { overlapReasons } from './overlap';
import { reason, type Reason } from '../../domain/signing/verification-reason';
import type {
  SignatureReport,
  Verdict,
  VerificationReport,
} from '../../domain/signing/verification-report';
import { findUndeclared, listSignatures, type DeclaredSignature } from './signature-fields';
import type { FileMaterial, TrustMaterial } from './trust';
import { verdictOf, verdictOfReasons, worst } from './verdict';

export interface VerifyOptions {
  readonly trust: TrustMaterial;
  /** The clock, milliseconds since the epoch. Same input and clock, same report (V-16). */
  readonly nowMs: number;
}

/**
 * Judges every signature of a PDF, offline (V-1 to V-13). Never fails: a file that cannot be checked gets a report that
 * says why. Call it in a worker with a time and memory limit.
 */
export function verifyPdf(
  platform: PadesPlatform,
  bytes: Uint8Array,
  options: VerifyOptions,
): VerificationReport {
  return { ...baseOf(platform, bytes, options.nowMs), ...judgePdf(platform, bytes, options) };
}

/** The same without the file's hash, for whoever names it otherwise. */
export function judgePdf(
  platform: PadesPlatform,
  bytes: Uint8Array,
  options: VerifyOptions,
): Judgement {
  const opened = openToJudge(platform, bytes);
  if (!opened.ok) return unreadable(bytes, opened.error);
  const judged = readingPdf(() => judgeFile(opened.value, options));
  return judged.ok
    ? judged.value
    : { ...unreadable(bytes, judged.error), revisions: opened.value.revisions.length };
}

/** The report of a file whose judging was ended from outside. */
export const reportOfLimit = (
  platform: PadesPlatform,
  bytes: Uint8Array,
  { limit, nowMs }: { readonly limit: LimitName; readonly nowMs: number },
): VerificationReport => ({
  ...baseOf(platform, bytes, nowMs),
  ...unreadable(bytes, { code: 'pdf.limit', limit }),
});

const baseOf = (platform: PadesPlatform, bytes: Uint8Array, nowMs: number) => ({
  sha256: toHex(platform.digest('SHA-256', bytes)),
  size: bytes.length,
  checkedAt: new Date(nowMs).toISOString(),
});

export type Judgement = Pick<
  VerificationReport,
  'verdict' | 'revisions' | 'signatures' | 'reasons'
>;

function unreadable(bytes: Uint8Array, failure: PdfFailure): Judgement {
  const reasons = [unreadableReason(bytes, failure)];
  return { verdict: verdictOfReasons(reasons), revisions: 0, signatures: [], reasons };
}

function unreadableReason(bytes: Uint8Array, failure: PdfFailure): Reason {
  switch (failure.code) {
    case 'pdf.not-pdf':
      return reason('file.not-pdf');
    case 'pdf.encrypted':
      return reason('file.encrypted');
    case 'pdf.limit':
      return reason('file.limit', failure.limit);
    case 'pdf.broken': {
      // A file that once was signed and now is broken has been changed: that is not "unknown".
      const isSigned = indexOfBytes(bytes, '/ByteRange') >= 0;
      return reason(isSigned ? 'file.broken-signed' : 'file.broken', failure.where);
    }
  }
}

function judgeFile(file: PdfFile, { trust, nowMs }: VerifyOptions): Judgement {
  const form = readForm(file.now);
  const declared = listSignatures(file, form);
  const reasons: Reason[] = findUndeclared(file, declared).map((at) =>
    reason('file.undeclared-signature', `byte ${at}`),
  );
  const revisions = file.revisions.length;
  if (declared.length === 0) {
    const verdict: Verdict = reasons.length > 0 ? verdictOfReasons(reasons) : 'KHONG_CO_CHU_KY';
    return { verdict, revisions, signatures: [], reasons };
  }
  if (!file.trailing.isBlank || file.trailing.length > 8) {
    reasons.push(reason('file.trailing-bytes', String(file.trailing.length)));
  }
  const signatures = judgeAll(file, declared, { trust, nowMs });
  return {
    verdict: worst([verdictOfReasons(reasons), ...signatures.map(({ verdict }) => verdict)]),
    revisions,
    signatures,
    reasons,
  };
}

function judgeAll(
  file: PdfFile,
  declared: readonly DeclaredSignature[],
  { trust, nowMs }: VerifyOptions,
): readonly SignatureReport[] {
  const ranges = declared.map((signature) => checkByteRange(file, signature));
  const overlapping = overlappingGaps(ranges.map(({ range }) => range));
  const fromFile = validationData(file);
  const judged = declared.map((signature, i) => {
    const found = ranges[i] ?? { range: undefined, reasons: [] };
    const extra = overlapping.has(i) ? [reason('range.overlap')] : [];
    const ranged = { ...found, reasons: [...found.reasons, ...extra] };
    return judgeSignature(file, { signature, ranged, trust, fromFile, nowMs });
  });
  const steps = stepsAfter(file, judged);
  const places = overlapReasons(
    file,
    declared.flatMap(({ fields }) => fields[0] ?? []),
  );
  return withLaterTimestamps(judged).map((one, i) => {
    const signature = declared[i];
    const changes = signature ? changesAfter(file, signature, { judged: one, steps }) : undefined;
    const place = places.get(one.report.field);
    const all = [...one.report.reasons, ...(changes?.reasons ?? []), ...(place ? [place] : [])];
    const report = {
      ...one.report,
      changes: changes?.changes ?? 'notPermitted',
      changedPlaces: unique(changes?.places ?? []),
      reasons: uniqueReasons(all),
    };
    return { ...report, verdict: verdictOf(report) };
  });
}

/** Differences by the index of the newer revision; only revisions after a signed one are compared, each once. */
function stepsAfter(
  file: PdfFile,
  judged: readonly JudgedSignature[],
): ReadonlyMap<number, readonly Difference[]> {
  const signed = judged.flatMap(({ revision }) => (revision === undefined ? [] : [revision]));
  const steps = new Map<number, readonly Difference[]>();
  const budget = newBudget();
  for (let newer = Math.min(...signed) + 1; newer < file.revisions.length; newer++) {
    steps.set(newer, compareRevisions(file, newer, budget));
  }
  return steps;
}

function changesAfter(
  file: PdfFile,
  signature: DeclaredSignature,
  context: {
    readonly judged: JudgedSignature;
    readonly steps: ReadonlyMap<number, readonly Difference[]>;
  },
): ChangesFinding | undefined {
  const { revision } = context.judged;
  // No revision ends where the signature does: what came after it cannot be told (V-3).
  if (revision === undefined) return undefined;
  const signedView = file.at(revision);
  const own = readPermissions(file.now, signature.dict);
  const permissions = { ...own, certification: certificationOf(signedView) ?? own.certification };
  const differences = [...context.steps].flatMap(([newer, step]) => (newer > revision ? step : []));
  return judgeChanges(differences, permissions);
}

/** A trusted document timestamp over a later revision proves the time of everything it covers (V-6). */
function withLaterTimestamps(judged: readonly JudgedSignature[]): readonly JudgedSignature[] {
  const stamps = judged.flatMap(({ report, revision }) =>
    report.kind === 'timestamp' &&
    report.integrity === 'intact' &&
    report.provenTime &&
    revision !== undefined
      ? [{ revision, at: report.provenTime }]
      : [],
  );
  return judged.map((one) => {
    const { report, revision } = one;
    if (report.kind === 'timestamp' || report.provenTime || revision === undefined) return one;
    const stamp = stamps
      .filter((candidate) => candidate.revision > revision)
      .toSorted((a, b) => (a.at < b.at ? -1 : 1))[0];
    return stamp ? one.rejudge(Date.parse(stamp.at)) : one;
  });
}

/** Certificates, revocation lists and OCSP answers of the document's security store. */
function validationData(file: PdfFile): FileMaterial {
  const { now } = file;
  const store = dictOf(now.get(catalogOf(now), 'DSS'));
  const streams = (key: string): readonly Uint8Array[] => {
    const list = now.get(store, key);
    return (isKind(list, 'array') ? list.items : []).slice(0, 1000).flatMap((item) => {
      const stream = now.resolve(item);
      if (!isKind(stream, 'stream')) return [];
      const data = readingPdf(() => file.decode(stream, now));
      return data.ok ? [data.value] : [];
    });
  };
  return {
    certificates: streams('Certs').flatMap((der) => parseCertificate(der) ?? []),
    crls: streams('CRLs').flatMap((der) => parseCrl(der) ?? []),
    ocsps: streams('OCSPs').flatMap((der) => parseOcsp(der) ?? []),
  };
}

const unique = (texts: readonly string[]): readonly string[] => [...new Set(texts)];

function uniqueReasons(reasons: readonly Reason[]): readonly Reason[] {
  const seen = new Set<string>();
  return reasons.filter(({ code, where }) => {
    const key = `${code} ${where ?? ''}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
