import { printedPlaceAndDate } from '@shared/domain/document/printed-date';
import { printNumber } from '@shared/domain/register/allocate-number';
import {
  isSoftwareKey,
  maySealFor,
  maySignAs,
  type SigningCertificate,
} from '@shared/domain/signing/signing-certificate';
import { SOFTWARE_KEY_REASON } from '@shared/domain/signing/software-keys';
import { isSound, type VerificationReport } from '@shared/domain/signing/verification-report';
import type { SignatureLevel, SigningIntent } from '@shared/ipc/signing-contract';
import type { FileHash } from '@shared/kernel/ids';
import { err, ok, type Result } from '@shared/kernel/result';
import type { SignatureAppearance } from '@shared/pades/appearance';
import { type CornerSignature } from '@shared/pades/corner-signature';
import { fieldNames } from '@shared/pades/field-names';
import type { PendingSignature, SignatureOptions } from '@shared/pades/signature';
import type { CheckedFile } from './pades-job';
import type { SigningDeps } from './signing-deps';
import { fieldOf, type SigningPaper } from './signing-paper';
import type { Stamper } from './stamper';
import type { TokenSession } from './token-port';

export interface OneSignature {
  readonly intent: SigningIntent;
  readonly document: SigningPaper;
  /** What a copy or an appendix carries in its corner; undefined for a document itself. */
  readonly corner: CornerSignature | undefined;
  /** The file as the window showed it: prepared, and named by its own bytes (S-19). */
  readonly shown: FileHash;
  readonly certificate: SigningCertificate;
  /** All registered certificates: the leader's must be among them before a seal (S-12). */
  readonly registered: readonly SigningCertificate[];
  /** DER: the signer's, then what else the token holds of its chain (S-1). */
  readonly chain: readonly Uint8Array[];
  readonly trustPem: readonly string[];
  readonly stamper: Stamper | undefined;
}

/** What one signature came to: a new file that is durable in the content store. */
export interface SignedFile {
  readonly sha256: FileHash;
  readonly sizeBytes: number;
  readonly level: SignatureLevel;
  /** What the new signature's timestamp says; null without one. */
  readonly tsaTime: string | null;
}

type OneDeps = Pick<SigningDeps, 'files' | 'pades' | 'clock' | 'fonts'>;

/** A file with room for one signature, and what the token is to sign. Nothing of it is on the disk. */
export interface PreparedFile {
  readonly one: OneSignature;
  readonly before: Uint8Array;
  readonly pending: PendingSignature;
  readonly dataToSign: Uint8Array<ArrayBuffer>;
  readonly judging: Judging;
}

/** Reads the new file again and keeps it: durable in the content store when it answers (S-7). */
export type KeepSigned = () => Promise<Result<SignedFile>>;

/**
 * One signature on one file: checks what stands before it, writes the increment, has the token sign, reads the whole
 * result again and only then keeps it (S-5, S-7, S-12). The old file stays what it was whatever happens.
 */
export async function signOne(
  deps: OneDeps,
  session: TokenSession,
  one: OneSignature,
): Promise<Result<SignedFile>> {
  const prepared = await prepareOne(deps, one);
  if (!prepared.ok) return prepared;
  const keep = await signPrepared(deps, session, prepared.value);
  return keep.ok ? keep.value() : keep;
}

/** All that comes before the token: it may be done while the token signs another file, and thrown away. */
export async function prepareOne(deps: OneDeps, one: OneSignature): Promise<Result<PreparedFile>> {
  const read = await deps.files.read(one.shown);
  if (!read.ok) return read;
  const nowMs = deps.clock.nowMs();
  const judging = { trustPem: one.trustPem, nowMs };
  const gate = await checkEarlier(deps, read.value, one, judging);
  if (!gate.ok) return gate;
  const before = await withTimestamp(deps, read.value, { ...one, judging, report: gate.value });
  const prepared = await deps.pades.run({
    do: 'prepareSignature',
    bytes: before,
    options: {
      field: fieldOf(one.intent),
      ...optionsOf(one),
      signedAtMs: nowMs,
      planTimestamp: one.stamper !== undefined,
    },
    ...(one.corner
      ? { corner: { signature: one.corner, fontFile: (await deps.fonts()).upright } }
      : {}),
  });
  return prepared.ok ? ok({ one, before, judging, ...prepared.value }) : prepared;
}

