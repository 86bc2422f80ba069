import { z } from 'zod';

/**
 * Everything that main and a token process may say to each other. No path and no free command crosses: the driver's
 * path is given once, when the process starts. Each side parses what it receives; what does not fit is refused.
 */

/** DER of signed attributes is a few hundred bytes; a longer message is not ours. */
const MAX_DATA_BYTES = 65_536;
/** Largest `.p12` that is looked at: a key and a chain of a dozen certificates are a tenth of it. */
export const MAX_P12_BYTES = 1_048_576;
/** Longest password of one. */
const MAX_SECRET_BYTES = 1024;

const Bytes: z.ZodType<Uint8Array> = z.instanceof(Uint8Array);
const PinState = z.enum(['ok', 'countLow', 'finalTry', 'locked', 'toBeChanged', 'notInitialised']);

/** Pairs an answer with its request; never used twice in the life of a process. */
const id = z.int().nonnegative();

/** SHA-256 of the certificate that the user chose, lower-case hexadecimal. */
const thumbprint = z.string().regex(/^[0-9a-f]{64}$/);

const Secret = Bytes.refine((bytes) => bytes.length <= MAX_SECRET_BYTES);

export const TokenRequest = z.discriminatedUnion('ask', [
  z.strictObject({ id, ask: z.literal('list') }),
  z.strictObject({
    id,
    ask: z.literal('open'),
    serial: z.string().max(64),
    thumbprint,
    /** Only this message carries a token's PIN (K-10). */
    pin: z.union([Bytes, z.literal('onDevice')]),
  }),
  z.strictObject({
    id,
    ask: z.literal('sign'),
    data: Bytes.refine((bytes) => bytes.length <= MAX_DATA_BYTES),
    hash: z.enum(['SHA-256', 'SHA-384', 'SHA-512']),
  }),
  z.strictObject({ id, ask: z.literal('close') }),
  /** Of the process of software keys alone: a `.p12` is kept under a PIN of its own. */
  z.strictObject({
    id,
    ask: z.literal('importKey'),
    file: Bytes.refine((bytes) => bytes.length <= MAX_P12_BYTES),
    /** UTF-8, as typed. */
    password: Secret,
    pin: Secret,
  }),
  z.strictObject({ id, ask: z.literal('changePin'), thumbprint, pin: Secret, newPin: Secret }),
]);
export type TokenRequest = z.infer<typeof TokenRequest>;

/** Bytes of a request that must not outlive it (K-10). */
export function secretsOf(request: TokenRequest): readonly Uint8Array[] {
  switch (request.ask) {
    case 'open':
      return request.pin === 'onDevice' ? [] : [request.pin];
    case 'importKey':
      return [request.file, request.password, request.pin];
    case 'changePin':
      return [request.pin, request.newPin];
    case 'list':
    case 'sign':
    case 'close':
      return [];
  }
}

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
      'softwareKey.file-unusable',
      'softwareKey.password-wrong',
      'softwareKey.key-missing',
      'softwareKey.several-keys',
      'softwareKey.key-weak',
      'softwareKey.paused',
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
  z.strictObject({ id, answer: z.literal('imported'), thumbprint }),
  z.strictObject({ id, answer: z.literal('pinChanged') }),
  z.strictObject({ id, answer: z.literal('failed'), failure: DriverFailure }),
  /** The request was not one of the closed set. */
  z.strictObject({ id: id.optional(), answer: z.literal('refused') }),
]);
export type TokenAnswer = z.infer<typeof TokenAnswer>;
