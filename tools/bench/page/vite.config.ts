import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The page that the rows of `npm run bench` about lists are measured in: the product's data layer without screens. */
export default defineConfig({
  root: at('.'),
  base: './',
  logLevel: 'error',
  define: { global: 'globalThis' },
  resolve: {
    alias: {
      '@shared': at('../../../src/shared'),
      events: at('../../../node_modules/events/events.js'),
    },
  },
  build: { outDir: at('../../../out/bench-page'), emptyOutDir: true, target: 'es2023' },
  preview: { host: '127.0.0.1', port: 0 },
});
