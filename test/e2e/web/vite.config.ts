import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The renderer alone, over `test/support/fake-bridge.ts`: `npx vite --config test/e2e/web/vite.config.ts`. */
export default defineConfig({
  root: at('.'),
  base: './',
  plugins: [react()],
  define: { global: 'globalThis' },
  resolve: {
    alias: {
      '@shared': at('../../../src/shared'),
      events: at('../../../node_modules/events/events.js'),
    },
  },
  build: { outDir: at('../../../out/web-test'), emptyOutDir: true, target: 'es2023' },
});
