import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll } from 'vitest';
import type { StartTokenProcess, TokenModule } from '../../src/main/features/signing/token-process';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/**
 * Bundles the program's own token worker once for a test file: from its source a process would need a second to start.
 * It lies where pkcs11js, which no bundle holds, can be found.
 */
export async function buildTokenWorker(
  name: 'token-worker' | 'software-key-worker' = 'token-worker',
): Promise<string> {
  const folder = mkdtempSync(at('node_modules/.token-worker-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  await build({
    configFile: false,
    logLevel: 'silent',
    resolve: { alias: { '@shared': at('src/shared') } },
    ssr: { noExternal: true, external: ['pkcs11js'] },
    build: {
      ssr: at(`src/main/workers/${name}.ts`),
      outDir: folder,
      rollupOptions: { output: { entryFileNames: `${name}.mjs` } },
    },
  });
  return join(folder, `${name}.mjs`);
}

/**
 * Token processes as plain Node, behind the `parentPort` that the stand-in for Electron gives to utility processes.
 *
 * @param worker of `buildTokenWorker`
 * @param envOf what a driver needs in its environment
 */
export function forkTokenProcess(
  worker: string,
  envOf: (module: TokenModule) => Readonly<Record<string, string>>,
): StartTokenProcess {
  return (module) => {
    const child = fork(worker, [], {
      env: { ...process.env, ...envOf(module), TCV_TOKEN_MODULE: module.path },
      execArgv: ['--require', at('test/electron-host/utility-child.cjs')],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    return {
      send: (message) => void child.send({ message }, () => undefined),
      onMessage: (listener) =>
        void child.on('message', (packed) => listener((packed as { message: unknown }).message)),
      onExit: (listener) => void child.once('exit', listener),
      kill: () => void child.kill('SIGKILL'),
    };
  };
}
