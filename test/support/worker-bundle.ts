import { mkdtempSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { bundleWorker } from './bundle-worker';

const modules = fileURLToPath(new URL('../../node_modules/', import.meta.url));

/** Bundles one of the program's own worker threads once for a test file; answers its path. */
export async function buildWorker(name: 'pades-worker' | 'text-worker'): Promise<string> {
  const folder = mkdtempSync(`${modules}.${name}-`);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return bundleWorker(`src/main/workers/${name}.ts`, folder);
}
