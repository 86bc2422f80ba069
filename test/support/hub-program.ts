import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The hub as the workstation's package carries it: one file and its SQL, far from every package. */
export async function buildHubProgram(): Promise<string> {
  const { build } = await import('vite');
  const folder = mkdtempSync(join(tmpdir(), 'tcv-hub-program-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  await build({
    configFile: false,
    root,
    resolve: { alias: { '@shared': join(root, 'src/shared') } },
    ssr: { noExternal: true, external: ['pg-native'] },
    build: {
      ssr: join(root, 'sync-server/src/hub-main.ts'),
      outDir: folder,
      target: 'node20',
      rolldownOptions: { output: { entryFileNames: 'hub-worker.js' } },
    },
    logLevel: 'error',
  });
  cpSync(join(root, 'sync-server', 'migrations'), join(folder, 'migrations'), { recursive: true });
  return join(folder, 'hub-worker.js');
}
