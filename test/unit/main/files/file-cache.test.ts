import { createHash } from 'node:crypto';
import { readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FileHash } from '@shared/kernel/ids';
import { createContentStore } from '../../../../src/main/features/files/content-store';
import { createFileCache } from '../../../../src/main/features/files/file-cache';
import { silentLog } from '../../../support/silent-log';
import { temporaryFolder } from '../../../support/temporary-folder';

const DAY_MS = 86_400_000;
const PLENTY = 100 * 1024 ** 3;
const MEGABYTE = 1024 ** 2;

/** A real store with files of one megabyte, last used so many days ago. */
async function world(files: Readonly<Record<string, { own: boolean; daysAgo: number }>>) {
  const folder = temporaryFolder();
  const store = createContentStore(folder, new Uint8Array(32).fill(3));
  const hashes: Record<string, FileHash> = {};
  for (const [name, { own }] of Object.entries(files)) {
    const bytes = Buffer.alloc(MEGABYTE, name);
    hashes[name] = FileHash.parse(createHash('sha256').update(bytes).digest('hex'));
    await (own ? store.put(bytes) : store.putCopy(bytes));
  }
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const name = Object.keys(hashes).find((each) => hashes[each] === entry.name);
    const used = new Date(Date.now() - (files[name ?? '']?.daysAgo ?? 0) * DAY_MS);
    if (name !== undefined) utimesSync(join(entry.parentPath, entry.name), used, used);
  }
  let free = PLENTY;
  let serverTime: number | undefined = Date.now();
  const pinned = new Set<FileHash>();
  const wanted: FileHash[] = [];
  const cache = createFileCache({
    log: silentLog,
    store,
    freeBytes: async () => free,
    serverTimeMs: () => serverTime,
    pinned: () => pinned,
    wanted: () => wanted,
  });
  return {
    cache,
    store,
    pin: (name: string) => pinned.add(hashes[name] as FileHash),
    want: (name: string) => wanted.push(hashes[name] as FileHash),
    hearLast: (at: number | undefined) => void (serverTime = at),
    leaveFree: (bytes: number) => void (free = bytes),
    here: async () => {
      const has = async (name: string) => await store.has(hashes[name] as FileHash);
      const names = Object.keys(hashes);
      const found = await Promise.all(names.map(has));
      return names.filter((_, index) => found[index]);
    },
  };
}

test('§10.3: when the disk runs short the least recently used copies go, as many as are needed', async () => {
  const { cache, leaveFree, here } = await world({
    old: { own: false, daysAgo: 9 },
    older: { own: false, daysAgo: 30 },
    fresh: { own: false, daysAgo: 0 },
  });

  await cache.tidy();
  expect(await here()).toEqual(['old', 'older', 'fresh']);
  leaveFree(2 * 1024 ** 3 - MEGABYTE);
  await cache.tidy();
  expect(await here()).toEqual(['old', 'fresh']);
});

test('I-17: a jump of this PC’s clock makes no own file a copy; the server’s time does', async () => {
  const { cache, leaveFree, here, hearLast } = await world({ own: { own: true, daysAgo: 60 } });
  leaveFree(0);
  for (const heard of [undefined, Date.now() - 30 * DAY_MS]) {
    hearLast(heard);
    await cache.tidy();
    expect(await here()).toEqual(['own']);
  }
  hearLast(Date.now());
  await cache.tidy();
  expect(await here()).toEqual([]);
});

test('§10.3, I-1: never an own file, a pinned one or one that waits for its signer', async () => {
  const { cache, leaveFree, here, pin, want } = await world({
    own: { own: true, daysAgo: 20 },
    unsent: { own: true, daysAgo: 400 },
    again: { own: false, daysAgo: 400 },
    toSign: { own: false, daysAgo: 400 },
    copy: { own: false, daysAgo: 0 },
  });
  pin('unsent');
  pin('again');
  want('toSign');
  leaveFree(0);

  await cache.tidy();

  expect(await here()).toEqual(['own', 'unsent', 'again', 'toSign']);
});

test('§13.2: an own file becomes a copy only after the days in which a restored server may ask for it', async () => {
  const { cache, leaveFree, here, store } = await world({
    recent: { own: true, daysAgo: 39 },
    settled: { own: true, daysAgo: 41 },
  });

  await cache.tidy();
  expect([(await store.own()).length, (await store.copies()).length]).toEqual([1, 1]);
  leaveFree(0);
  await cache.tidy();
  expect(await here()).toEqual(['recent']);
});

test('§14: below two gigabytes nothing is fetched ahead', async () => {
  const { cache, leaveFree } = await world({});

  expect(await cache.hasRoom()).toBe(true);
  leaveFree(2 * 1024 ** 3 - 1);
  expect(await cache.hasRoom()).toBe(false);
});
