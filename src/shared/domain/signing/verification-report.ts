import { z } from 'zod';
import { isMissingRevocation, Reason } from './verification-reason';

/** Verdict of a document; the worst of its signatures wins (`signing-requirements.md` §4.1). */
export const Verdict = z.enum([
  'HOP_LE',
  'HOP_LE_CANH_BAO',
  'CHUA_XAC_DINH',
  'KHONG_HOP_LE',
  'KHONG_CO_CHU_KY',
]);
export type Verdict = z.infer<typeof Verdict>;

/** Of the covered bytes. */
export const Integrity = z.enum(['intact', 'broken', 'undecided']);
export type Integrity = z.infer<typeof Integrity>;

/** What came after the signature, worst class. */
export const Changes = z.enum(['none', 'maintenance', 'permitted', 'annotations', 'notPermitted']);
export type Changes = z.infer<typeof Changes>;

/** Of the signer's certificate at the proven time, else the claimed time. */
export const Trust = z.enum([
  'trusted',
  'untrusted',
  'expired',
  'revoked',
  'notYetValid',
  'unknown',
]);
export type Trust = z.infer<typeof Trust>;

const Instant = z.string();

export const SignerCertificate = z
  .object({
    commonName: z.string().nullable(),
    organization: z.string().nullable(),
    issuer: z.string().nullable(),
    serial: z.string(),
    notBefore: Instant,
    notAfter: Instant,
    /** SHA-256 of the DER, lower-case hexadecimal: what tokens are registered by (K-6). */
    thumbprint: z.string(),
  })
  .readonly();
export type SignerCertificate = z.infer<typeof SignerCertificate>;

export const SignatureReport = z
  .object({
    field: z.string(),
    kind: z.enum(['leader', 'organ', 'appendix', 'copy', 'timestamp', 'other']),
    verdict: Verdict,
    integrity: Integrity,
    changes: Changes,
    trust: Trust,
    /** ETSI EN 319 142-1 levels as far as the file shows them; `CMS` for the older sub-filters. */
    level: z.enum(['B-B', 'B-T', 'B-LT', 'CMS', 'timestamp']),
    /** Common name of the signer's certificate. */
    signer: z.string().nullable(),
    /** What the signer's computer said. */
    claimedTime: Instant.nullable(),
    /** What a trusted timestamp says. */
    provenTime: Instant.nullable(),
    reasons: z.array(Reason).readonly(),
    certificate: SignerCertificate.nullable(),
    reason: z.string().nullable(),
    location: z.string().nullable(),
    subFilter: z.string().nullable(),
    /** `RSA-2048 SHA-256`. */
    algorithm: z.string().nullable(),
    /** Revision that was signed, from 1; null when the range ends at none. */
    revision: z.int().nullable(),
    /** Bytes from the start of the file to the end of the covered range: the file as it was signed (V-15). */
    signedLength: z.int().nullable(),
    /** True when nothing follows the covered bytes. */
    coversWholeFile: z.boolean(),
    /** Date of the revocation data used for the signer, and where it came from. */
    revocation: z
      .object({
        thisUpdate: Instant,
        source: z.enum(['file', 'given']),
        kind: z.enum(['crl', 'ocsp']),
      })
      .readonly()
      .nullable(),
    /** Places in later revisions that changed: fields, pages, objects. */
    changedPlaces: z.array(z.string()).readonly(),
  })
  .readonly();
export type SignatureReport = z.infer<typeof SignatureReport>;

/** Nothing may be signed over a signature that is not: its bytes were changed, or what came after it was not allowed. */
export const isSound = ({ integrity, changes }: SignatureReport): boolean =>
  integrity === 'intact' && changes !== 'notPermitted';

export const VerificationReport = z
  .object({
    verdict: Verdict,
    /** Of the whole file, lower-case hexadecimal. */
    sha256: z.string(),
    size: z.int(),
    revisions: z.int(),
    /** The clock the verdict was made with. */
    checkedAt: Instant,
    signatures: z.array(SignatureReport).readonly(),
    reasons: z.array(Reason).readonly(),
  })
  .readonly();
export type VerificationReport = z.infer<typeof VerificationReport>;

/** Only data are missing: with a list, an answer or an issuer's certificate the verdict would be another (V-14). */
export const lacksData = ({ verdict, signatures }: VerificationReport): boolean =>
  verdict === 'CHUA_XAC_DINH' &&
  signatures.some(({ reasons }) =>
    reasons.some(({ code }) => isMissingRevocation(code) || code === 'chain.incomplete'),
  );

/** Revocation data count as fresh for so long, milliseconds: authorities publish daily. */
const FRESH_MS = 86_400_000;

/**
 * Where only the signer's computer says when it was signed, data of after that time decide nothing for ever: a revocation
 * since then would count (V-13).
 */
export const wantsFresherData = ({ signatures, checkedAt }: VerificationReport): boolean =>
  signatures.some(
    ({ trust, provenTime, revocation }) =>
      trust === 'trusted' &&
      provenTime === null &&
      revocation !== null &&
      Date.parse(checkedAt) - Date.parse(revocation.thisUpdate) > FRESH_MS,
  );

/** Date of the oldest revocation data that a report rests on, or would need newer; null when it rests on none. */
export const dataDateOf = ({ signatures }: VerificationReport): string | null =>
  signatures
    .flatMap(({ revocation, reasons }) => [
      ...(revocation ? [revocation.thisUpdate] : []),
      ...reasons.flatMap(({ code, where }) =>
        code === 'revocation.too-old' && where !== undefined ? [where] : [],
      ),
    ])
    .toSorted()[0] ?? null;

/** What was said of a file once: when, and by data of which date. */
export const GivenVerdict = z
  .object({ verdict: Verdict, at: Instant, dataDate: Instant.nullable() })
  .readonly();
export type GivenVerdict = z.infer<typeof GivenVerdict>;

export const givenBy = (report: VerificationReport): GivenVerdict => ({
  verdict: report.verdict,
  at: report.checkedAt,
  dataDate: dataDateOf(report),
});

/** The same word by data of the same date, whenever it was said. */
export const isSameWord = (one: GivenVerdict | undefined, other: GivenVerdict): boolean =>
  one?.verdict === other.verdict && one.dataDate === other.dataDate;

/** A verdict as this machine gives it, beside what it said before. */
export const CheckedReport = VerificationReport.unwrap()
  .extend({
    /** Newest first; empty for a file that never lacked data here. */
    earlier: z.array(GivenVerdict).readonly(),
    /** It is made again when there is a line. */
    isWaiting: z.boolean(),
  })
  .readonly();
export type CheckedReport = z.infer<typeof CheckedReport>;
