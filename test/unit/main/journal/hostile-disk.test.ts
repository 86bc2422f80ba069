import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sha256 } from '../../../../src/main/platform/system';
import { createContentStore } from '../../../../src/main/features/files/content-store';
import { openJournal } from '../../../../src/main/features/journal/journal';
import { createNodeJournalDisk } from '../../../../src/main/features/journal/node-journal-disk';
import { nodeFiles, type FilePort } from '../../../../src/main/platform/file-port';
import { createBox } from '../../../../src/main/platform/keyring';
import { patientFiles } from '../../../../src/main/platform/patient-files';
import type { JournalRecord } from '@shared/sync/journal-record';
import { createChance } from '../../../simulation/random';
import { sample } from '../../../support/core-builders';
import { temporaryFolder } from '../../../support/temporary-folder';
import { createWaitingClock, troubledFiles, type Scanner } from '../../../support/troubled-files';

const sealer = createBox(new Uint8Array(32).fill(7));
const key = new Uint8Array(32).fill(8);
const sizes = { segmentBytes: 4096, keptBytes: 1_000_000 };
const scanner: Scanner = { likelihood: 0.5, fromMs: 1000, toMs: 59_000 };

/** Large enough that three of them begin a new segment. */
const row = (rowId: string): JournalRecord => ({
  t: 'draftRow',
  user: sample.clerkId as never,
  rowId,
  row: { text: 'x'.repeat(1_500) },
});

function hostile(seed: string) {
  const clock = createWaitingClock();
  const chance = createChance(seed);
  const troubled = troubledFiles(nodeFiles, { chance, now: clock.now, scanner });
  return { clock, troubled, files: patientFiles(troubled, clock.patience) };
}

async function rowsIn(folder: string, files: FilePort): Promise<readonly string[]> {
  const disk = await createNodeJournalDisk(folder, files);
  const opened = await openJournal({ disk, sealer, sha256, sizes });
  if (!opened.ok) throw new Error(opened.error.code);
  await disk.close();
  return [...opened.value.state.draftRows(sample.clerkId).keys()];
}

test.each(['a', 'b', 'c', 'd'])(
  'I-1: a scanner that holds segments for up to a minute loses nothing that was saved (seed %s)',
  async (seed) => {
    const folder = temporaryFolder();
    const { clock, troubled, files } = hostile(seed);
    for (let start = 0; start < 2; start++) {
      const disk = await createNodeJournalDisk(folder, files);
      const opened = await openJournal({ disk, sealer, sha256, sizes });
      if (!opened.ok) throw new Error(opened.error.code);
      for (let i = 0; i < 4; i++)
        expect((await opened.value.append(() => [row(`${start}/${i}`)])).ok).toBe(true);
      await disk.close();
    }

    expect(troubled.troubles()).toBeGreaterThan(0);
    expect(clock.said.at(-1)).toBeUndefined();
    expect(await rowsIn(folder, nodeFiles)).toEqual(
      [0, 1].flatMap((start) => [0, 1, 2, 3].map((i) => `${start}/${i}`)),
    );
  },
);

test('I-1: a segment that stays held is a failure with a name, and what was saved before is kept', async () => {
  const folder = temporaryFolder();
  const clock = createWaitingClock();
  let isHeld = false;
  const files = patientFiles(
    {
      ...nodeFiles,
      create: (path) =>
        isHeld && path.endsWith('.jnl')
          ? Promise.reject(Object.assign(new Error('EBUSY'), { code: 'EBUSY' }))
          : nodeFiles.create(path),
    },
    clock.patience,
  );
  const disk = await createNodeJournalDisk(folder, files);
  const opened = await openJournal({ disk, sealer, sha256, sizes });
  if (!opened.ok) throw new Error(opened.error.code);
  for (const id of ['1', '2', '3']) await opened.value.append(() => [row(id)]);
  isHeld = true;

  expect(await opened.value.append(() => [row('4')])).toEqual({
    ok: false,
    error: { code: 'journal.write-failed' },
  });
  expect(clock.said).toContain('00000002.jnl');
  isHeld = false;
  expect((await opened.value.append(() => [row('5')])).ok).toBe(true);
  await disk.close();
  expect(await rowsIn(folder, nodeFiles)).toEqual(['1', '2', '3', '5']);
});

test.each(['a', 'b', 'c'])(
  'I-18: a scanner that holds files for up to a minute keeps no file from being stored (seed %s)',
  async (seed) => {
    const folder = join(temporaryFolder(), 'files');
    const { troubled, files } = hostile(seed);
    const store = createContentStore(folder, key, files);
    const plain = createContentStore(folder, key);
    for (let i = 0; i < 10; i++) {
      const stored = await store.put(randomBytes(70_000));
      expect(stored.ok && (await plain.verify(stored.value))).toBe(true);
      expect(stored.ok && (await store.read(stored.value)).ok).toBe(true);
    }
    expect(troubled.troubles()).toBeGreaterThan(0);
  },
);
