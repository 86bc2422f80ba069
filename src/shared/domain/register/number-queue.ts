import { z } from 'zod';
import { DeviceId, DocumentId, RegisterId, UserId } from '../../kernel/ids';
import { LocalDate } from '../../kernel/local-date';
import { Custody, OpeningProposal, RecallProposal, type Book } from './custody';
import type { RegisterEntry } from './register';

/** A paper that waits for its number, in the order in which the server received the requests (sync §9.3). */
export const QueuedRequest = z
  .object({
    documentId: DocumentId,
    type: z.enum(['incomingDocument', 'outgoingDocument', 'certifiedCopy']),
    requestedBy: UserId,
    requestedAt: z.string(),
    /** What an outgoing code is printed with, as it was when the number was asked for; null for an arrival. */
    code: z
      .object({ organShortName: z.string(), unitAbbreviation: z.string() })
      .readonly()
      .nullable(),
  })
  .readonly();
export type QueuedRequest = z.infer<typeof QueuedRequest>;

/** What an act does to a register: stored in its own transaction, under the register's lock. */
export interface RegisterChange {
  readonly registerId: RegisterId;
  readonly book: Book;
  /** New rows of the book. */
  readonly added: readonly RegisterEntry[];
  /** Rows that were filled or voided. */
  readonly replaced: readonly RegisterEntry[];
  readonly enqueued: readonly QueuedRequest[];
  readonly dequeued: readonly string[];
}

/** What every workstation of the office is shown of a register's custody. */
export const RegisterHolding = z
  .object({
    state: Custody.unwrap().shape.state,
    epoch: z.int().nonnegative(),
    holder: z.object({ deviceId: DeviceId, name: z.string() }).readonly().nullable(),
    since: z.string(),
    queueLength: z.int().nonnegative(),
    leaseAllowed: z.boolean(),
    recall: RecallProposal.nullable(),
    opening: OpeningProposal.nullable(),
    openedAfter: z.int().nonnegative(),
    /** Why it is frozen, when that is a restore of the server; `lastSeen` as in `Custody`. */
    recovery: Custody.unwrap().shape.recovery,
  })
  .readonly();
export type RegisterHolding = z.infer<typeof RegisterHolding>;

export const holdingOf = (custody: Custody, queueLength: number): RegisterHolding => ({
  state: custody.state,
  epoch: custody.epoch,
  holder: custody.lease && { deviceId: custody.lease.deviceId, name: custody.holderName },
  since: custody.since,
  queueLength,
  leaseAllowed: custody.leaseAllowed,
  recall: custody.recall,
  opening: custody.opening,
  openedAfter: custody.openedAfter,
  recovery: custody.recovery,
});

/** A document whose number a person must decide upon: it is not dispatched before (sync §9.5). */
export const NumberDispute = z
  .object({
    registerId: RegisterId,
    number: z.int().positive(),
    date: LocalDate.nullable(),
    reason: z.enum(['stale', 'taken', 'chain', 'date', 'notNext', 'notAllowed', 'notFit']),
    openedAt: z.string(),
  })
  .readonly();
export type NumberDispute = z.infer<typeof NumberDispute>;
