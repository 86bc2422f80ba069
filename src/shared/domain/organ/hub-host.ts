import { z } from 'zod';

const Count = z.int().nonnegative();

/** What the hub of this PC says of itself to who may read its folder (sync §20): figures alone, never content (I-13). */
export const HubFigures = z
  .object({
    version: z.string(),
    /** Instant; null when the province has not answered since the hub's start. */
    provinceHeardAt: z.string().nullable(),
    /** Until when the rights that the province gave are good. */
    validUntil: z.string(),
    /** Envelopes without the province's decision, and whole files that it is not known to have. */
    waitingLines: Count,
    waitingFiles: Count,
    /** Registers that it gives numbers of. */
    registers: Count,
    diskBytes: Count,
    /** "Mã kết nối trạm" for each address of this PC. */
    codes: z.array(z.string()).readonly(),
  })
  .readonly();
export type HubFigures = z.infer<typeof HubFigures>;

/** How much of a hub's work was written to a file, or taken from one. */
export const MovedWork = z.object({ lines: Count, files: Count }).readonly();
export type MovedWork = z.infer<typeof MovedWork>;
