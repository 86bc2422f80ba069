import { z } from 'zod';
import { HeldLease } from '../domain/register/custody';
import { DeviceId } from '../kernel/ids';
import { Operation } from '../sync/operation';
import { OperationResult } from '../sync/outcome';
import { Digest, LoadProgress, Page, Repair, Scope } from '../sync/record';
import { DeviceFigures } from '../domain/organ/devices';
import { limits } from './version';

/** `POST /sync` (§6.1). */
export const SyncRequest = z
  .object({
    proto: z.int().positive(),
    dev: DeviceId,
    inc: z.int().positive(),
    /** Rolling ticket: the newest one the device has stored (§3.1). */
    ticket: z.string().max(128),
    timeline: z.uuid().nullable(),
    ops: z.array(Operation).max(limits.operationsPerRequest).readonly(),
    /**
     * The restored server expects operations that this journal keeps no longer: the first of `ops` is `n`, behind the
     * operation of this hash (§13.2).
     */
    lost: z
      .object({ n: z.int().positive(), hash: z.string().max(64) })
      .readonly()
      .optional(),
    cursors: z.record(Scope, z.int().nonnegative()),
    digests: z.record(Scope, z.object({ seq: z.int().nonnegative(), digest: Digest }).readonly()),
    /** Buckets that differ, of scopes that the server asked to compare (§6.5). */
    rescan: z.record(Scope, z.array(z.int().min(0).max(255)).max(256).readonly()).optional(),
    /** First loads that go on (§6.3). Present at all: a scope without cursor is loaded in passes, not read from 0. */
    loads: z.record(Scope, LoadProgress).optional(),
    /** Bytes of pages the client wants, 8 KiB to 512 KiB; 0 while it cannot store any. */
    want: z.int().nonnegative().max(limits.pageBytesMax),
    /** When they changed, and every ten minutes (§15). */
    figures: DeviceFigures.optional(),
  })
  .readonly();
export type SyncRequest = z.infer<typeof SyncRequest>;

export const Notice = z.discriminatedUnion('kind', [
  /**
   * The digest of a scope differs at the same sequence, or the cursor is older than the oldest removal that is kept
   * (§6.5, §6.6): the client compares the sums of its buckets at `seq` and asks for those that differ.
   */
  z
    .object({
      kind: z.literal('rescan'),
      scope: Scope,
      seq: z.int().nonnegative(),
      sums: z.array(z.string()).length(256).readonly(),
      /** The scope was read from a history that is lost: rows behind this place are offered as witnesses first (§13.2). */
      witnessAfter: z.int().nonnegative().optional(),
    })
    .readonly(),
  /** The server's history has gone backwards or is another one (I-23). */
  z.object({ kind: z.literal('timelineChanged'), timeline: z.uuid() }).readonly(),
]);
export type Notice = z.infer<typeof Notice>;

/** A server is not restored more often than that. */
export const MOST_TIMELINES = 200;

export const SyncReply = z
  .object({
    results: z.array(OperationResult).readonly(),
    pages: z.array(Page).readonly(),
    /** What was asked for by `rescan`, as much of it as fits. */
    repairs: z.array(Repair).readonly(),
    /** Every scope the signed-in user is entitled to now; empty when nobody is signed in. */
    scopes: z.array(Scope).readonly(),
    /** Heads by scope, so that the client knows how much is left. */
    heads: z.record(Scope, z.int().nonnegative()),
    ticket: z.string().max(128),
    timeline: z.uuid(),
    /** Ids of the server's earlier timelines, oldest first: a history that does not go on from the client's is another server's. */
    ancestry: z.array(z.uuid()).max(MOST_TIMELINES).readonly().default([]),
    /**
     * The server was restored and has the device's operations up to `lastN` only; nothing was taken in. Those behind are
     * sent again, with their old identity (§13.2).
     */
    recovery: z.object({ lastN: z.int().nonnegative() }).readonly().optional(),
    /** Milliseconds since the epoch. */
    serverTime: z.number(),
    notices: z.array(Notice).readonly(),
    /** Every register this device and incarnation holds; a server of before leases says none. */
    leases: z.array(HeldLease).readonly().default([]),
  })
  .readonly();
export type SyncReply = z.infer<typeof SyncReply>;

/** Every answer that is not 2xx has this body. */
export const FailureBody = z
  .object({
    code: z.string(),
    requestId: z.string().optional(),
    /** Too many first loads at once: how many wait in front, this one counted (§12.4). */
    queuePlace: z.int().positive().optional(),
  })
  .readonly();
