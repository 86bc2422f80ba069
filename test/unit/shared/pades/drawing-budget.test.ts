import { expect, test } from 'vitest';
import {
  createDrawingBudget,
  drawingLimits,
} from '../../../../src/shared/pades/visual/drawing-budget';

const A4_PAIR = 2 * 595 * 842;

test('V-10, A-5: pages are drawn up to their limit, and the report says what stopped it', () => {
  const budget = createDrawingBudget(() => 0);

  const taken = Array.from({ length: drawingLimits.pages }, () => budget.take(A4_PAIR));

  expect(taken.filter(Boolean)).toHaveLength(drawingLimits.pages / 2);
  expect(budget.stoppedBy()).toBe('pages');
});

test('V-10, A-5: a page too large to be drawn ends it', () => {
  const budget = createDrawingBudget(() => 0);

  expect(budget.take(A4_PAIR)).toBe(true);
  expect(budget.take(14_400 ** 2)).toBe(false);
  expect(budget.take(A4_PAIR)).toBe(false);
  expect(budget.stoppedBy()).toBe('pixels');
});

test('V-10, A-5: time ends it', () => {
  let now = 1_000;
  const budget = createDrawingBudget(() => now);
  expect(budget.take(A4_PAIR)).toBe(true);

  now += drawingLimits.milliseconds + 1;

  expect(budget.take(A4_PAIR)).toBe(false);
  expect(budget.stoppedBy()).toBe('time');
});
