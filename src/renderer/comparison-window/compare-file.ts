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

/** Looks at every step of the plan and below every signature (V-10, V-11). */
export async function compareFile({
  sha256,
  sizeBytes,
  plan,
}: ComparisonJob): Promise<VisualReport> {
  const budget = createDrawingBudget(() => performance.now());
  const changes: VisualChange[] = [];
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
  const covering = new Set<string>();
  for (const { field, area } of plan.widgets) {
    if (!budget.take(0)) break;
    if (isDrawnOn(await whole.drawBare(area.page), area)) covering.add(field);
  }
  await whole.close();
  return { changes, covering: [...covering], stoppedBy: budget.stoppedBy() };
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