/**
 * Asks the token. What is left to do for this file needs the token no more; reading it again begins at once, because
 * nothing of that is on the disk.
 */
export async function signPrepared(
  deps: OneDeps,
  session: TokenSession,
  prepared: PreparedFile,
): Promise<Result<KeepSigned>> {
  const value = await session.sign(prepared.dataToSign, 'SHA-256');
  if (!value.ok) return value;
  const checking = completeSigned(deps, prepared, value.value);
  // Whoever keeps the file meets the defect; until then it must not end the program.
  checking.catch(() => undefined);
  return ok(() => keepSigned(deps, checking));
}

/** The file with its signature, read again (S-7). Takes the prepared file: there is one signature in it. */
async function completeSigned(
  deps: OneDeps,
  { one, before, pending, judging }: PreparedFile,
  value: Uint8Array,
): Promise<Result<CheckedFile>> {
  const job = {
    do: 'completeSignature',
    before,
    pending,
    value,
    timestamp: await one.stamper?.stamp(value),
    field: fieldOf(one.intent),
    ...judging,
  } as const;
  const completed = await deps.pades.run(job, [before, pending.bytes]);
  if (!completed.ok) return completed;
  const { tsaTime } = completed.value;
  return ok({ ...(await withValidation(deps, completed.value, { ...one, judging })), tsaTime });
}

async function keepSigned(
  { files }: Pick<OneDeps, 'files'>,
  checking: Promise<Result<CheckedFile>>,
): Promise<Result<SignedFile>> {
  const checked = await checking;
  if (!checked.ok) return checked;
  const { bytes, level, tsaTime } = checked.value;
  const kept = await files.put(bytes);
  return kept.ok ? ok({ sha256: kept.value, sizeBytes: bytes.length, level, tsaTime }) : kept;
}

/** A file that an earlier run made is judged as if it were made now: meanwhile a certificate may be gone (S-12, T-10). */
export const judgeMade = (
  deps: Pick<SigningDeps, 'pades' | 'clock' | 'files'>,
  bytes: Uint8Array,
  one: OneSignature,
): Promise<Result<unknown>> => {
  const judging = { trustPem: one.trustPem, nowMs: deps.clock.nowMs(), isMade: true };
  return checkEarlier(deps, bytes, one, judging);
};

type Judging = {
  readonly trustPem: readonly string[];
  readonly nowMs: number;
  /** The file has this very signature already. */
  readonly isMade?: boolean;
};

/** Nothing is signed over a broken signature, and nothing is sealed without the leader's (VB026, S-12, S-18). */
async function checkEarlier(
  deps: Pick<SigningDeps, 'pades' | 'files'>,
  bytes: Uint8Array,
  one: OneSignature,
  judging: Judging,
): Promise<Result<VerificationReport>> {
  const { intent, document, registered } = one;
  const { trustPem, nowMs, isMade = false } = judging;
  const report = await deps.pades.run({ do: 'verify', bytes, trustPem, nowMs });
  if (!report.ok) return report;
  const { signatures } = report.value;
  if (!signatures.every(isSound)) return err({ code: 'signing.signatures-not-understood' });
  if (intent === 'leader') return report;
  if (intent !== 'seal') {
    if (!isMade && signatures.some(({ kind }) => kind === 'copy' || kind === 'appendix'))
      return err({ code: 'signing.copy-signed' });
    const belongs = await checkMain(deps, one, judging);
    return belongs.ok ? report : belongs;
  }
  const leader = signatures.find(({ kind }) => kind === 'leader');
  const recorded = document.reviews.findLast(({ kind }) => kind === 'kyBanHanh');
  const isLeaders = registered.some(
    (one) =>
      one.thumbprint === leader?.certificate?.thumbprint && maySignAs(one, document.signerUserId),
  );
  if (!leader || !isLeaders || recorded?.fileSha256 !== document.finalPdf?.sha256) {
    return err({ code: 'signing.leader-signature-missing' });
  }
  if (leader.trust === 'revoked') return err({ code: 'signing.certificate-revoked' });
  // Without revocation data the trust is unknown, never bad: a seal made without a line is checked before dispatch.
  const isTrusted = leader.trust === 'trusted' || leader.trust === 'unknown';
  return isTrusted ? report : err({ code: 'signing.leader-signature-missing' });
}

