import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll } from 'vitest';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Bundles the program's own PDF worker once for a test file; answers its path. */
export async function buildPadesWorker(): Promise<string> {
  const folder = mkdtempSync(at('node_modules/.pades-worker-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  await build({
    configFile: false,
    logLevel: 'silent',
    resolve: { alias: { '@shared': at('src/shared') } },
    ssr: { noExternal: true },
    build: {
      ssr: at('src/main/workers/pades-worker.ts'),
      outDir: folder,
      rollupOptions: { output: { entryFileNames: 'pades-worker.mjs' } },
    },
  });
  return join(folder, 'pades-worker.mjs');
}
