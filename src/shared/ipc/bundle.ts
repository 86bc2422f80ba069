import { z } from 'zod';
import { UserId, Uuid } from '../kernel/ids';
import { TargetType } from '../sync/operation';

const BundleTarget = z.object({ type: TargetType, id: Uuid }).readonly();

/** What a person asks for with "Lập gói trình ký / chuyển tay" (sync §20). */
export const BundleRequest = z
  .object({
    target: BundleTarget,
    /** Null for everybody of the office who may see the record. */
    receiver: UserId.nullable(),
    /** For the machine that the last bundle of the record came from: only what it has not got. */
    isAnswer: z.boolean(),
  })
  .readonly();

export const BundleMade = z
  .object({
    operations: z.int().nonnegative(),
    files: z.int().nonnegative(),
    sizeBytes: z.int().nonnegative(),
  })
  .readonly();

export const BundleTaken = z
  .object({
    target: BundleTarget,
    by: z.string(),
    /** Milliseconds since the epoch by that machine's clock. */
    madeAt: z.number(),
    operations: z.int().nonnegative(),
    /** Of them those that this person may not read. */
    unread: z.int().nonnegative(),
    files: z.int().nonnegative(),
  })
  .readonly();

/** Bytes of files written so far. */
export const BundleProgress = z
  .object({ done: z.int().nonnegative(), total: z.int().nonnegative() })
  .readonly()
  .nullable();
