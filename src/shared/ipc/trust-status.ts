import { z } from 'zod';

const InstalledPackage = z
  .object({
    version: z.int(),
    /** Instant. */
    issuedAt: z.string(),
    /** SHA-256 of each root, to be compared with the published one. */
    anchors: z.array(z.string()).readonly(),
    intermediates: z.int(),
    crls: z.int(),
  })
  .readonly();

/** The trust package of this machine, and the one that one may go back to (O-4). */
export const TrustStatus = z
  .object({
    current: InstalledPackage.nullable(),
    previous: InstalledPackage.nullable(),
    /** Past 30 days `old`, past 90 `tooOld`; null without a package. */
    age: z.enum(['fresh', 'old', 'tooOld']).nullable(),
  })
  .readonly();
export type TrustStatus = z.infer<typeof TrustStatus>;
