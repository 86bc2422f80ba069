import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const alias = { '@shared': fileURLToPath(new URL('./src/shared', import.meta.url)) };
const project = (name: string, include: readonly string[], extra: object = {}) => ({
  resolve: { alias },
  test: { name, include: [...include], environment: 'node', ...extra },
});

export default defineConfig({
  test: {
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
