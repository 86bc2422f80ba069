import type { z } from 'zod';
import type { CallSpec } from '@shared/ipc/call';
import { err, type Result } from '@shared/kernel/result';
import type { LogDep } from '../platform/log';

export type RawHandler = (raw: unknown) => Promise<Result<unknown>>;

/** Pairs a contract entry with its handler: parses what comes in, turns a thrown bug into a failure. */
export function bind<I extends z.ZodType, O extends z.ZodType>(
  { log }: LogDep,
  spec: CallSpec<I, O>,
  handler: (input: z.infer<I>) => Promise<Result<z.infer<O>>>,
): RawHandler {
  return async (raw) => {
    const input = spec.input.safeParse(raw);
    if (!input.success) return err({ code: 'ipc.invalid-input' });
    try {
      return await handler(input.data);
    } catch (cause) {
      log.error('handler failed', { cause });
      return err({ code: 'internal.unexpected' });
    }
  };
}
