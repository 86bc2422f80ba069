import { err, ok, type Result } from '@shared/kernel/result';
import { parseCertificate } from '@shared/pades/cms/certificate';
import { describePdf, type PdfDescription } from '@shared/pades/describe';
import { fieldNames } from '@shared/pades/field-names';
import { choosePlaces, type PlacesGiven } from '@shared/pades/find-places';
import { prepareFields } from '@shared/pades/prepare';
import { cornerSignature, type CornerSignature } from '@shared/pades/corner-signature';
import { checkDigitised } from '@shared/pades/digitised';
import { openPdf } from '@shared/pades/reader/pdf-file';
import { readingPdf } from '@shared/pades/reader/problem';
import {
  completeSignature,
  prepareSignature,
  type PendingSignature,
  type SignatureOptions,
} from '@shared/pades/signature';
import type { PlacesOrigin } from '@shared/domain/signing/places-origin';
import { gateFinding, type GateFinding } from '@shared/domain/signing/gate-finding';
import { reasonEffects } from '@shared/domain/signing/verification-reason';
import {
  isSound,
  type Trust,
  type VerificationReport,
} from '@shared/domain/signing/verification-report';
import type { VisualPlan } from '@shared/domain/signing/visual-comparison';
import { scanDocument } from '@shared/pades/gate/scan-document';
import { planComparison } from '@shared/pades/visual/plan-comparison';
import { signingCertificates } from '@shared/pades/verify/signing-certificates';
import { judgeTrust, type TrustMaterial } from '@shared/pades/verify/trust';
import { trustFromPem } from '@shared/pades/verify/trust-material';
import { judgePdf, verifyPdf, type Judgement } from '@shared/pades/verify/verify-pdf';
import type { TimestampQuery } from '@shared/pades/cms/tsp';
import {
  completeDocumentTimestamp,
  prepareDocumentTimestamp,
} from '@shared/pades/document-timestamp';
import { addValidationData } from '@shared/pades/security-store';
import { coveredBytes, type OpenGap } from '@shared/pades/signature-gap';
import { collectValidation } from '@shared/pades/verify/collect-validation';
import { checkTimestampReply, type TimestampReply } from '@shared/pades/verify/timestamp';
import type { SignatureLevel } from '@shared/ipc/signing-contract';
import { nodePadesPlatform } from './node-pades-platform';

/** PEM blocks of anchors, intermediates and revocation lists, and the clock the judgement is made with. */
export interface JudgingWith {
  readonly trustPem: readonly string[];
  readonly nowMs: number;
}

/** What the PDF worker does; plain data in and out, so that it crosses a thread. */
export type PadesJob =
  | ({
      readonly do: 'prepareFields';
      readonly bytes: Uint8Array;
      readonly fonts: FontFiles;
    } & PlacesGiven)
  | { readonly do: 'describe'; readonly bytes: Uint8Array }
  | { readonly do: 'gate'; readonly bytes: Uint8Array }
  | { readonly do: 'checkDigitised'; readonly bytes: Uint8Array }
  | {
      readonly do: 'prepareSignature';
      readonly bytes: Uint8Array;
      readonly options: SignatureOptions;
      /** Takes the upper right corner of the first page instead of what `options` say of field and look. */
      readonly corner?: { readonly signature: CornerSignature; readonly fontFile: Uint8Array };
    }
  | ({
      readonly do: 'completeSignature';
      /** The file as it was before this signature: the new one must start with it (S-5). */
      readonly before: Uint8Array;
      readonly pending: PendingSignature;
      readonly value: Uint8Array;
      /** DER of a checked token over `value`. */
      readonly timestamp: Uint8Array | undefined;
      readonly field: string;
    } & JudgingWith)
  | ({
      readonly do: 'checkTimestamp';
      readonly reply: Uint8Array;
      readonly stamped: Uint8Array;
      readonly query: TimestampQuery;
    } & JudgingWith)
  | { readonly do: 'prepareTimestamp'; readonly bytes: Uint8Array }
  | ({
      readonly do: 'completeTimestamp';
      readonly before: Uint8Array;
      readonly pending: OpenGap;
      readonly token: Uint8Array;
    } & JudgingWith)
  | ({ readonly do: 'addValidation'; readonly bytes: Uint8Array } & JudgingWith)
  | ({ readonly do: 'verify'; readonly bytes: Uint8Array } & JudgingWith)
  | { readonly do: 'planComparison'; readonly bytes: Uint8Array }
  | { readonly do: 'listCertificates'; readonly bytes: Uint8Array }
  | ({
      readonly do: 'judgeCertificate';
      readonly der: Uint8Array;
      readonly others: readonly Uint8Array[];
    } & JudgingWith);

/** TrueType files that numbers and dates are written with. */
export interface FontFiles {
  readonly upright: Uint8Array;
  readonly italic: Uint8Array;
}

