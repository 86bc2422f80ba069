import { defineConfig } from '@playwright/test';

/** End-to-end: the unmodified `out/` build on real Electron where its binary exists, else on the stand-in. */
export default defineConfig({
  testDir: 'test/e2e',
  testMatch: '**/*.e2e.ts',
  timeout: 120_000,
  workers: 1,
  // Shared machines: what passes at the second try is named as flaky by the reporter and in the summary.
  retries: process.env['CI'] ? 1 : 0,
  reporter: process.env['PLAYWRIGHT_JSON_OUTPUT_NAME'] ? [['list'], ['json']] : [['list']],
  use: { trace: 'off' },
});
