import { z } from 'zod';
import { VisualPlan, VisualReport } from '../domain/signing/visual-comparison';
import { FileHash } from '../kernel/ids';
import type { Result } from '../kernel/result';
import { call, type CallSpec } from './call';
import type { ComparisonChannel } from './comparison-channels';

/** A file of the content store, and what of it is to be drawn and compared. */
export const ComparisonJob = z
  .object({ sha256: FileHash, sizeBytes: z.int().positive(), plan: VisualPlan })
  .readonly();
export type ComparisonJob = z.infer<typeof ComparisonJob>;

/** What the hidden window that draws pages may ask. */
export const comparisonContract = {
  'comparison.take': call(z.undefined(), ComparisonJob),
  'comparison.finish': call(VisualReport, z.undefined()),
} satisfies Record<ComparisonChannel, CallSpec<z.ZodType, z.ZodType>>;

/** What it sees as `window.comparison`. */
export interface ComparisonBridge {
  readonly call: <C extends ComparisonChannel>(
    channel: C,
    input: z.infer<(typeof comparisonContract)[C]['input']>,
  ) => Promise<Result<z.infer<(typeof comparisonContract)[C]['output']>>>;
}
