import { describe, expect, test } from 'vitest';
import { runSeed } from './run-seed';

const seedsFrom = (first: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, i) => first + i);

describe('the simulator', () => {
  test('a seed that runs twice does exactly the same twice', async () => {
    for (const seed of seedsFrom(1, 20)) {
      const [first, second] = [
        await runSeed(seed, { maxActs: 8 }),
        await runSeed(seed, { maxActs: 8 }),
      ];

      expect(second.logDigest, `seed ${seed}`).toBe(first.logDigest);
      expect(second.counters).toEqual(first.counters);
    }
  }, 120_000);

  test('every invariant holds, and everything that can happen has happened', async () => {
    const counters = new Map<string, number>();
    for (const seed of seedsFrom(280, 90)) {
      const result = await runSeed(seed, { maxActs: 30 });

      expect(result.failure, `seed ${seed}`).toBeUndefined();
      for (const [name, count] of Object.entries(result.counters)) {
        counters.set(name, (counters.get(name) ?? 0) + count);
      }
    }
    const kinds = [
      'outcome:applied',
      'outcome:merged',
      'outcome:rejected',
      'conflict:scalar',
      'conflict:text',
      'conflict:set',
      'conflict:deletion',
      'conflict:closed',
      'register:queue served',
      'register:request waits',
      'outcome:held',
      'feed:leave',
      'feed:delete',
      'rescan',
      'purge',
      'load:work',
      'load:recent',
      'load:years',
      'load:last',
      'path:author, then hub',
      'path:hub, then author',
      'path:colleague, then hub',
      'path:bundle, then colleague',
      'relay:colleague on the screen',
      'relay:forged decisions',
    ];
    const faults = [
      'answerLost',
      'requestDuplicated',
      'mainCrash',
      'nodeCrash',
      'diskFull',
      'storeFails',
    ];
    for (const name of [
      ...kinds,
      ...faults.map((fault) => `fault:${fault}`),
      'crash:ws',
      'crash:node',
    ]) {
      expect(counters.get(name) ?? 0, name).toBeGreaterThan(0);
    }
  }, 300_000);
});