/** An appendix belongs to a document that carries the organ's sound signature now (van-ban.md §3.5). */
async function checkMain(
  { pades, files }: Pick<SigningDeps, 'pades' | 'files'>,
  { document: { mainPdf, organId }, registered }: OneSignature,
  judging: Judging,
): Promise<Result<void>> {
  if (mainPdf === null) return ok(undefined);
  const read = await files.read(mainPdf.sha256);
  if (!read.ok) return read;
  const report = await pades.run({ do: 'verify', bytes: read.value, ...judging });
  if (!report.ok) return report;
  const { signatures } = report.value;
  const seal = signatures.find(({ kind }) => kind === 'organ');
  const isOrgans = registered.some(
    (one) => one.thumbprint === seal?.certificate?.thumbprint && maySealFor(one, organId),
  );
  if (!seal || !isOrgans || !signatures.every(isSound))
    return err({ code: 'signing.seal-missing' });
  if (seal.trust === 'revoked') return err({ code: 'signing.certificate-revoked' });
  const isTrusted = seal.trust === 'trusted' || seal.trust === 'unknown';
  return isTrusted ? ok(undefined) : err({ code: 'signing.seal-missing' });
}

type Step = Pick<OneSignature, 'intent' | 'stamper'> & { readonly judging: Judging };

/**
 * A leader who signed without a line gets the time proven inside the seal's act, before number and seal (S-15): it is the
 * next act that makes a version of the file, and the last one. Without a timestamp the seal goes on all the same.
 */
async function withTimestamp(
  { pades }: Pick<SigningDeps, 'pades'>,
  bytes: Uint8Array,
  { intent, stamper, judging, report }: Step & { readonly report: VerificationReport },
): Promise<Uint8Array> {
  const isProven = report.signatures.every(({ provenTime }) => provenTime !== null);
  if (intent === 'leader' || !stamper || isProven) return bytes;
  const prepared = await pades.run({ do: 'prepareTimestamp', bytes });
  if (!prepared.ok) return bytes;
  const { pending, stamped } = prepared.value;
  const token = await stamper.stamp(stamped);
  if (!token) return bytes;
  const completed = await pades.run({
    do: 'completeTimestamp',
    before: bytes,
    pending,
    token,
    ...judging,
  });
  return completed.ok ? completed.value.bytes : bytes;
}

/** After the seal, what both signatures are judged with years later (S-16); a file whose times are proven, or none. */
async function withValidation(
  { pades }: Pick<SigningDeps, 'pades'>,
  file: CheckedFile,
  { intent, judging }: Step,
): Promise<CheckedFile> {
  if (intent === 'leader' || file.level === 'B-B') return file;
  const added = await pades.run({ do: 'addValidation', bytes: file.bytes, ...judging });
  return added.ok ? added.value : file;
}

function optionsOf({
  intent,
  document,
  certificate,
  chain,
}: OneSignature): Omit<SignatureOptions, 'field' | 'signedAtMs'> {
  const common = {
    certificates: chain,
    location: document.place,
    ...(isSoftwareKey(certificate) ? { reason: SOFTWARE_KEY_REASON } : {}),
    appearance: appearanceOf(intent, certificate),
  };
  if (intent !== 'seal' || document.codeNumber === null || document.issuedDate === null)
    return common;
  return {
    ...common,
    fill: {
      number: printNumber(document.codeNumber),
      date: printedPlaceAndDate(document.place, document.issuedDate),
    },
  };
}

function appearanceOf(intent: SigningIntent, { picture }: SigningCertificate): SignatureAppearance {
  if (!picture || intent === 'copy' || intent === 'appendix') return { kind: 'none' };
  const png = new Uint8Array(Buffer.from(picture.png, 'base64'));
  return intent === 'leader'
    ? { kind: 'handwriting', png, widthMm: picture.widthMm }
    : { kind: 'seal', png, sizeMm: picture.widthMm, over: fieldNames.leader };
}
