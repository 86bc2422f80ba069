import type { z } from 'zod';

/** One entry of a contract between a window and main: what goes in, what comes out. */
export interface CallSpec<I extends z.ZodType, O extends z.ZodType> {
  readonly input: I;
  readonly output: O;
}

export const call = <I extends z.ZodType, O extends z.ZodType>(
  input: I,
  output: O,
): CallSpec<I, O> => ({ input, output });
