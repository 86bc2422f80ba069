import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchFiles } from './bench/content-files';
import { benchBigFile } from './bench/big-file';
import { benchLists } from './bench/lists';
import { ratioOf, type Row } from './bench/row';
import { benchSaved } from './bench/saved';
import { benchSigning } from './bench/signing';
import { benchSlowDisk } from './bench/slow-disk';
import { benchStart } from './bench/start';
import { benchTokenFaults } from './bench/token-faults';
import { benchWire } from './bench/wire';
import { buildIfNeeded } from './build-if-needed';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    documents: { type: 'string', default: '50000' },
    /** Names of parts, with commas; all by default. */
    only: { type: 'string' },
  },
});
const DOCUMENTS = Number(values.documents);
const asJson = values.json;

/** `npm run bench [-- --json --only wire --documents 10000]`: each figure beside its floor or peer, measured in the same run. */
const parts: Readonly<Record<string, (folder: string) => Promise<readonly Row[]>>> = {
  saved: benchSaved,
  slowDisk: benchSlowDisk,
  files: benchFiles,
  signing: benchSigning,
  tokenFaults: benchTokenFaults,
  lists: (folder) => benchLists(folder, DOCUMENTS),
  start: (folder) => benchStart(folder, DOCUMENTS),
  wire: (folder) => benchWire(folder, DOCUMENTS, print),
  bigFile: benchBigFile,
};

async function run(): Promise<void> {
  await buildIfNeeded();
  const folder = mkdtempSync(join(tmpdir(), 'tcv-bench-'));
  try {
    const wanted = values.only?.split(',') ?? Object.keys(parts);
    for (const name of wanted) {
      const part = parts[name];
      if (!part) throw new Error(`no part ${name}: ${Object.keys(parts).join(', ')}`);
      const own = join(folder, name);
      mkdirSync(own);
      for (const row of await part(own)) print(row);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function print(row: Row): void {
  const { figure, unit, ours, floor, floorIs, count, budget } = row;
  const ratio = ratioOf(row);
  if (asJson) {
    console.log(JSON.stringify({ ...row, ratio }));
    return;
  }
  console.log(
    `${figure.padEnd(46)} ${ours.toFixed(2).padStart(9)} ${unit.padEnd(9)} beside ${floor.toFixed(2).padStart(9)} (${floorIs}), ${ratio.toFixed(1)} ×, n = ${count}${budget === undefined ? '' : `, budget ${budget}`}`,
  );
}

await run();
