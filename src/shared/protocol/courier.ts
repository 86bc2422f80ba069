import { z } from 'zod';
import { Operation } from '../sync/operation';
import { OperationResult } from '../sync/outcome';
import { limits } from './version';

/**
 * `POST /sync/courier`: any device of the office hands in operations of another one, as that one signed and numbered
 * them. Who did what is decided by the signatures; the courier adds nothing and gets nothing but the outcomes.
 */
export const CourierRequest = z
  .object({
    /** Of one device and incarnation, in order. */
    operations: z.array(Operation).min(1).max(limits.operationsPerRequest).readonly(),
  })
  .readonly()
  .refine(({ operations }) =>
    operations.every(({ dev, inc }) => dev === operations[0]?.dev && inc === operations[0]?.inc),
  );
export type CourierRequest = z.infer<typeof CourierRequest>;

export const CourierReply = z.object({ results: z.array(OperationResult).readonly() }).readonly();
export type CourierReply = z.infer<typeof CourierReply>;
