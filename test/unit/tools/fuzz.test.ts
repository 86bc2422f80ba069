import { expect, test } from 'vitest';
import { makeFuzzBases } from '../../fuzz/bases';
import { createFuzzer } from '../../fuzz/fuzz-one';
import { diceOf, mutate } from '../../fuzz/mutate';

test('T-5: 300 mutated files: no crash, nothing intact whose covered bytes differ, nothing good unsigned', () => {
  const fuzz = createFuzzer(makeFuzzBases());
  const findings = Array.from({ length: 300 }, (_, i) => fuzz(20_261_122 + i)?.what);

  expect(findings.filter((what) => what !== undefined)).toEqual([]);
});

test('a seed makes the same mutation of the same file', () => {
  const bytes = new TextEncoder().encode('1 0 obj\n<< /Type /Page /Kids [2 0 R] >>\nendobj\n');
  const twice = [1, 2].map(() => mutate(diceOf(7), bytes, bytes));

  expect(twice[0]).toEqual(twice[1]);
  expect(mutate(diceOf(8), bytes, bytes)).not.toEqual(twice[0]);
});
