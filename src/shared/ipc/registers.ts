import { z } from 'zod';
import { Lease } from '../domain/register/custody';
import { LocalDate } from '../kernel/local-date';

/** A register that is this machine's affair, as its screens show it (sync §9.4). */
export const HeldRegister = z.discriminatedUnion('kind', [
  z
    .object({
      kind: z.literal('held'),
      lease: Lease,
      lastNumber: z.int().nonnegative(),
      lastDate: LocalDate.nullable(),
      /** Numbers given here that the server has not taken in. */
      unsent: z.int().nonnegative(),
      /** Sealed; the return is on its way. */
      isReturning: z.boolean(),
      /** Four fifths of the quota or of the time are over. */
      isNearLimit: z.boolean(),
      /** The first number after each start waits for a look into the paper book. */
      needsConfirmation: z.boolean(),
      /** Code of what keeps it from giving numbers; null when nothing does. */
      problem: z.string().nullable(),
    })
    .readonly(),
  /** The server says that this machine holds it, and the journal knows of nothing: the paper question. */
  z.object({ kind: z.literal('question'), lease: Lease }).readonly(),
]);
export type HeldRegister = z.infer<typeof HeldRegister>;
