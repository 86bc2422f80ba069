import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorker } from '../test/support/bundle-worker';

let bundled: Promise<string> | undefined;

/** The program's own PDF thread as one file, made once a process and gone at its end. */
export function padesWorkerFile(): Promise<string> {
  bundled ??= (() => {
    const folder = mkdtempSync(join(tmpdir(), 'tcv-pades-worker-'));
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    return bundleWorker('src/main/workers/pades-worker.ts', folder);
  })();
  return bundled;
}
