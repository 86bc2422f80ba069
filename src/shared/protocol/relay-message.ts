import { z } from 'zod';
import { HubLease } from '../domain/register/custody';
import { HubRelease, NumberSlip } from '../domain/register/number-slip';
import { User } from '../domain/organ/user';
import { DeviceId, DocumentId, FileHash, OfficeId, RegisterId, UserId, Uuid } from '../kernel/ids';
import { Operation } from '../sync/operation';
import { Outcome } from '../sync/outcome';
import { Scope } from '../sync/record';

const Sha256Hex = z.string().regex(/^[0-9a-f]{64}$/);
const Base64 = z.base64();

/** What a database keeps as a number. */
const MOST = 2 ** 31 - 1;

/** The place of an operation in a device's chain, with the hash by which two of one place are told apart. */
const place = {
  dev: DeviceId,
  inc: z.int().positive().max(MOST),
  n: z.int().positive().max(MOST),
  /** `operationHash`. */
  hash: Sha256Hex,
};

/** Which operation of which device. */
export interface OperationPlace {
  readonly dev: string;
  readonly inc: number;
  readonly n: number;
  readonly hash: string;
}
export const OperationPlace: z.ZodType<OperationPlace> = z.object(place).readonly();

/**
 * An operation on its way through hands that may not read it (§20): sealed with AES-256-GCM under the relay key of its
 * scope, everything else here authenticated with it. Only those who are entitled to the scope, and the province, have the key.
 */
export const Envelope = z
  .object({
    ...place,
    scope: Scope,
    /** Which key of the scope, from 1. */
    epoch: z.int().positive(),
    /** Files that the operation names: they travel beside it. */
    files: z.array(FileHash).max(100).readonly(),
    /** 12 bytes, hex. */
    nonce: z.string().regex(/^[0-9a-f]{24}$/),
    sealed: Base64.max(600_000),
  })
  .readonly();
export type Envelope = z.infer<typeof Envelope>;

/** The province's final word on an operation. Whoever brings it can neither make nor change one. */
export const Decision = z
  .object({
    ...place,
    /** History in which it was decided: a restored province may have lost what an earlier one says (I-23). */
    timeline: z.uuid(),
    outcome: Outcome,
    /** Ed25519 of the province over `decisionText`, hex. */
    sig: z.string().regex(/^[0-9a-f]{128}$/),
  })
  .readonly();
export type Decision = z.infer<typeof Decision>;

/** Journal record: a colleague's work that came through a hub or in a bundle, behind the own operation `after`. */
export const Relayed = z
  .object({
    t: z.literal('relayed'),
    envelope: Envelope,
    /** Null for what nobody on this machine may read. */
    op: Operation.nullable(),
    after: z.object({ inc: z.int().positive(), n: z.int().nonnegative() }).readonly(),
  })
  .readonly();

/** Journal record: what the province made of such work. */
export const RelayDecided = z
  .object({ t: z.literal('relayDecided'), decision: Decision })
  .readonly();

/** What an office's hub and its workstations need to know of one another without the province, as of a date (§20). */
export const Authority = z
  .object({
    version: z.literal(1),
    officeId: OfficeId,
    timeline: z.uuid(),
    /** Milliseconds since the epoch by the province's clock. */
    issuedAt: z.number(),
    validUntil: z.number(),
    users: z.array(User).readonly(),
    devices: z
      .array(
        z
          .object({
            deviceId: DeviceId,
            inc: z.int().positive(),
            name: z.string(),
            kind: z.enum(['workstation', 'hub']),
            /** SPKI DER in base64. */
            publicKey: Base64,
          })
          .readonly(),
      )
      .readonly(),
    /** Operation keys of people on machines: the newest and all earlier ones. */
    userKeys: z
      .array(z.object({ userId: UserId, deviceId: DeviceId, publicKey: Base64 }).readonly())
      .readonly(),
    /** Restricted dossiers with their members: for the hub alone, which must tell who is handed what. */
    dossiers: z
      .array(z.object({ id: Uuid, members: z.array(UserId).readonly() }).readonly())
      .readonly(),
  })
  .readonly();
export type Authority = z.infer<typeof Authority>;

/** An authority as text, so that what was signed is what is read. */
export const SignedAuthority = z
  .object({ text: z.string().max(4_000_000), sig: z.string().regex(/^[0-9a-f]{128}$/) })
  .readonly();
export type SignedAuthority = z.infer<typeof SignedAuthority>;

