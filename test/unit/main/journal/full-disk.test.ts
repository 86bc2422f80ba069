import { spawnSync } from 'node:child_process';
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openJournal, type Journal } from '../../../../src/main/features/journal/journal';
import { createNodeJournalDisk } from '../../../../src/main/features/journal/node-journal-disk';
import { createBox } from '../../../../src/main/platform/keyring';
import { sha256 } from '../../../../src/main/platform/system';
import { sample } from '../../../support/core-builders';
import { temporaryFolder } from '../../../support/temporary-folder';

const sealer = createBox(new Uint8Array(32).fill(7));

/** A real file system of 24 MB; undefined where this machine does not let us mount one. */
function smallDisk(): string | undefined {
  const folder = temporaryFolder();
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', folder]);
  if (mounted.status !== 0) return undefined;
  onTestFinished(() => void spawnSync('umount', ['--lazy', folder]));
  return folder;
}

/** Another program takes what is left of the disk. */
function fill(folder: string): void {
  const { bavail, bsize } = statfsSync(folder);
  writeFileSync(join(folder, 'films.bin'), new Uint8Array(bavail * bsize));
}

async function opened(folder: string): Promise<{ journal: Journal; close: () => Promise<void> }> {
  const disk = await createNodeJournalDisk(join(folder, 'journal'));
  const journal = await openJournal({ disk, sealer, sha256 });
  if (!journal.ok) throw new Error(journal.error.code);
  return { journal: journal.value, close: disk.close };
}

const save = (journal: Journal, rowId: string) =>
  journal.append(() => [
    {
      t: 'draftRow',
      user: sample.clerkId as never,
      rowId,
      row: { text: 'x'.repeat(1_000_000) },
    },
  ]);

test('sync/T-11, I-1, I-22: on a full disk the work on screen is saved from the reserve, then refused by name', async ({
  skip,
}) => {
  const folder = smallDisk();
  if (folder === undefined) return skip('this machine does not allow mounting a small disk');
  const { journal, close } = await opened(folder);
  fill(folder);
  const saved: string[] = [];
  let refusal: string | undefined;
  for (let i = 0; i < 40 && refusal === undefined; i++) {
    const result = await save(journal, String(i));
    if (result.ok) saved.push(String(i));
    else refusal = result.error.code;
  }

  expect(saved.length).toBeGreaterThanOrEqual(5);
  expect(refusal).toBe('journal.disk-full');
  rmSync(join(folder, 'films.bin'));
  expect((await save(journal, 'after')).ok).toBe(true);
  await close();
  const again = await opened(folder);
  expect([...again.journal.state.draftRows(sample.clerkId).keys()]).toEqual([...saved, 'after']);
  await again.close();
});
