import { access } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { countedRows, coverageOf, heldElsewhere } from './coverage';

const numbered = Array.from({ length: 20 }, (_, i) => `N-${i + 1}`);
const rows = [...numbered, 'N-10b', 'N-10c'];

describe('what a run must show (§17.2)', () => {
  test.each(rows)('T-3: %s is counted, or held by a test that is there', async (row) => {
    const test = heldElsewhere[row];

    expect(countedRows.has(row)).toBe(test === undefined);
    if (test !== undefined) await access(fileURLToPath(new URL(`../../${test}`, import.meta.url)));
  });

  test('a short run is not blamed for what it did not reach, and names it', () => {
    const { missing, notReached } = coverageOf(20, { 'outcome:applied': 3 });

    expect(missing).toEqual([]);
    expect(notReached).toContain('outcome:merged');
    expect(notReached).toContain('N-5');
    expect(notReached).not.toContain('outcome:applied');
  });

  test('a long run is blamed for what is common, a very long one for what is rare too', () => {
    expect(coverageOf(500, {}).missing).toContain('fault:linkCut');
    expect(coverageOf(500, {}).missing).not.toContain('N-5');
    expect(coverageOf(5_000, {}).missing).toContain('N-5');
    expect(coverageOf(20_000, {}).notReached).toEqual([]);
  });
});
