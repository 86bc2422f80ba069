import { readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createHubCopies } from '../../../sync-server/src/features/hub/hub-copies';
import { anId } from '../../support/core-builders';
import { temporaryFolder } from '../../support/temporary-folder';

const DAY_MS = 86_400_000;
const copyOf = (incarnation: number, device = 1): string => `${anId(4, device)}.${incarnation}`;
const pieceName = (digit: string): string => `du-lieu/${digit.repeat(64)}`;
const LOCK = 'khoa.json';
const MANIFEST = 'ban-sao-000000000001.bin';

function aHubDisk(quotaBytes = 1000) {
  const folder = temporaryFolder();
  const copies = createHubCopies(folder, quotaBytes);
  const put = (id: string, name: string, size: number) =>
    copies.takePart(id, { name, at: 0, size }, new Uint8Array(size));
  return { folder, copies, put };
}

const FULL = { ok: false, error: { code: 'backup.hub-full' } };

test('I-22, §20: a copy takes its quota and no more; what is written anew counts once, what went makes room', async () => {
  const { copies, put } = aHubDisk(1000);
  const id = copyOf(1);
  expect(await put(id, pieceName('a'), 600)).toMatchObject({ ok: true });
  expect(await put(id, pieceName('b'), 401)).toEqual(FULL);
  expect(await put(id, pieceName('a'), 1000)).toMatchObject({ ok: true });
  expect(await put(id, MANIFEST, 1)).toEqual(FULL);
  expect(await put(copyOf(1, 2), pieceName('a'), 1000)).toMatchObject({ ok: true });
  expect(await copies.list(id)).toEqual({ blobs: [{ name: pieceName('a'), sizeBytes: 1000 }] });

  await copies.remove(id, pieceName('a'));
  expect(await put(id, pieceName('b'), 401)).toMatchObject({ ok: true });
});

test('I-22: blobs that are begun and never ended take the room of one', async () => {
  const { folder, copies, put } = aHubDisk(1000);
  const id = copyOf(1);
  const begin = (name: string, at = 0) =>
    copies.takePart(id, { name, at, size: 900 }, new Uint8Array(300));
  for (const digit of ['a', 'b', 'c', 'd'])
    expect(await begin(pieceName(digit))).toMatchObject({ ok: true });
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  expect(files.filter((entry) => entry.isFile())).toHaveLength(1);
  // One that another took the place of does not go on in the middle; it begins anew.
  expect(await begin(pieceName('a'), 300)).toMatchObject({ ok: false });
  expect(await put(id, pieceName('a'), 10)).toMatchObject({ ok: true });
  for (const at of [0, 300, 600])
    expect(await begin(pieceName('d'), at)).toMatchObject({ ok: true });
  expect((await copies.list(id)).blobs).toHaveLength(2);
});

/** A copy whose blobs were all written so many days ago. */
async function copied(
  { folder, put }: ReturnType<typeof aHubDisk>,
  id: string,
  daysAgo: number,
  names = [LOCK, pieceName('a'), MANIFEST],
): Promise<void> {
  const at = new Date(Date.now() - daysAgo * DAY_MS);
  for (const name of names) {
    await put(id, name, 10);
    utimesSync(join(folder, id, name), at, at);
  }
}

test('§20: a copy of an earlier incarnation goes once a later one has had its own for 40 days, and nothing else does', async () => {
  const disk = aHubDisk();
  const { folder, copies } = disk;
  const before = () => new Date(Date.now() - 40 * DAY_MS);
  await copied(disk, copyOf(2), 50);
  await copied(disk, copyOf(9, 2), 50);
  expect(await copies.forgetEarlier(before())).toBe(0);

  // The later one has no whole copy yet, or has had it for too short a time.
  await copied(disk, copyOf(10), 45, [LOCK]);
  expect(await copies.forgetEarlier(before())).toBe(0);
  await copied(disk, copyOf(10), 39);
  expect(await copies.forgetEarlier(before())).toBe(0);
  // Somebody still writes to the earlier one: a machine that was found again.
  await copied(disk, copyOf(10), 45);
  await copied(disk, copyOf(2), 1, [MANIFEST]);
  expect(await copies.forgetEarlier(before())).toBe(0);

  await copied(disk, copyOf(2), 41, [MANIFEST]);
  expect(await copies.forgetEarlier(before())).toBe(1);
  expect(readdirSync(folder).toSorted()).toEqual([copyOf(10), copyOf(9, 2)].toSorted());
  expect(await copies.list(copyOf(2))).toEqual({ blobs: [] });
  expect((await copies.list(copyOf(10))).blobs).toHaveLength(3);
});
