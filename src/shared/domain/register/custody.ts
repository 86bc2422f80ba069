import { z } from 'zod';
import { DeviceId, FileHash, RegisterId, UserId } from '../../kernel/ids';
import { LocalDate } from '../../kernel/local-date';
import type { RegisterCounter } from './register';

/**
 * A grant: the counter of a register moved to one device in one incarnation (sync §9.4). Everything the holder needs to
 * number without a line, and nothing that changes afterwards.
 */
export const Lease = z
  .object({
    registerId: RegisterId,
    /** Fencing token; grows at every move of the counter, so that a stale holder is told from the present one (I-12). */
    epoch: z.int().positive(),
    deviceId: DeviceId,
    inc: z.int().positive(),
    /** Calendar year of the register; a lease never crosses 31 December. */
    year: z.int(),
    fromNumber: z.int().positive(),
    /** Date of the newest entry at the grant; the holder's dates never lie before it (I-11). */
    lastDate: LocalDate.nullable(),
    /** Most numbers the holder gives without the server having taken them in. */
    quota: z.int().positive(),
    /** First and last day of numbering, inclusive. They stop the holder and entitle nobody else (M-11). */
    notBefore: LocalDate,
    notAfter: LocalDate,
  })
  .readonly();
export type Lease = z.infer<typeof Lease>;

/** What one person stated about a lost holder and another has yet to approve (sync §9.5). */
export const RecallProposal = z
  .object({ lastIssued: z.int().nonnegative(), proposedBy: UserId, at: z.string() })
  .readonly();

/** Where the old book ended, for a register that begins in mid-year. */
export const OpeningProposal = z
  .object({
    lastNumber: z.int().positive(),
    lastDate: LocalDate,
    source: z.string().min(3).max(500),
    scanSha256: FileHash,
    proposedBy: UserId,
    at: z.string(),
  })
  .readonly();
export type OpeningProposal = z.infer<typeof OpeningProposal>;

/**
 * Who has the counter of a register. `SERVER` numbers; `SEALING`: a grant was sent and nobody knows yet whether it
 * arrived, so the server neither numbers nor grants again; `DEVICE`: the holder numbers; `FROZEN`: nobody's new numbers
 * are given until a person has decided, and the state of before is kept.
 */
export const Custody = z
  .object({
    state: z.enum(['SERVER', 'SEALING', 'DEVICE', 'FROZEN']),
    epoch: z.int().nonnegative(),
    /** Present in `SEALING`, in `DEVICE`, and in `FROZEN` over one of them. */
    lease: Lease.nullable(),
    /** Name of the holder's machine at the grant; empty without a lease. */
    holderName: z.string(),
    /** Chain hash of the holder's newest entry that came in; the chain's start before the first. Null without a lease. */
    entryHash: z.string().nullable(),
    /** The grant was in an answer before: whoever does not have it in their journal must answer the paper question. */
    wasSent: z.boolean(),
    /** Of a hub's lease: slips of it that came in, or whose numbers were settled otherwise. */
    slipsTaken: z.int().nonnegative().default(0),
    frozenFrom: z.enum(['SERVER', 'SEALING', 'DEVICE']).nullable(),
    /** Instant of the newest change of state by the server's clock; empty before the first. */
    since: z.string(),
    /** Set by the head of the office; off until then (sync §19). */
    leaseAllowed: z.boolean(),
    recall: RecallProposal.nullable(),
    opening: OpeningProposal.nullable(),
    /** Last number of the old book: entries of this one begin behind it. */
    openedAfter: z.int().nonnegative(),
    /**
     * The server was restored from a backup and the book is frozen for it (N-11). `lastSeen` is the highest number that
     * anybody knows, null while workstations are still being heard.
     */
    recovery: z
      .object({ lastSeen: z.int().nonnegative().nullable() })
      .readonly()
      .nullable()
      .default(null),
    /** After a restore: epochs below it may have been given in the history that was lost (I-12). */
    epochFloor: z.int().nonnegative().default(0),
  })
  .readonly();
export type Custody = z.infer<typeof Custody>;

export const NEW_CUSTODY: Custody = {
  state: 'SERVER',
  epoch: 0,
  lease: null,
  holderName: '',
  entryHash: null,
  wasSent: false,
  slipsTaken: 0,
  frozenFrom: null,
  since: '',
  leaseAllowed: false,
  recall: null,
  opening: null,
  openedAfter: 0,
  recovery: null,
  epochFloor: 0,
};

/** Of the next move of the counter: no move that anybody may remember had it. */
export const nextEpoch = ({ epoch, epochFloor }: Custody): number =>
  Math.max(epoch + 1, epochFloor);

/** Counter and custody of a register: what every move of the counter reads and writes, under the register's lock. */
export interface Book {
  readonly counter: RegisterCounter;
  readonly custody: Custody;
}

/** One device in one incarnation. */
export interface Holder {
  readonly deviceId: string;
  readonly inc: number;
}

/** A lease of the asking device, as every answer of the server states it (sync §9.4). */
export const HeldLease = z
  .object({
    lease: Lease,
    state: z.enum(['SEALING', 'DEVICE', 'FROZEN']),
    /** An answer with it was sent before this one: see `receiveGrant`. */
    wasSentBefore: z.boolean(),
  })
  .readonly();
export type HeldLease = z.infer<typeof HeldLease>;

/** The same to a hub, with how many of its slips the server has taken in (§9.4 "quota"). */
export const HubLease = HeldLease.unwrap()
  .extend({ taken: z.int().nonnegative().optional() })
  .readonly();
export type HubLease = z.infer<typeof HubLease>;

/** The leases among an office's registers that a device holds. */
export const leasesOf = (custodies: readonly Custody[], holder: Holder): readonly HubLease[] =>
  custodies.flatMap((custody): readonly HubLease[] =>
    custody.lease !== null && custody.state !== 'SERVER' && isHolder(custody, holder)
      ? [
          {
            lease: custody.lease,
            state: custody.state,
            wasSentBefore: custody.wasSent,
            taken: custody.slipsTaken,
          },
        ]
      : [],
  );

export const isHolder = ({ lease }: Custody, { deviceId, inc }: Holder): boolean =>
  lease !== null && lease.deviceId === deviceId && lease.inc === inc;
