import type { VisualReport } from '@shared/domain/signing/visual-comparison';
import type { ComparisonJob } from '@shared/ipc/comparison-contract';
import type { FileHash } from '@shared/kernel/ids';
import { ok, type Result } from '@shared/kernel/result';
import type { SigningDeps } from './signing-deps';

export type ComparePages = (job: ComparisonJob) => Promise<VisualReport>;

/** Draws pages and compares them, away from everything else. */
export interface PageComparer {
  /** Never fails: what could not be compared is told as such. */
  readonly compare: ComparePages;
  readonly stop: () => void;
}

/** Bytes of a file whose pages are compared; a larger one would hold an old PC up for minutes. */
const MOST_BYTES = 20 * 1024 * 1024;

const nothing = { changes: [], covering: [], stoppedBy: null } as const;

/** Compares what a file looks like with what was signed (V-10): the second line, behind `verifyFile`. */
export function createCompareFile({
  files,
  pades,
  comparePages,
}: Pick<SigningDeps, 'files' | 'pades'> & { readonly comparePages: ComparePages }) {
  return async (sha256: FileHash): Promise<Result<VisualReport>> => {
    const read = await files.read(sha256);
    if (!read.ok) return read;
    const sizeBytes = read.value.length;
    if (sizeBytes > MOST_BYTES) return ok({ ...nothing, stoppedBy: 'size' });
    const planned = await pades.run({ do: 'planComparison', bytes: read.value });
    if (!planned.ok) return ok({ ...nothing, stoppedBy: 'unreadable' });
    const plan = planned.value;
    if (plan.steps.length === 0 && plan.widgets.length === 0) return ok(nothing);
    return ok(await comparePages({ sha256, sizeBytes, plan }));
  };
}
