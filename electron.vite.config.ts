import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const alias = { '@shared': at('./src/shared') };

/** Everything is bundled except Electron and the native PKCS#11 binding, which lies beside the archive. */
const external = ['electron', 'pkcs11js'];
/** The hub asks for the package of PostgreSQL's programs only where nobody tells it their folder. */
const externalOfMain = [...external, 'pg-native'];

/** What pdf.js reads while it draws, beside our own pages; its script engine stays behind. */
function copyPdfjs() {
  return {
    name: 'copy-pdfjs',
    async writeBundle({ dir = '' }: { readonly dir?: string }) {
      for (const folder of ['wasm', 'cmaps', 'standard_fonts']) {
        await cp(at(`./node_modules/pdfjs-dist/${folder}`), join(dir, 'pdfjs', folder), {
          recursive: true,
          filter: (path) => !/quickjs/i.test(path),
        });
      }
    },
  };
}

/** The hub's SQL lies beside it. */
const copyMigrations = () => ({
  name: 'copy-migrations',
  async writeBundle({ dir = '' }: { readonly dir?: string }) {
    await cp(at('./sync-server/migrations'), join(dir, 'migrations'), { recursive: true });
  },
});

export default defineConfig({
  main: {
    resolve: { alias },
    plugins: [copyMigrations()],
    build: {
      externalizeDeps: false,
      rollupOptions: {
        external: externalOfMain,
        input: {
          index: at('./src/main/index.ts'),
          'text-worker': at('./src/main/workers/text-worker.ts'),
          'token-worker': at('./src/main/workers/token-worker.ts'),
          'software-key-worker': at('./src/main/workers/software-key-worker.ts'),
          'pades-worker': at('./src/main/workers/pades-worker.ts'),
          'hub-worker': at('./sync-server/src/hub-main.ts'),
        },
      },
    },
  },
  preload: {
    build: {
      externalizeDeps: false,
      rollupOptions: {
        external,
        input: {
          index: at('./src/preload/index.ts'),
          signing: at('./src/preload/signing.ts'),
          comparison: at('./src/preload/comparison.ts'),
        },
        // The sandbox loads one CommonJS file a window.
        output: { format: 'cjs', entryFileNames: '[name].js' },
      },
    },
  },
  renderer: {
    root: at('./src/renderer'),
    plugins: [react(), copyPdfjs()],
    // PouchDB expects Node's `global` and its `events`.
    define: { global: 'globalThis' },
    resolve: { alias: { ...alias, events: at('./node_modules/events/events.js') } },
    build: {
      rollupOptions: {
        input: {
          index: at('./src/renderer/index.html'),
          signing: at('./src/renderer/signing.html'),
          comparison: at('./src/renderer/comparison.html'),
        },
      },
    },
  },
});