export interface PadesAnswers {
  readonly prepareFields: {
    readonly bytes: Uint8Array<ArrayBuffer>;
    readonly origin: PlacesOrigin;
    readonly fields: PdfDescription['fields'];
  };
  readonly describe: PdfDescription;
  /** What speaks against signing it (S-18). */
  readonly gate: readonly GateFinding[];
  /** What speaks against it as the digitised form of a paper (VB038). */
  readonly checkDigitised: readonly GateFinding[];
  readonly prepareSignature: {
    readonly pending: PendingSignature;
    readonly dataToSign: Uint8Array<ArrayBuffer>;
  };
  readonly completeSignature: CheckedFile;
  readonly checkTimestamp: TimestampReply;
  readonly prepareTimestamp: { readonly pending: OpenGap; readonly stamped: Uint8Array };
  readonly completeTimestamp: CheckedFile;
  /** The same bytes when data of a signer are missing. */
  readonly addValidation: CheckedFile;
  readonly verify: VerificationReport;
  /** What is to be drawn and compared (V-10). */
  readonly planComparison: VisualPlan;
  /** DER of the certificates that the signatures of a file carry. */
  readonly listCertificates: readonly Uint8Array[];
  readonly judgeCertificate: { readonly trust: Trust };
}

/** Worst first. */
const signatureLevels: readonly SignatureLevel[] = ['B-B', 'B-T', 'B-LT'];

/** A new file that was read again (S-7), and the lowest level among its signatures. */
export interface CheckedFile {
  readonly bytes: Uint8Array;
  readonly level: SignatureLevel;
  /** Proven time of the signature that this step made; null where it made none, or without a timestamp. */
  readonly tsaTime: string | null;
}

export type PadesAnswer<J extends PadesJob> = Result<PadesAnswers[J['do']]>;

/** Does one job. Synchronous and possibly long: only ever called in the worker. */
export function doPadesJob(job: PadesJob): Result<PadesAnswers[PadesJob['do']]> {
  switch (job.do) {
    case 'prepareFields':
      return prepareUnsigned(job.bytes, job.fonts, job);
    case 'describe':
      return describePdf(nodePadesPlatform, job.bytes);
    case 'gate':
      return gate(job.bytes);
    case 'checkDigitised':
      return checkDigitised(nodePadesPlatform, job.bytes);
    case 'prepareSignature':
      return prepareOne(job);
    case 'completeSignature':
      return completeAndJudge(job);
    case 'checkTimestamp':
      return ok(checkTimestampReply(nodePadesPlatform, { ...job, ...materialOf(job) }));
    case 'prepareTimestamp': {
      const pending = prepareDocumentTimestamp(nodePadesPlatform, job.bytes);
      return pending.ok
        ? ok({ pending: pending.value, stamped: coveredBytes(pending.value) })
        : pending;
    }
    case 'completeTimestamp': {
      const completed = completeDocumentTimestamp(job.pending, job.token);
      return completed.ok ? readAgain(job.before, completed.value, job) : completed;
    }
    case 'addValidation':
      return addValidation(job);
    case 'verify':
      return ok(verifyPdf(nodePadesPlatform, job.bytes, optionsOf(job)));
    case 'planComparison':
      return planComparison(
        nodePadesPlatform,
        job.bytes,
        judge(job.bytes, { trustPem: [], nowMs: 0 }).signatures,
      );
    case 'listCertificates':
      return ok(signingCertificates(nodePadesPlatform, job.bytes).map(({ der }) => der));
    case 'judgeCertificate':
      return judgeCertificate(job);
  }
}

/** The files that a job made; nothing of the worker's keeps them. */
export function newFilesOf(result: ReturnType<typeof doPadesJob>): readonly Uint8Array[] {
  if (!result.ok) return [];
  const { value } = result;
  if ('pending' in value) return [value.pending.bytes];
  return 'bytes' in value ? [value.bytes] : [];
}

let lastRead: { readonly pem: string; readonly material: TrustMaterial } | undefined;

/** Kept from one job to the next: a batch judges every file twice by the same lists, which take longer to read than it. */
function materialOf({ trustPem }: JudgingWith): { readonly material: TrustMaterial } {
  const pem = trustPem.join('\n');
  if (lastRead?.pem !== pem) lastRead = { pem, material: trustFromPem(trustPem).material };
  return lastRead;
}

const judge = (bytes: Uint8Array, job: JudgingWith): Judgement =>
  judgePdf(nodePadesPlatform, bytes, optionsOf(job));

const optionsOf = (job: JudgingWith) => ({ trust: materialOf(job).material, nowMs: job.nowMs });

