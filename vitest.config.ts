import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { seedDefect } from './test/simulation/compile';
import { findScenario, MUTANT_VARIABLE } from './test/simulation/scenarios';

/** A seeded defect, when a scenario of test/simulation/scenarios.ts is run. */
const mutant = findScenario(process.env[MUTANT_VARIABLE] ?? '');
const plugins = mutant ? [seedDefect(mutant)] : [];

const alias = { '@shared': fileURLToPath(new URL('./src/shared', import.meta.url)) };
const project = (name: string, include: readonly string[], extra: object = {}) => ({
  resolve: { alias },
  plugins,
  test: { name, include: [...include], environment: 'node', ...extra },
});

export default defineConfig({
  test: {
    // happy-dom lays nothing out, so that Mantine finds nothing to focus in a popover and logs the whole page.
    onConsoleLog: (log) => !log.includes('@mantine/hooks/use-focus-trap'),
    projects: [
      project('unit', ['test/unit/**/*.test.ts', 'test/simulation/**/*.test.ts'], {
        testTimeout: 30_000,
      }),
      project('dom', ['test/unit/**/*.dom.test.tsx'], { environment: 'happy-dom' }),
      project('contract', ['test/contract/**/*.test.ts']),
      project('integration', ['test/integration/**/*.test.ts'], {
        globalSetup: ['test/support/postgres-global-setup.ts'],
        testTimeout: 120_000,
        hookTimeout: 120_000,
        fileParallelism: false,
      }),
    ],
  },
});
