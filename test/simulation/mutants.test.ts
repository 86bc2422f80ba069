import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { compileSimulator } from './compile';
import { mutants, oldMistakes, smallSegments, type Mutant } from './mutants';
import { runScenario, scenarios } from './scenarios';
import type { runSeed as RunSeed } from './run-seed';

const SEEDS_AT_MOST = 2_000;

/** Old mistakes that few seeds find; the others are left to `cli sim --mutant`. */
const quicklyFound = new Set(['B-1', 'B-2', 'B-5', 'B-7', 'B-9', 'B-10', 'B-12', 'B-13']);

async function withSimulator<T>(
  mutant: Mutant,
  work: (run: typeof RunSeed) => Promise<T>,
): Promise<T> {
  const simulator = await compileSimulator(mutant);
  try {
    const { runSeed } = (await import(/* @vite-ignore */ simulator.url.href)) as {
      runSeed: typeof RunSeed;
    };
    return await work(runSeed);
  } finally {
    await simulator.remove();
  }
}

test.each([...mutants, ...oldMistakes, ...scenarios, smallSegments])(
  'the line of $id is in the source exactly once, on a line of its own',
  async ({ file, find }) => {
    const path = fileURLToPath(new URL(`../../${file}`, import.meta.url));
    const lines = (await readFile(path, 'utf8')).split('\n').map((line) => line.trim());

    expect(lines.filter((line) => line === find)).toHaveLength(1);
  },
);

describe.each([...mutants, ...oldMistakes.filter(({ id }) => quicklyFound.has(id))])(
  '$id: $what',
  (mutant) => {
    test('the simulator finds it', async () => {
      const found = await withSimulator(mutant, async (run) => {
        for (let seed = 1; seed <= SEEDS_AT_MOST; seed++) {
          const { failure } = await run(seed, { maxActs: mutant.acts ?? 20 });
          if (failure) return { seed, failure };
        }
        return undefined;
      });

      console.log(
        `${mutant.id} found by seed ${found?.seed}: ${found?.failure.rule}, ${found?.failure.what.split('\n')[0]}`,
      );
      expect(found).toBeDefined();
    }, 300_000);
  },
);

describe.each(scenarios)('$id: $what', (scenario) => {
  test('the named test passes without it and fails with it', async () => {
    expect(await runScenario(scenario, false), scenario.name).toBe('passed');
    expect(await runScenario(scenario), scenario.name).toBe('failed');
  }, 180_000);
});

test('with small journal segments every invariant holds too', async () => {
  await withSimulator(smallSegments, async (run) => {
    for (let seed = 1; seed <= 8; seed++) {
      expect((await run(seed, { maxActs: 20 })).failure, `seed ${seed}`).toBeUndefined();
    }
  });
}, 120_000);