/** A relay key of a scope, 32 bytes in base64. */
export const RelayKey = z
  .object({ scope: Scope, epoch: z.int().positive(), key: Base64.max(64) })
  .readonly();
export type RelayKey = z.infer<typeof RelayKey>;

/** `GET /relay/authority` of the province. */
export const AuthorityReply = z
  .object({
    /** Ed25519 of the province, SPKI DER in base64: decisions and authorities are checked with it. */
    publicKey: Base64.max(256),
    authority: SignedAuthority,
    /** Of the scopes of the signed-in person, every epoch; none for a hub or a device alone. */
    keys: z.array(RelayKey).readonly(),
    /** Registers leased to the asking hub (§9.4). */
    leases: z.array(HubLease).readonly().default([]),
  })
  .readonly();
export type AuthorityReply = z.infer<typeof AuthorityReply>;

export const MOST_ENVELOPES = 100;

/** `POST /relay/deliver` of the province: envelopes of any devices of the office, causes before effects. */
export const DeliverRequest = z
  .object({ envelopes: z.array(Envelope).min(1).max(MOST_ENVELOPES).readonly() })
  .readonly();
export type DeliverRequest = z.infer<typeof DeliverRequest>;

/** In the order of the envelopes. */
export const DeliverResult = z.discriminatedUnion('answer', [
  z.object({ answer: z.literal('final'), decision: Decision }).readonly(),
  /** Not now, or an earlier operation of that device is missing: to be brought again. */
  z.object({ answer: z.literal('wait') }).readonly(),
  z.object({ answer: z.literal('expect'), expected: z.int().positive() }).readonly(),
  /** Not what its header says, not signed by its author, or of a machine that may not speak: nothing came of it. */
  z.object({ answer: z.literal('refused') }).readonly(),
]);
export type DeliverResult = z.infer<typeof DeliverResult>;
export const DeliverReply = z.object({ results: z.array(DeliverResult).readonly() }).readonly();
export type DeliverReply = z.infer<typeof DeliverReply>;

/** One line of a hub's mailbox. A decision follows the envelope that it decides. */
export const MailboxItem = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('envelope'), seq: z.int().positive(), envelope: Envelope }).readonly(),
  z.object({ kind: z.literal('decision'), seq: z.int().positive(), decision: Decision }).readonly(),
]);
export type MailboxItem = z.infer<typeof MailboxItem>;

/** `POST /relay/exchange` of a hub. */
export const RelayRequest = z
  .object({
    /** The mailbox that `after` counts in; null at first. */
    mailbox: z.uuid().nullable(),
    after: z.int().nonnegative(),
    envelopes: z.array(Envelope).max(MOST_ENVELOPES).readonly(),
  })
  .readonly();
export type RelayRequest = z.infer<typeof RelayRequest>;

/** `POST /relay/news`, by a clerk: the province has news for this hub, which asks it soon. */
export const NewsReply = z.object({}).readonly();

export const RelayReply = z
  .object({
    /** Another one than the workstation knows: it reads from the beginning. */
    mailbox: z.uuid(),
    /** The envelopes of the request lie durably at the hub. That is all it says: nothing is decided by it. */
    relayed: z.int().nonnegative(),
    items: z.array(MailboxItem).readonly(),
    /** Place behind which the next request reads, once these are durable. */
    next: z.int().nonnegative(),
    head: z.int().nonnegative(),
    /** What the hub knows of rights is past its date: it hands on, and gives nobody new rights. */
    isAuthorityOld: z.boolean(),
    /** Registers that the hub gives numbers of. */
    registers: z.array(z.string()).readonly().default([]),
    /** When the hub last heard of the province; null for never. */
    provinceHeardAt: z.number().nullable(),
    serverTime: z.number(),
  })
  .readonly();
export type RelayReply = z.infer<typeof RelayReply>;

/** `POST /relay/numbers` of a hub: a number for a paper, of a register that is leased to the hub. */
export const NumberRequest = z
  .object({ registerId: RegisterId, documentId: DocumentId })
  .readonly();
export type NumberRequest = z.infer<typeof NumberRequest>;
export const NumberReply = z.object({ slip: NumberSlip }).readonly();
export type NumberReply = z.infer<typeof NumberReply>;

/** `POST /relay/release` of a hub: it gives no more numbers of the register, and signs that. */
export const ReleaseRequest = z.object({ registerId: RegisterId }).readonly();
export type ReleaseRequest = z.infer<typeof ReleaseRequest>;
export const ReleaseReply = z.object({ release: HubRelease }).readonly();
export type ReleaseReply = z.infer<typeof ReleaseReply>;