/** Earlier signatures that do not verify, whoever made them and whatever the trust, and what else is found (S-18). */
function gate(bytes: Uint8Array): Result<PadesAnswers['gate']> {
  const { signatures, reasons } = judge(bytes, { trustPem: [], nowMs: 0 });
  const isBroken =
    signatures.some((signature) => !isSound(signature)) ||
    reasons.some(({ code }) => reasonEffects[code] === 'invalid');
  const scanned = scanDocument(nodePadesPlatform, bytes);
  if (!scanned.ok) return scanned;
  return ok([...(isBroken ? [gateFinding('earlier-signature')] : []), ...scanned.value]);
}

/** Adds the prepared fields where they belong in this draft (S-9). */
export function prepareUnsigned(
  bytes: Uint8Array,
  fonts: FontFiles,
  given?: PlacesGiven,
): Result<PadesAnswers['prepareFields']> {
  const opened = openPdf(nodePadesPlatform, bytes);
  if (!opened.ok) return opened;
  const chosen = readingPdf(() => choosePlaces(opened.value, given));
  if (!chosen.ok) return chosen;
  const { places, origin } = chosen.value;
  const prepared = prepareFields(nodePadesPlatform, bytes, { places, fonts });
  if (!prepared.ok) return prepared;
  const described = describePdf(nodePadesPlatform, prepared.value);
  return described.ok
    ? ok({ bytes: prepared.value, origin, fields: described.value.fields })
    : described;
}

function prepareOne({
  bytes,
  options,
  corner,
}: Extract<PadesJob, { do: 'prepareSignature' }>): Result<PadesAnswers['prepareSignature']> {
  if (!corner) return prepareSignature(nodePadesPlatform, bytes, options);
  const opened = openPdf(nodePadesPlatform, bytes);
  if (!opened.ok) return opened;
  const { signedAtMs } = options;
  const { fontFile, signature } = corner;
  const placed = readingPdf(() =>
    cornerSignature(opened.value, signature, { signedAtMs, fontFile }),
  );
  return placed.ok
    ? prepareSignature(nodePadesPlatform, bytes, { ...options, ...placed.value })
    : placed;
}

/** Puts the value in; the new signature must cover the whole file. */
export function completeAndJudge(
  job: Omit<Extract<PadesJob, { do: 'completeSignature' }>, 'do'>,
): Result<PadesAnswers['completeSignature']> {
  const completed = completeSignature(nodePadesPlatform, job.pending, job.value, job.timestamp);
  return completed.ok ? readAgain(job.before, completed.value, job) : completed;
}

/** What every signature of the file can be judged with, as far as it is at hand now (S-16). */
function addValidation(
  job: Extract<PadesJob, { do: 'addValidation' }>,
): Result<PadesAnswers['addValidation']> {
  const { nowMs } = job;
  const data = collectValidation(nodePadesPlatform, job.bytes, { ...materialOf(job), nowMs });
  const added = addValidationData(nodePadesPlatform, job.bytes, data ?? []);
  return added.ok ? readAgain(job.bytes, added.value, job) : added;
}

/**
 * Reads the new file again as anyone would: it starts with the old one (S-5), every signature in it is intact, none of
 * the earlier ones finds a change that it did not allow, and a signature of this step covers all of it (S-7).
 */
function readAgain(
  before: Uint8Array,
  bytes: Uint8Array,
  job: JudgingWith & { readonly field?: string },
): Result<CheckedFile> {
  const report = judge(bytes, job);
  const isPrefix = Buffer.compare(bytes.subarray(0, before.length), before) === 0;
  const own = report.signatures.find(({ field }) => field === job.field);
  const isWhole = job.field === undefined || own?.coversWholeFile === true;
  if (!isPrefix || !report.signatures.every(isSound) || !isWhole)
    return err({ code: 'signing.check-failed' });
  const levels = report.signatures.map(({ level }) => level);
  const level = signatureLevels.find((one) => levels.includes(one)) ?? 'B-B';
  return ok({ bytes, level, tsaTime: own?.provenTime ?? null });
}

/** Whether a certificate may be relied on now, before anything is signed with it. */
function judgeCertificate({
  der,
  others,
  trustPem,
  nowMs,
}: Extract<PadesJob, { do: 'judgeCertificate' }>): Result<PadesAnswers['judgeCertificate']> {
  const leaf = parseCertificate(der);
  if (!leaf) return err({ code: 'signing.certificate-unusable' });
  const { trust } = judgeTrust(nodePadesPlatform, {
    leaf,
    fromFile: {
      certificates: others.flatMap((one) => parseCertificate(one) ?? []),
      crls: [],
      ocsps: [],
    },
    material: trustFromPem(trustPem).material,
    at: nowMs,
    basis: 'now',
    now: nowMs,
    purpose: 'signing',
  });
  return ok({ trust });
}

/** Names the fields that make a file ready for the leader and for the seal. */
export const isPrepared = ({ fields }: PdfDescription): boolean =>
  [fieldNames.number, fieldNames.date, fieldNames.leader, fieldNames.organ].every((name) =>
    fields.some((field) => field.name === name),
  );
