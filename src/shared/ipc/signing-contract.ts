import { z } from 'zod';
import { GateFinding } from '../domain/signing/gate-finding';
import { PreparedField } from '../domain/signing/prepared-field';
import { Thumbprint } from '../domain/signing/signing-certificate';
import { isErrorCode } from '../errors/catalogue';
import { FileHash } from '../kernel/ids';
import type { Result } from '../kernel/result';
import { call, type CallSpec } from './call';
import type { SigningChannel, SigningEventName } from './signing-channels';

/** The leader signs; văn thư numbers, dates and seals, and signs copies and separate appendices for the organ (S-9). */
export const SigningIntent = z.enum(['leader', 'seal', 'copy', 'appendix']);
export type SigningIntent = z.infer<typeof SigningIntent>;

const FailureCode = z.string().max(64).refine(isErrorCode);

/** ETSI EN 319 142-1: without a timestamp, with one, with everything to judge it by for ever. */
export const SignatureLevel = z.enum(['B-B', 'B-T', 'B-LT']);
export type SignatureLevel = z.infer<typeof SignatureLevel>;

/** A document in the signing window. */
export const SigningItem = z
  .object({
    documentId: z.uuid(),
    /** Type and subject. */
    title: z.string(),
    /** Whose signature it carries or will carry. */
    signerName: z.string(),
    signerPosition: z.string(),
    /** What the seal's increment writes; null while the leader signs. */
    codeDisplay: z.string().nullable(),
    issuedDate: z.string().nullable(),
    state: z.enum(['waiting', 'signing', 'signed', 'failed', 'returned']),
    failure: FailureCode.nullable(),
    /** Of the weakest signature of the file, once it was signed here (S-15). */
    level: SignatureLevel.nullable(),
    /** Its last page was shown in this window (S-17). */
    isOpened: z.boolean(),
    /** What speaks against signing it (S-18); null until main has looked into the file. */
    findings: z.array(GateFinding).readonly().nullable(),
  })
  .readonly();
export type SigningItem = z.infer<typeof SigningItem>;

export const SigningJob = z
  .object({
    /** Another one each time the window is opened for documents: no tick outlives it. */
    round: z.int().positive(),
    intent: SigningIntent,
    /** Who is signed in and will be named in the record. */
    personName: z.string(),
    organName: z.string(),
    items: z.array(SigningItem).readonly(),
    phase: z.enum(['reading', 'signing', 'done']),
    /** Without a line nobody else vouches for the clock: the person confirms it once (corrections.md item 10). */
    asksForTime: z.boolean(),
    /** A timestamping authority is set on this machine. */
    asksForTimestamps: z.boolean(),
    /** Instant by this machine's clock. */
    now: z.string(),
  })
  .readonly();
export type SigningJob = z.infer<typeof SigningJob>;

/** The very bytes that will be signed, by their hash, and where the fields lie. */
export const OpenedDocument = z
  .object({
    sha256: FileHash,
    sizeBytes: z.int().positive(),
    pageCount: z.int().positive(),
    fields: z.array(PreparedField).readonly(),
  })
  .readonly();
export type OpenedDocument = z.infer<typeof OpenedDocument>;

/** A certificate on a token that is plugged in, listed before any login (K-5). */
export const OfferedCertificate = z
  .object({
    thumbprint: Thumbprint,
    holderName: z.string(),
    organization: z.string().nullable(),
    issuerName: z.string().nullable(),
    /** Instants. */
    notBefore: z.string(),
    notAfter: z.string(),
    tokenLabel: z.string(),
    /** Null when it may sign here; else why not. */
    refusal: FailureCode.nullable(),
    pin: z.enum(['ok', 'countLow', 'finalTry', 'locked', 'toBeChanged', 'notInitialised']),
    failedLogins: z.int().nonnegative(),
    pinLength: z.object({ min: z.int(), max: z.int() }).readonly(),
    typesPinOnDevice: z.boolean(),
  })
  .readonly();
export type OfferedCertificate = z.infer<typeof OfferedCertificate>;

/** One signature that is no document's: to try the token, or to ask that its certificate be registered (K-6, K-17). */
export const ProofJob = z
  .object({
    purpose: z.enum(['bind', 'tryOut']),
    /** The person or the organ that the certificate is to be registered for. */
    ownerName: z.string(),
    /** Null while it is not plugged in. */
    certificate: OfferedCertificate.nullable(),
    phase: z.enum(['waiting', 'signing', 'done']),
  })
  .readonly();
