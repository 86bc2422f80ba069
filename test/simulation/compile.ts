import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'vite';
import { mutants, oldMistakes, smallSegments, type Mutant } from './mutants';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The simulator as one program file of its own, with a seeded defect if one is asked for. */
export interface CompiledSimulator {
  readonly url: URL;
  readonly remove: () => Promise<void>;
}

export async function compileSimulator(mutant?: Mutant): Promise<CompiledSimulator> {
  const folder = await mkdtemp(join(tmpdir(), 'tcv-simulator-'));
  await build({
    configFile: false,
    root,
    logLevel: 'error',
    resolve: { alias: { '@shared': join(root, 'src/shared') } },
    plugins: mutant ? [seedDefect(mutant)] : [],
    ssr: { noExternal: true },
    build: {
      ssr: join(root, 'test/simulation/simulator.ts'),
      outDir: folder,
      emptyOutDir: true,
      minify: false,
      rollupOptions: { output: { entryFileNames: 'simulator.mjs' } },
    },
  });
  return {
    url: pathToFileURL(join(folder, 'simulator.mjs')),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

export const findMutant = (id: string): Mutant | undefined =>
  [...mutants, ...oldMistakes, smallSegments].find((mutant) => mutant.id === id);

/** Replaces the mutant's line; a line that is not there exactly once is a mistake in the table. */
export function seedDefect({ file, find, replace }: Mutant): Plugin {
  const path = join(root, file);
  return {
    name: 'seeded-defect',
    enforce: 'pre',
    transform: (code, id) => {
      if (id.split('?')[0] !== path) return null;
      if (code.split(find).length !== 2) throw new Error(`${file} has not exactly one: ${find}`);
      return code.replace(find, () => replace);
    },
  };
}
