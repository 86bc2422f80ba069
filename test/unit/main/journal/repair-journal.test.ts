import { expect, test } from 'vitest';
import type { JournalRecord } from '@shared/sync/journal-record';
import { CHAIN_START } from '@shared/sync/operation';
import { openJournal, type Journal } from '../../../../src/main/features/journal/journal';
import { createNodeJournalDisk } from '../../../../src/main/features/journal/node-journal-disk';
import { repairJournal } from '../../../../src/main/features/journal/repair-journal';
import { createBox } from '../../../../src/main/platform/keyring';
import { nodeFiles } from '../../../../src/main/platform/file-port';
import { aChain, anId, sample, sha256 } from '../../../support/core-builders';
import { temporaryFolder } from '../../../support/temporary-folder';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const sealer = createBox(new Uint8Array(32).fill(7));
const operations = aChain(
  Array.from({ length: 6 }, (_, n) => ({ target: { type: 'incomingDocument', id: anId(6, n) } })),
);

async function open(folder: string) {
  const disk = await createNodeJournalDisk(folder);
  return { disk, opened: await openJournal({ disk, sealer, sha256 }) };
}

async function openWhole(folder: string): Promise<Journal> {
  const { opened } = await open(folder);
  if (!opened.ok) throw new Error(opened.error.code);
  return opened.value;
}

/** One segment with six operations, and where each of their frames begins. */
async function aJournal() {
  const folder = temporaryFolder();
  const journal = await openWhole(folder);
  const write = (record: JournalRecord) => journal.append(() => [record]);
  await write({ t: 'chain', dev: sample.deviceId as never, inc: 1, n: 0, hash: CHAIN_START });
  const path = join(folder, '00000001.jnl');
  const starts: number[] = [];
  for (const op of operations) {
    starts.push(readFileSync(path).length);
    await write({ t: 'op', op });
  }
  return { folder, path, starts };
}

test('§4.2, I-1: of a damaged journal everything that is readable goes on, also behind the damage, and the file is kept aside', async () => {
  const { folder, path, starts } = await aJournal();
  const damaged = readFileSync(path);
  damaged.fill(0xee, (starts[2] ?? 0) + 20, (starts[4] ?? 0) - 20);
  writeFileSync(path, damaged);
  expect((await open(folder)).opened).toMatchObject({ error: { code: 'journal.damaged' } });

  const at = { folder, files: nodeFiles, sealer };
  const { disk } = await open(folder);
  const repaired = await repairJournal(at, await disk.listSegments());

  expect(repaired.keptAside).toEqual(['00000001.hong-1']);
  expect(readFileSync(join(folder, '00000001.hong-1'))).toEqual(damaged);
  const journal = await openWhole(folder);
  expect(journal.state.pending().map(({ n }) => n)).toEqual([1, 2, 5, 6]);
  expect(journal.state.lastN()).toBe(6);
  expect(readdirSync(folder)).toContain('00000001.hong-1');

  // A second misfortune does not write over the first.
  const again = readFileSync(path);
  again.fill(0xee, 40, 80);
  writeFileSync(path, again);
  expect(await repairJournal(at, ['00000001'])).toEqual({ keptAside: ['00000001.hong-2'] });
});

test('§4.2: a whole journal, and one with a torn end, is left as it is', async () => {
  const { folder, path } = await aJournal();
  const torn = readFileSync(path).subarray(0, -5);
  writeFileSync(path, torn);

  expect(await repairJournal({ folder, files: nodeFiles, sealer }, ['00000001'])).toEqual({
    keptAside: [],
  });
  expect(readFileSync(path)).toEqual(Buffer.from(torn));
});