export type ProofJob = z.infer<typeof ProofJob>;

/** A software key is taken in, or gets another PIN: secrets are typed in this window alone. */
export const KeyJob = z
  .object({
    purpose: z.enum(['import', 'changePin']),
    /** The file's name, or the holder's. */
    name: z.string(),
    pinLength: z.object({ min: z.int(), max: z.int() }).readonly(),
    phase: z.enum(['waiting', 'working', 'done']),
  })
  .readonly();
export type KeyJob = z.infer<typeof KeyJob>;

/** At most this long: a longer PIN is no PIN, and bytes from a window have a limit. */
const MAX_PIN_BYTES = 128;
const PinBytes = z.instanceof(Uint8Array).refine((pin) => pin.length <= MAX_PIN_BYTES);
const Pin = z.union([z.literal('onDevice'), PinBytes]);

export const signingContract = {
  'signing.describe': call(z.undefined(), SigningJob),
  'signing.openDocument': call(z.object({ documentId: z.uuid() }).readonly(), OpenedDocument),
  /** A page was drawn and in view; the last one makes the document read (S-17). */
  'signing.pageShown': call(
    z.object({ documentId: z.uuid(), page: z.int().positive() }).readonly(),
    z.undefined(),
  ),
  'signing.listCertificates': call(
    z.undefined(),
    z
      .object({
        certificates: z.array(OfferedCertificate).readonly(),
        /** Codes of what stands in the way: no driver, a driver that crashed. */
        troubles: z.array(FailureCode).readonly(),
      })
      .readonly(),
  ),
  /** One press of the button is at most one login (K-8). The answer comes when the batch is over or was stopped. */
  'signing.sign': call(
    z
      .strictObject({
        thumbprint: Thumbprint,
        pin: Pin,
        documentIds: z.array(z.uuid()).min(1).max(200).readonly(),
        /** Ticked explicitly although they were not opened (S-17). */
        unreadIds: z.array(z.uuid()).max(200).readonly(),
        /** Ticked although the gate warns of something in them (S-18). */
        acceptedIds: z.array(z.uuid()).max(200).readonly(),
        isTimeConfirmed: z.boolean(),
      })
      .readonly(),
    z.object({ signed: z.int().nonnegative() }).readonly(),
  ),
  /** Takes a document out of the batch that is being signed, before its turn. */
  'signing.skip': call(z.object({ documentId: z.uuid() }).readonly(), z.undefined()),
  /** Sends a document back to its drafter; no token is asked. */
  'signing.returnDocument': call(
    z.object({ documentId: z.uuid(), reason: z.string().trim().min(3).max(2000) }).readonly(),
    z.undefined(),
  ),
  /** Null while the window is open for documents. */
  'signing.describeProof': call(z.undefined(), ProofJob.nullable()),
  /** One press is at most one login (K-8). */
  'signing.prove': call(z.strictObject({ pin: Pin }).readonly(), z.undefined()),
  /** Null while the window is open for something else. */
  'signing.describeKeyWork': call(z.undefined(), KeyJob.nullable()),
  /** One press is at most one try of a password or PIN (K-8). */
  'signing.doKeyWork': call(
    z
      .strictObject({
        /** The file's password, UTF-8, or the PIN until now. */
        secret: z.instanceof(Uint8Array).refine((bytes) => bytes.length <= 1024),
        newPin: PinBytes,
      })
      .readonly(),
    z.undefined(),
  ),
  /** After the document at hand; what is left is signed with a new press and a new PIN. */
  'signing.stop': call(z.undefined(), z.undefined()),
  'signing.close': call(z.undefined(), z.undefined()),
} satisfies Record<SigningChannel, CallSpec<z.ZodType, z.ZodType>>;

export type SigningInput<C extends SigningChannel> = z.infer<(typeof signingContract)[C]['input']>;
export type SigningOutput<C extends SigningChannel> = z.infer<
  (typeof signingContract)[C]['output']
>;

/** What the signing window sees as `window.signing`. */
export interface SigningBridge {
  readonly call: <C extends SigningChannel>(
    channel: C,
    input: SigningInput<C>,
  ) => Promise<Result<SigningOutput<C>>>;
  /** Listens to an announcement; the answer stops listening. */
  readonly on: (event: SigningEventName, listener: () => void) => () => void;
}
