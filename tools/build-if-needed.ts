import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot, runStep } from './run-step';

const sources = [
  'src',
  'sync-server/src',
  'sync-server/migrations',
  'resources',
  'electron.vite.config.ts',
  'package-lock.json',
];
const products = [
  'out/main/index.js',
  'out/preload/index.js',
  'out/preload/signing.js',
  'out/renderer/index.html',
  'out/server/index.js',
];

/** Builds the program and the server when something is newer than what was built. */
export async function buildIfNeeded(): Promise<void> {
  const built = Math.min(...products.map((path) => changedAt(join(repositoryRoot, path))));
  const changed = Math.max(...sources.map((path) => newest(join(repositoryRoot, path))));
  if (built >= changed) return;
  console.log('building');
  const { code } = await runStep({
    name: 'build',
    command: 'npm',
    args: ['run', '--silent', 'build'],
  });
  if (code !== 0) throw new Error('the build failed');
}

const changedAt = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

function newest(path: string): number {
  if (!existsSync(path)) return 0;
  if (!statSync(path).isDirectory()) return changedAt(path);
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}
