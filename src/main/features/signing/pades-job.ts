import { equalBytes } from '@shared/kernel/bytes';
import { err, ok, type Result } from '@shared/kernel/result';
import { parseCertificate } from '@shared/pades/cms/certificate';
import { describePdf, type PdfDescription } from '@shared/pades/describe';
import { fieldNames } from '@shared/pades/field-names';
import { findPlaces } from '@shared/pades/find-places';
import { defaultPlaces } from '@shared/pades/places';
import { prepareFields } from '@shared/pades/prepare';
import { openPdf } from '@shared/pades/reader/pdf-file';
import {
  completeSignature,
  prepareSignature,
  type PendingSignature,
  type SignatureOptions,
} from '@shared/pades/signature';
import type { Trust, VerificationReport } from '@shared/domain/signing/verification-report';
import { signingCertificates } from '@shared/pades/verify/signing-certificates';
import { judgeTrust } from '@shared/pades/verify/trust';
import { trustFromPem } from '@shared/pades/verify/trust-material';
import { verifyPdf } from '@shared/pades/verify/verify-pdf';
import { nodePadesPlatform } from './node-pades-platform';

/** PEM blocks of anchors, intermediates and revocation lists, and the clock the judgement is made with. */
export interface JudgingWith {
  readonly trustPem: readonly string[];
  readonly nowMs: number;
}

/** What the PDF worker does; plain data in and out, so that it crosses a thread. */
export type PadesJob =
  | { readonly do: 'prepareFields'; readonly bytes: Uint8Array; readonly fonts: FontFiles }
  | { readonly do: 'describe'; readonly bytes: Uint8Array }
  | {
      readonly do: 'prepareSignature';
      readonly bytes: Uint8Array;
      readonly options: SignatureOptions;
    }
  | ({
      readonly do: 'completeSignature';
      /** The file as it was before this signature: the new one must start with it (S-5). */
      readonly before: Uint8Array;
      readonly pending: PendingSignature;
      readonly value: Uint8Array;
      readonly field: string;
    } & JudgingWith)
  | ({ readonly do: 'verify'; readonly bytes: Uint8Array } & JudgingWith)
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
    /** False when the draft has no marked places and the template's usual ones were taken. */
    readonly isFromMarks: boolean;
  };
  readonly describe: PdfDescription;
  readonly prepareSignature: {
    readonly pending: PendingSignature;
    readonly dataToSign: Uint8Array<ArrayBuffer>;
  };
  readonly completeSignature: { readonly bytes: Uint8Array<ArrayBuffer> };
  readonly verify: VerificationReport;
  /** DER of the certificates that the signatures of a file carry. */
  readonly listCertificates: readonly Uint8Array[];
  readonly judgeCertificate: { readonly trust: Trust };
}

export type PadesAnswer<J extends PadesJob> = Result<PadesAnswers[J['do']]>;

/** Does one job. Synchronous and possibly long: only ever called in the worker. */
export function doPadesJob(job: PadesJob): Result<PadesAnswers[PadesJob['do']]> {
  switch (job.do) {
    case 'prepareFields':
      return prepare(job.bytes, job.fonts);
    case 'describe':
      return describePdf(nodePadesPlatform, job.bytes);
    case 'prepareSignature':
      return prepareSignature(nodePadesPlatform, job.bytes, job.options);
    case 'completeSignature':
      return complete(job);
    case 'verify':
      return ok(judge(job.bytes, job));
    case 'listCertificates':
      return ok(signingCertificates(nodePadesPlatform, job.bytes).map(({ der }) => der));
    case 'judgeCertificate':
      return judgeCertificate(job);
  }
}

const judge = (bytes: Uint8Array, { trustPem, nowMs }: JudgingWith): VerificationReport =>
  verifyPdf(nodePadesPlatform, bytes, { trust: trustFromPem(trustPem).material, nowMs });

/** Adds the prepared fields where a template marked their places, else where NĐ 30/2020 puts them (S-9). */
function prepare(bytes: Uint8Array, fonts: FontFiles): Result<PadesAnswers['prepareFields']> {
  const opened = openPdf(nodePadesPlatform, bytes);
  if (!opened.ok) return opened;
  const marked = findPlaces(opened.value);
  const places = marked ?? defaultPlaces();
  const prepared = prepareFields(nodePadesPlatform, bytes, { places, fonts });
  return prepared.ok ? ok({ bytes: prepared.value, isFromMarks: marked !== undefined }) : prepared;
}

/**
 * Puts the value in, then reads the new file again as anyone would: it starts with the old one (S-5), every signature
 * in it is intact, and none of the earlier ones finds a change that it did not allow (S-7).
 */
function complete(
  job: Extract<PadesJob, { do: 'completeSignature' }>,
): Result<PadesAnswers['completeSignature']> {
  const completed = completeSignature(nodePadesPlatform, job.pending, job.value);
  if (!completed.ok) return completed;
  const bytes = completed.value;
  const report = judge(bytes, job);
  const isPrefix = equalBytes(bytes.subarray(0, job.before.length), job.before);
  const own = report.signatures.find(({ field }) => field === job.field);
  const areIntact = report.signatures.every(
    ({ integrity, changes }) => integrity === 'intact' && changes !== 'notPermitted',
  );
  const isSound = isPrefix && areIntact && own?.coversWholeFile === true;
  return isSound ? ok({ bytes }) : err({ code: 'signing.check-failed' });
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
