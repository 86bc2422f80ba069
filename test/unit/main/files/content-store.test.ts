import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FileHash } from '@shared/kernel/ids';
import { createContentStore } from '../../../../src/main/features/files/content-store';
import { temporaryFolder } from '../../../support/temporary-folder';

const key = new Uint8Array(32).fill(3);
const hashOf = (bytes: Uint8Array) =>
  FileHash.parse(createHash('sha256').update(bytes).digest('hex'));

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

test('I-18: a file is named by its SHA-256 and reads back whole', async () => {
  const store = createContentStore(temporaryFolder(), key);
  const bytes = randomBytes(200_000);
  const stored = await store.put(bytes);

  expect(stored).toEqual({ ok: true, value: hashOf(bytes) });
  const read = await store.read(hashOf(bytes));
  expect(read.ok && Buffer.from(read.value).equals(bytes)).toBe(true);
  expect(await store.verify(hashOf(bytes))).toBe(true);
  expect(await store.sizeOf(hashOf(bytes))).toBe(200_000);
});

test.each([
  [0, 10],
  [65_530, 65_540],
  [131_072, 131_073],
  [150_000, 150_000],
  [1_048_570, 1_048_580],
  [60_000, 2_200_000],
  [0, 2_299_999],
  [2_299_999, 3_000_000],
])('sync §10.4: bytes %i to %i are read without the rest', async (start, end) => {
  const store = createContentStore(temporaryFolder(), key);
  const bytes = randomBytes(2_300_000);
  await store.put(bytes);

  const read = await store.read(hashOf(bytes), start, end);

  expect(read.ok && Buffer.from(read.value).equals(bytes.subarray(start, end))).toBe(true);
});

test('nothing of a file lies on the disk in the open, and no half-written file stays', async () => {
  const folder = temporaryFolder();
  await createContentStore(folder, key).put(Buffer.from('Dấu hiệu riêng 123456'));

  const files = filesIn(folder);
  expect(files).toHaveLength(1);
  expect(readFileSync(files[0] ?? '').includes('123456')).toBe(false);
});

test('I-18: a changed byte, a cut file and another key are damage, never other content', async () => {
  const folder = temporaryFolder();
  const store = createContentStore(folder, key);
  const bytes = randomBytes(100_000);
  await store.put(bytes);
  const [path = ''] = filesIn(folder);
  const sealed = readFileSync(path);
  const damaged = { ok: false, error: { code: 'files.damaged' } };

  sealed[5000] = (sealed[5000] ?? 0) ^ 1;
  writeFileSync(path, sealed);
  expect(await store.read(hashOf(bytes))).toEqual(damaged);
  sealed[5000] = (sealed[5000] ?? 0) ^ 1;
  writeFileSync(path, sealed.subarray(0, 70_000));
  expect(await store.read(hashOf(bytes))).toEqual(damaged);
  writeFileSync(path, sealed);
  const other = createContentStore(folder, new Uint8Array(32).fill(4));
  expect(await other.read(hashOf(bytes))).toEqual(damaged);
});

test('storing twice is harmless; a file that is not here is missing', async () => {
  const store = createContentStore(temporaryFolder(), key);
  await store.put(Buffer.from('một'));
  const again = await store.put(Buffer.from('một'));

  expect(again.ok).toBe(true);
  expect(await store.read(hashOf(Buffer.from('hai')))).toEqual({
    ok: false,
    error: { code: 'files.missing' },
  });
});

test('§10.3: a copy becomes own when it is stored as one, and an own file a copy only by release', async () => {
  const store = createContentStore(temporaryFolder(), key);
  const bytes = randomBytes(100);
  const names = async () => [
    (await store.own()).map(({ sha256 }) => sha256),
    (await store.copies()).map(({ sha256 }) => sha256),
  ];

  await store.putCopy(bytes);
  expect(await names()).toEqual([[], [hashOf(bytes)]]);
  await store.put(bytes);
  await store.putCopy(bytes);
  expect(await names()).toEqual([[hashOf(bytes)], []]);
  await store.release(hashOf(bytes));
  expect(await names()).toEqual([[], [hashOf(bytes)]]);
  expect(await store.verify(hashOf(bytes))).toBe(true);
  await store.remove(hashOf(bytes));
  expect(await store.has(hashOf(bytes))).toBe(false);
});
