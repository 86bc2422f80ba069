import {
  MOST_CHANGES,
  type VisualChange,
  type VisualReport,
  type VisualStep,
} from '@shared/domain/signing/visual-comparison';
import type { ComparisonJob } from '@shared/ipc/comparison-contract';
import { compareDocuments } from '@shared/pades/visual/compare-documents';
import { isDrawnOn } from '@shared/pades/visual/compare-rasters';
import { createDrawingBudget, type DrawingBudget } from '@shared/pades/visual/drawing-budget';
import { openDrawn, type WindowDocument } from './drawn-document';
import { pictureOf } from './picture-of';

/**
 * Looks at every step of the plan and below every signature (V-10, V-11). What cannot be drawn ends it and is told: what
 * was found until then stays found.
 */
export async function compareFile(job: ComparisonJob): Promise<VisualReport> {
  const budget = createDrawingBudget(() => performance.now());
  const changes: VisualChange[] = [];
  const covering = new Set<string>();
  const report = (stoppedBy: VisualReport['stoppedBy']): VisualReport => ({
    changes,
    covering: [...covering],
    stoppedBy,
  });
  try {
    await addAll(job, { changes, covering, budget });
  } catch {
    return report('unreadable');
  }
  return report(budget.stoppedBy() ?? (changes.length >= MOST_CHANGES ? 'pages' : null));
}

interface Found {
  readonly changes: VisualChange[];
  readonly covering: Set<string>;
  readonly budget: DrawingBudget;
}

async function addAll(
  { sha256, sizeBytes, plan }: ComparisonJob,
  { changes, covering, budget }: Found,
): Promise<void> {
  for (const step of plan.steps) {
    const before = await openDrawn(sha256, step.signedLength);
    const after = await openDrawn(sha256, step.laterLength);
    try {
      await addChanges(changes, { step, before, after, budget });
    } finally {
      await before.close();
      await after.close();
    }
  }
  const whole = await openDrawn(sha256, sizeBytes);
  for (const { field, area } of plan.widgets) {
    if (!budget.take(0)) break;
    if (isDrawnOn(await whole.drawBare(area.page), area)) covering.add(field);
  }
  await whole.close();
}

async function addChanges(
  changes: VisualChange[],
  {
    step,
    before,
    after,
    budget,
  }: {
    readonly step: VisualStep;
    readonly before: WindowDocument;
    readonly after: WindowDocument;
    readonly budget: DrawingBudget;
  },
): Promise<void> {
  const differing = compareDocuments(before, after, { masks: step.masks, mayGoOn: budget.take });
  for await (const { page, area, box, ...pair } of differing) {
    if (changes.length >= MOST_CHANGES) return;
    changes.push({
      signedLength: step.signedLength,
      page,
      area,
      signed: pictureOf(pair.before, box),
      present: pictureOf(pair.after, box),
    });
  }
}
