import { z } from 'zod';

/** Usually one of our catalogue; a newer server may know reasons that this program does not (§11). */
const Code = z.string().min(1).max(64);

/**
 * Final answers of §4.4, stored with the operation for ever; each consumes its `n`.
 *
 * `rev` and `seq` are the target's revision and place in the office's stream that the operation produced: a projection
 * that holds the target at `rev` or later shows the effect without the operation's help. A cursor at `seq` does not say
 * so: the record may have moved to a later place.
 */
export const Outcome = z.discriminatedUnion('status', [
  z
    .object({ status: z.literal('applied'), rev: z.int().positive(), seq: z.int().positive() })
    .readonly(),
  z
    .object({
      status: z.literal('merged'),
      rev: z.int().positive(),
      seq: z.int().positive(),
      conflicts: z.array(z.uuid()).readonly(),
    })
    .readonly(),
  z.object({ status: z.literal('held'), code: Code }).readonly(),
  z.object({ status: z.literal('rejected'), code: Code }).readonly(),
]);
export type Outcome = z.infer<typeof Outcome>;

/** What the server says of one operation in an answer: final, not now, or out of order. */
export const OperationResult = z.discriminatedUnion('answer', [
  z.object({ answer: z.literal('final'), n: z.int().positive(), outcome: Outcome }).readonly(),
  /** Not consumed, to be sent again: overload or a lock that was not had in time. */
  z.object({ answer: z.literal('wait'), n: z.int().positive() }).readonly(),
  /** A hole: the server has nothing after `expected - 1`. */
  z
    .object({ answer: z.literal('expect'), n: z.int().positive(), expected: z.int().positive() })
    .readonly(),
]);
export type OperationResult = z.infer<typeof OperationResult>;
