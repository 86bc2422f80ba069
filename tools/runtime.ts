import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from './run-step';

/** The program that runs `out/`: real Electron where its binary is, else the stand-in on the system's Chromium. */
export interface Runtime {
  readonly kind: 'electron' | 'stand-in';
  readonly executable: string;
  readonly sentence: string;
}

export function findRuntime(): Runtime | undefined {
  const folder = join(repositoryRoot, 'node_modules/electron/dist');
  const names = {
    win32: 'electron.exe',
    darwin: 'Electron.app/Contents/MacOS/Electron',
    linux: 'electron',
  };
  const binary = join(folder, names[process.platform as keyof typeof names] ?? 'electron');
  if (existsSync(binary)) {
    return { kind: 'electron', executable: binary, sentence: 'runtime: Electron' };
  }
  if (process.platform === 'linux' && existsSync('/usr/bin/chromium')) {
    return {
      kind: 'stand-in',
      executable: join(repositoryRoot, 'test/electron-host/electron'),
      sentence:
        "runtime: stand-in for Electron (Node and the system's Chromium), since Electron's binary is not here",
    };
  }
  return undefined;
}
