import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  listBases,
  nextSegment,
  prune,
  unbroken,
} from '../../../sync-server/src/backup/backup-folder';
import { temporaryFolder } from '../../support/temporary-folder';

const segment = (n: number) => `0000000100000000${n.toString(16).toUpperCase().padStart(8, '0')}`;

test('§5.3: segments of four megabytes follow one another over the edge of a log', () => {
  expect(nextSegment(segment(9))).toBe(segment(10));
  expect(nextSegment('0000000100000000000003FF')).toBe('000000010000000100000000');
});

test('§5.3: the log counts up to its first gap', () => {
  expect(unbroken([segment(1), segment(2), segment(4)], segment(1))).toEqual([
    segment(1),
    segment(2),
  ]);
  expect(unbroken([segment(2)], segment(1))).toEqual([]);
});

test('§5.3: the newest three copies stay, with the log that the oldest of them needs', async () => {
  const backup = temporaryFolder();
  for (const day of [1, 2, 3, 4, 5]) {
    const folder = join(backup, 'g', `base-2026110${day}T000000Z`);
    mkdirSync(folder, { recursive: true });
    const manifest = {
      version: 1,
      startedAt: `2026-11-0${day}T00:00:00.000Z`,
      startWal: segment(day),
      stopWal: segment(day),
      folders: [],
      files: [],
    };
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
  }
  mkdirSync(join(backup, 'g', 'wal'));
  for (const n of [1, 2, 3, 4, 5]) writeFileSync(join(backup, 'g', 'wal', `${segment(n)}.gz`), '');
  mkdirSync(join(backup, 'g', 'base-20261106T000000Z.new'));

  await prune(backup, 'g', 3);

  expect((await listBases(backup)).map(({ manifest }) => manifest.startedAt.slice(8, 10))).toEqual([
    '05',
    '04',
    '03',
  ]);
  expect(readdirSync(join(backup, 'g', 'wal'))).toEqual([3, 4, 5].map((n) => `${segment(n)}.gz`));
});
