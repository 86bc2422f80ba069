import { z } from 'zod';

/**
 * Everything that main and a token process may say to each other. No path and no free command crosses: the driver's
 * path is given once, when the process starts. Each side parses what it receives; what does not fit is refused.
 */

/** DER of signed attributes is a few hundred bytes; a longer message is not ours. */
const MAX_DATA_BYTES = 65_536;

const Bytes: z.ZodType<Uint8Array> = z.instanceof(Uint8Array);
const PinState = z.enum(['ok', 'countLow', 'finalTry', 'locked', 'toBeChanged', 'notInitialised']);

/** Pairs an answer with its request; never used twice in the life of a process. */
const id = z.int().nonnegative();

export const TokenRequest = z.discriminatedUnion('ask', [
  z.strictObject({ id, ask: z.literal('list') }),
  z.strictObject({
    id,
    ask: z.literal('open'),
    serial: z.string().max(64),
    /** SHA-256 of the certificate that the user chose, lower-case hexadecimal. */
    thumbprint: z.string().regex(/^[0-9a-f]{64}$/),
    /** The only message that ever carries a PIN (K-10). */
    pin: z.union([Bytes, z.literal('onDevice')]),
  }),
  z.strictObject({
    id,
    ask: z.literal('sign'),
    data: Bytes.refine((bytes) => bytes.length <= MAX_DATA_BYTES),
    hash: z.enum(['SHA-256', 'SHA-384', 'SHA-512']),
  }),
  z.strictObject({ id, ask: z.literal('close') }),
]);
export type TokenRequest = z.infer<typeof TokenRequest>;

/** A failure as the driver's process tells it; main adds which driver it was. */
const DriverFailure = z.union([
  z.strictObject({ code: z.literal('token.driver-unusable') }),
  z.strictObject({
    code: z.enum([
      'token.not-present',
      'token.removed',
      'token.certificate-changed',
      'token.key-missing',
      'token.mechanism-missing',
      'token.busy',
      'token.pin-unusable',
      'token.pin-locked',
      'token.pin-to-be-changed',
      'token.cancelled',
      'token.session-over',
    ]),
  }),
  z.strictObject({ code: z.literal('token.pin-wrong'), pin: PinState }),
  z.strictObject({ code: z.literal('token.unknown'), ckr: z.string().max(64) }),
]);
export type DriverFailure = z.infer<typeof DriverFailure>;

/** A token as its driver shows it without login. */
const SeenToken = z.strictObject({
  label: z.string(),
  serial: z.string(),
  pin: PinState,
  pinLength: z.strictObject({ min: z.number(), max: z.number() }),
  typesPinOnDevice: z.boolean(),
  /** DER of every X.509 certificate, in the driver's order. */
  certificates: z.array(Bytes),
});
export type SeenToken = z.infer<typeof SeenToken>;

export const TokenAnswer = z.discriminatedUnion('answer', [
  /** The process runs and has touched no driver yet. */
  z.strictObject({ answer: z.literal('ready') }),
  z.strictObject({ id, answer: z.literal('listed'), tokens: z.array(SeenToken) }),
  z.strictObject({ id, answer: z.literal('opened') }),
  z.strictObject({ id, answer: z.literal('signed'), signature: Bytes }),
  z.strictObject({ id, answer: z.literal('closed') }),
  z.strictObject({ id, answer: z.literal('failed'), failure: DriverFailure }),
  /** The request was not one of the closed set. */
  z.strictObject({ id: id.optional(), answer: z.literal('refused') }),
]);
export type TokenAnswer = z.infer<typeof TokenAnswer>;
