import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Bundles one of the program's own worker threads into a folder, as the build does; answers its path. */
export async function bundleWorker(
  name: 'pades-worker' | 'text-worker',
  folder: string,
): Promise<string> {
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
