import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Bundles the source of a thread (path from the root) into a folder, as the build does; answers its path. */
export async function bundleWorker(source: string, folder: string): Promise<string> {
  const name = basename(source, '.ts');
  await build({
    configFile: false,
    logLevel: 'silent',
    resolve: { alias: { '@shared': at('src/shared') } },
    ssr: { noExternal: true },
    build: {
      ssr: at(source),
      outDir: folder,
      rollupOptions: { output: { entryFileNames: `${name}.mjs` } },
    },
  });
  return join(folder, `${name}.mjs`);
}
