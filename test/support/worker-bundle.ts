import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll } from 'vitest';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Bundles one of the program's own worker threads once for a test file; answers its path. */
export async function buildWorker(name: 'pades-worker' | 'text-worker'): Promise<string> {
  const folder = mkdtempSync(at(`node_modules/.${name}-`));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  await build({
    configFile: false,
    logLevel: 'silent',
    resolve: { alias: { '@shared': at('src/shared') } },
    ssr: { noExternal: true },
    build: {
      ssr: at(`src/main/workers/${name}.ts`),
      outDir: folder,
      rollupOptions: { output: { entryFileNames: `${name}.mjs` } },
    },
  });
  return join(folder, `${name}.mjs`);
}
