import { z } from 'zod';
import { HolderBook } from '../domain/register/lease-holder';
import { JsonObject } from '../kernel/canonical-json';
import { DeviceId, FileHash, UserId } from '../kernel/ids';
import { OperationPlace, RelayDecided, Relayed } from '../protocol/relay-message';
import { Operation, TargetType } from './operation';
import { Outcome } from './outcome';
import { LentState, Scope } from './record';

/**
 * What the journal keeps (§4.2). A record is never changed; a later one supersedes it.
 *
 * History of the format: 1 first release.
 */
export const JournalRecord = z.discriminatedUnion('t', [
  /** Where the chain of an incarnation stands: at its start, and again at the head of every segment. */
  z
    .object({
      t: z.literal('chain'),
      dev: DeviceId,
      inc: z.int().positive(),
      /** `n` and chain hash of the newest operation; 0 and `CHAIN_START` before the first. */
      n: z.int().nonnegative(),
      hash: z.string().regex(/^[0-9a-f]{64}$/),
    })
    .readonly(),
  z.object({ t: z.literal('op'), op: Operation }).readonly(),
  z
    .object({
      t: z.literal('outcome'),
      inc: z.int().positive(),
      n: z.int().positive(),
      outcome: Outcome,
    })
    .readonly(),
  /** Rolling ticket with the server's timeline and clock, stored before the ticket is used (§3.1, §3.3). */
  z
    .object({
      t: z.literal('contact'),
      ticket: z.string(),
      timeline: z.uuid(),
      serverTime: z.number(),
      wall: z.number(),
      /** `n` of the newest operation then: where the journal ends earlier, its end was lost (§4.2). */
      n: z.int().nonnegative().optional(),
      /** A restored server has the operations up to this one: files that came later may be lost there (§13.2). */
      lost: z.int().nonnegative().optional(),
    })
    .readonly(),
  /** An operation with its outcome, said again before the segment that held it is removed; it moves no chain. */
  z.object({ t: z.literal('carried'), op: Operation, outcome: Outcome }).readonly(),
  /**
   * A restored server does not know this operation any more: it waits for an outcome again, as it was (§13.2). Its
   * `op` record stands earlier; it moves no chain.
   */
  z.object({ t: z.literal('reoffered'), op: Operation }).readonly(),
  /** The server holds this file whole: it is no longer pinned (§4.2). */
  z.object({ t: z.literal('fileReceived'), sha256: FileHash }).readonly(),
  /** The user has dealt with a rejected or held operation. */
  z.object({ t: z.literal('dismissed'), opId: z.uuid() }).readonly(),
  /** A row of an unfinished batch; `row` null = deleted or handed in. */
  z
    .object({
      t: z.literal('draftRow'),
      user: UserId,
      rowId: z.string().max(64),
      row: JsonObject.nullable(),
    })
    .readonly(),
  /** A register this device holds, as it stands from here on: with its grant, with each number, with its seal (§9.4). */
  z.object({ t: z.literal('heldBook'), book: HolderBook }).readonly(),
  Relayed,
  RelayDecided,
  /** What a bundle brought of a record beside colleagues' work; it stands behind that work (§20). */
  z
    .object({
      t: z.literal('lent'),
      /** Who made the bundle. */
      by: UserId,
      target: z.object({ type: TargetType, id: z.uuid() }).readonly(),
      scope: Scope,
      /** Null for what the server had not told the maker either. */
      base: LentState.nullable(),
      /** The newest work of each machine that the maker has. */
      heads: z.array(OperationPlace).readonly(),
      /** Files of the record that the maker has. */
      files: z.array(FileHash).readonly(),
      /** Those that came in the bundle: the server may not have them. */
      carried: z.array(FileHash).readonly(),
    })
    .readonly(),
]);
export type JournalRecord = z.infer<typeof JournalRecord>;
