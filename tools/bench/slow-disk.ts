import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openJournal } from '../../src/main/features/journal/journal';
import type { JournalDisk } from '../../src/main/features/journal/journal-disk';
import { createNodeJournalDisk } from '../../src/main/features/journal/node-journal-disk';
import { createBox } from '../../src/main/platform/keyring';
import { sha256 } from '../../src/main/platform/system';
import { quantileRows, timed, type Row } from './row';
import { aDraft, prepareAppend } from './saved';

const FLUSH_MS = 30;
const SAVES = 160;

/** Time to saved on a disk whose every flush takes 30 ms, by how many save at a time; beside one such flush. */
export async function benchSlowDisk(folder: string): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const savers of [1, 4, 16]) {
    const { saved, flushes } = await saveOnSlowDisk(join(folder, String(savers)), savers);
    rows.push(
      ...quantileRows({
        figure: `time to saved, slow disk, ${savers} at a time`,
        floorIs: `one flush of ${FLUSH_MS} ms`,
        ours: saved,
        floor: flushes,
      }),
    );
  }
  return rows;
}

async function saveOnSlowDisk(
  folder: string,
  savers: number,
): Promise<{ readonly saved: readonly number[]; readonly flushes: readonly number[] }> {
  const real = await createNodeJournalDisk(folder);
  const flushes: number[] = [];
  const disk: JournalDisk = {
    ...real,
    flush: async (name) => {
      const spent = await timed(async () => {
        await sleep(FLUSH_MS);
        await real.flush(name);
      });
      flushes.push(spent);
    },
  };
  const opened = await openJournal({ disk, sealer: createBox(randomBytes(32)), sha256 });
  if (!opened.ok) throw new Error(opened.error.code);
  const append = await prepareAppend(opened.value);
  const saved: number[] = [];
  const saver = async (): Promise<void> => {
    for (let i = 0; i < SAVES / savers; i++)
      saved.push(await timed(() => append([aDraft(randomUUID())])));
  };
  await Promise.all(Array.from({ length: savers }, saver));
  await opened.value.close();
  await real.close();
  return { saved, flushes };
}
