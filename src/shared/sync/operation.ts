import { z } from 'zod';
import { utf8, type Sha256 } from '../kernel/bytes';
import { canonicalHash, canonicalJson, Json, JsonObject } from '../kernel/canonical-json';
import { DeviceId, FileHash, OfficeId, UserId, Uuid } from '../kernel/ids';
import { Role } from '../domain/organ/user';

/** Kinds of record that operations act on; the values are stored and exchanged. */
export const TargetType = z.enum([
  'incomingDocument',
  'outgoingDocument',
  'register',
  'registerEntry',
  'conflict',
  'delivery',
  'user',
  'office',
  'organ',
  'orgUnit',
  'agency',
  'signingCertificate',
  'dossier',
  'heldWork',
  'certifiedCopy',
]);
export type TargetType = z.infer<typeof TargetType>;

/** A change of single fields: `was` is what the user saw, so that the server can merge three ways (§4.1, §8). */
export const Patch = z
  .object({
    set: z.record(z.string().max(64), z.object({ was: Json, now: Json }).readonly()).optional(),
    add: z.record(z.string().max(64), z.array(Json).max(200).readonly()).optional(),
    remove: z.record(z.string().max(64), z.array(Json).max(200).readonly()).optional(),
    /** Of each set that elements are removed from: the additions of them that the author saw (`additionsSeen`). */
    seen: z.record(z.string().max(64), z.array(z.string().max(64)).max(2000).readonly()).optional(),
    append: z.record(z.string().max(64), z.array(JsonObject).max(200).readonly()).optional(),
    /** Open conflict records whose two values the author knew when changing the field again (§8). */
    settles: z.array(Uuid).max(50).readonly().optional(),
    /** Why a registered document is corrected, as its history shows it (van-ban.md §9.4). */
    reason: z.string().max(500).optional(),
  })
  .readonly();
export type Patch = z.infer<typeof Patch>;

/** Evidence of the workstation's clock; it orders nothing (I-17). */
export const OpTime = z
  .object({
    /** Milliseconds since the epoch by the wall clock. */
    wall: z.number(),
    /** Minutes east of UTC. */
    tzOffset: z.int(),
    bootId: z.string().max(64),
    /** Monotonic milliseconds of this boot. */
    mono: z.number(),
    trustedLow: z.number().nullable(),
    trustedHigh: z.number().nullable(),
  })
  .readonly();
export type OpTime = z.infer<typeof OpTime>;

export const OpKind = z.union([
  z.literal('create'),
  z.literal('patch'),
  z.templateLiteral(['cmd.', z.string().regex(/^[a-z][A-Za-z]{1,40}$/)]),
]);
export type OpKind = z.infer<typeof OpKind>;

/** One act of one person on one workstation (§4.1). `agency` of the requirement text is `office` here. */
export const Operation = z
  .object({
    opId: Uuid,
    dev: DeviceId,
    /** Incarnation of the device, from 1. */
    inc: z.int().positive(),
    /** Place in the incarnation, 1, 2, 3 … without holes. */
    n: z.int().positive(),
    actor: UserId,
    role: Role,
    office: OfficeId,
    kind: OpKind,
    target: z.object({ type: TargetType, id: Uuid }).readonly(),
    /** Server revision the user was looking at; null when the server never confirmed one. */
    base: z.int().nonnegative().nullable(),
    body: JsonObject,
    files: z.array(FileHash).max(100).readonly().optional(),
    schema: z.int().nonnegative(),
    proto: z.int().positive(),
    at: OpTime,
    /** SHA-256 (hex) of the previous operation of this incarnation; 64 zeros for the first. */
    prev: z.string().regex(/^[0-9a-f]{64}$/),
    /** Ed25519 of the actor's operation key over `signedBytes`, hex, 128 digits. */
    sig: z.string().regex(/^[0-9a-f]{128}$/),
  })
  .readonly();
export type Operation = z.infer<typeof Operation>;

/** What a screen may say about an act; main fills in who, where, when, order and signature from its own session (§3.1). */
export const OperationDraft = z
  .object({
    kind: OpKind,
    target: z.object({ type: TargetType, id: Uuid }).readonly(),
    base: z.int().nonnegative().nullable(),
    body: JsonObject,
    role: Role,
    files: z.array(FileHash).max(100).readonly().optional(),
  })
  .readonly();
export type OperationDraft = z.infer<typeof OperationDraft>;

/** `prev` of the first operation of an incarnation. */
export const CHAIN_START = '0'.repeat(64);

/** The place of an operation in its device's chain: unlike any other's, and not only by the device's word. */
export const operationTag = ({ dev, inc, n }: Pick<Operation, 'dev' | 'inc' | 'n'>): string =>
  `${dev}/${inc}/${n}`;

/** The bytes that the actor signs: the canonical operation without `sig`. */
export function signedBytes(operation: Omit<Operation, 'sig'>): Uint8Array<ArrayBuffer> {
  const { sig: _sig, ...unsigned } = operation as Operation;
  return utf8(canonicalJson(unsigned));
}

/** The chain hash that the next operation carries as `prev`, hex. It covers the signature too. */
export const operationHash = (operation: Operation, sha256: Sha256): string =>
  canonicalHash(operation, sha256);
