import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { judgeFile } from '../../src/main/features/signing/judge-file';
import { createPadesWorker } from '../../src/main/features/signing/pades-worker-pool';

/** `files.json` of a folder: what is judged, and the clock it is judged by. */
export interface FilesToJudge {
  readonly atMs: number;
  readonly files: readonly { readonly path: string; readonly trustPem: readonly string[] }[];
}

/** Runs bundled inside the program's runtime: prints what the runtime says of itself, and a report for each file. */
async function judgeAll(workerPath: string, folder: string): Promise<void> {
  const { atMs, files } = JSON.parse(
    readFileSync(join(folder, 'files.json'), 'utf8'),
  ) as FilesToJudge;
  const pades = createPadesWorker(workerPath);
  const reports: unknown[] = [];
  for (const { path, trustPem } of files) {
    const bytes = new Uint8Array(readFileSync(join(folder, path)));
    const judged = await judgeFile(pades, { bytes, trustPem, nowMs: atMs });
    reports.push(judged.ok ? judged.value : judged.error);
  }
  await pades.stop();
  process.stdout.write(JSON.stringify({ versions: process.versions, reports }));
}

const [workerPath = '', folder = ''] = process.argv.slice(2);
await judgeAll(workerPath, folder);
