import { z } from 'zod';
import { Office, Organ } from '../domain/organ/organ';
import { User } from '../domain/organ/user';
import { DeviceId, OfficeId, UserId } from '../kernel/ids';

const Base64 = z
  .string()
  .regex(/^[A-Za-z0-9+/]+={0,2}$/)
  .max(4096);

/** `GET /health`: who answers. Needs no token. */
export const Health = z
  .object({
    product: z.literal('tram-cong-vu'),
    version: z.string(),
    proto: z.int().positive(),
    timeline: z.uuid(),
    serverTime: z.number(),
    ready: z.boolean(),
    /** A hub of an office (§20), which decides nothing. */
    relay: z.literal(true).optional(),
  })
  .readonly();
export type Health = z.infer<typeof Health>;

/** `POST /devices/enrol`: a single-use activation code turns a new installation into a device of one office. */
export const EnrolRequest = z
  .object({
    code: z.string().min(8).max(64),
    deviceName: z.string().min(1).max(100),
    /** Ed25519 public key of the device, SPKI DER in base64. */
    devicePublicKey: Base64,
  })
  .readonly();
export type EnrolRequest = z.infer<typeof EnrolRequest>;

export const EnrolReply = z
  .object({
    deviceId: DeviceId,
    inc: z.int().positive(),
    office: Office,
    ticket: z.string(),
    timeline: z.uuid(),
    /** Ed25519 public key of the province, SPKI DER in base64: orders are its own only with a signature by it. */
    provinceKey: Base64,
    serverTime: z.number(),
  })
  .readonly();
export type EnrolReply = z.infer<typeof EnrolReply>;

/** `POST /session/challenge` `{deviceId}`: a nonce that lives two minutes and that device and user keys sign. */
export const ChallengeRequest = z.object({ deviceId: DeviceId }).readonly();
export const ChallengeReply = z
  .object({ nonce: z.string().max(1024), serverTime: z.number() })
  .readonly();

/**
 * `POST /session/password`: the only request that carries a password. `deviceProof` = Ed25519 by the device key over
 * `proofBytes('password', nonce, login)`; `opPublicKey` becomes the user's operation key on this device.
 */
export const PasswordRequest = z
  .object({
    deviceId: DeviceId,
    nonce: z.string().max(1024),
    deviceProof: Base64,
    login: z.string().min(1).max(64),
    password: z.string().min(1).max(256),
    opPublicKey: Base64,
  })
  .readonly();
export type PasswordRequest = z.infer<typeof PasswordRequest>;

export const SessionReply = z
  .object({
    user: User,
    office: Office,
    organs: z.array(Organ).readonly(),
    accessToken: z.string(),
    /** Seconds. */
    expiresIn: z.int().positive(),
    /** Days this user may sign in on this device without a line, from now. */
    offlineDays: z.int().nonnegative(),
    serverTime: z.number(),
  })
  .readonly();
export type SessionReply = z.infer<typeof SessionReply>;

/**
 * `POST /session/renew`: a new access token without the password. With `user`, `userProof` is Ed25519 by that user's
 * operation key over `proofBytes('renew', nonce, userId)` and the token may pull; without, it may only push.
 */
export const RenewRequest = z
  .object({
    deviceId: DeviceId,
    nonce: z.string().max(1024),
    deviceProof: Base64,
    user: z.object({ userId: UserId, userProof: Base64 }).readonly().nullable(),
  })
  .readonly();
export type RenewRequest = z.infer<typeof RenewRequest>;

export const RenewReply = z
  .object({
    accessToken: z.string(),
    expiresIn: z.int().positive(),
    user: User.nullable(),
    officeId: OfficeId,
    serverTime: z.number(),
  })
  .readonly();
export type RenewReply = z.infer<typeof RenewReply>;

/**
 * `POST /session/wipe`: what a machine asks that was told to be disabled. `deviceProof` is over
 * `proofBytes('wipe', nonce, deviceId)`.
 */
export const WipeRequest = z
  .object({ deviceId: DeviceId, nonce: z.string().max(1024), deviceProof: Base64 })
  .readonly();
export type WipeRequest = z.infer<typeof WipeRequest>;

/** Removes everything that the machine holds (sync §7.2); work that never left it stays under `keepKey`. */
export const WipeOrder = z
  .object({
    deviceId: DeviceId,
    /** Milliseconds since the epoch by the server's clock. */
    orderedAt: z.number(),
    /** Passphrase of the file with unsent work; nothing on the machine keeps it, and the province can tell it again. */
    keepKey: z.string().min(16).max(128),
    /** Ed25519 by the province over `wipeText`, hex. */
    sig: z.string().regex(/^[0-9a-f]{128}$/),
  })
  .readonly();
export type WipeOrder = z.infer<typeof WipeOrder>;
export const WipeReply = z.object({ order: WipeOrder.nullable() }).readonly();
export type WipeReply = z.infer<typeof WipeReply>;

/** What the province signs of an order. */
export const wipeText = ({ deviceId, orderedAt, keepKey }: Omit<WipeOrder, 'sig'>): string =>
  `tram-cong-vu wipe order ${deviceId} ${orderedAt} ${keepKey}`;

/** What the proofs sign: one line of text, so that no proof of one purpose serves another. */
export const proofText = (
  purpose: 'password' | 'renew' | 'enrolAgain' | 'wipe',
  nonce: string,
  subject: string,
): string => `tram-cong-vu ${purpose} ${nonce} ${subject}`;
