import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchFiles } from './bench/content-files';
import { benchLists } from './bench/lists';
import { ratioOf, type Row } from './bench/row';
import { benchSaved } from './bench/saved';
import { benchSigning } from './bench/signing';
import { benchSlowDisk } from './bench/slow-disk';
import { benchStart } from './bench/start';
import { buildIfNeeded } from './build-if-needed';

const DOCUMENTS = 50_000;
const asJson = process.argv.includes('--json');

/** `npm run bench [-- --json]`: each figure beside its floor or peer, measured in the same run. */
const parts: readonly ((folder: string) => Promise<readonly Row[]>)[] = [
  benchSaved,
  benchSlowDisk,
  benchFiles,
  benchSigning,
  (folder) => benchLists(folder, DOCUMENTS),
  (folder) => benchStart(folder, DOCUMENTS),
];

async function run(): Promise<void> {
  await buildIfNeeded();
  const folder = mkdtempSync(join(tmpdir(), 'tcv-bench-'));
  try {
    for (const [index, part] of parts.entries()) {
      const own = join(folder, String(index));
      mkdirSync(own);
      for (const row of await part(own)) print(row);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function print(row: Row): void {
  const { figure, unit, ours, floor, floorIs, count } = row;
  const ratio = ratioOf(row);
  if (asJson) {
    console.log(JSON.stringify({ ...row, ratio }));
    return;
  }
  console.log(
    `${figure.padEnd(46)} ${ours.toFixed(2).padStart(9)} ${unit.padEnd(9)} beside ${floor.toFixed(2).padStart(9)} (${floorIs}), ${ratio.toFixed(1)} ×, n = ${count}`,
  );
}

await run();
