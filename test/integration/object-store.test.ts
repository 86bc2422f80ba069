import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { folderObjects } from '../../sync-server/src/storage/folder-objects';
import type { ObjectStore } from '../../sync-server/src/storage/objects';
import { parseS3Url, PART_BYTES, s3Objects } from '../../sync-server/src/storage/s3-objects';
import { startS3 } from '../support/s3-server';
import { temporaryFolder } from '../support/temporary-folder';

let s3: Awaited<ReturnType<typeof startS3>>;
beforeAll(async () => {
  s3 = await startS3();
});
afterAll(() => s3.stop());

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function* inChunks(bytes: Uint8Array, chunkBytes = 128 * 1024): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
}

/** Bytes that end before their end, as when a node dies. */
async function* cut(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield* inChunks(bytes);
  throw new Error('cut');
}

function openS3(): ObjectStore {
  const place = parseS3Url(s3.url);
  if (!place) throw new Error('no S3 address');
  return s3Objects(place);
}

/** What every adapter of the port keeps to. */
describe.each([
  ['folder', () => folderObjects(temporaryFolder())],
  ['S3', openS3],
] as const)('object store: %s', (_name, openStore) => {
  test.each([
    ['of one byte', 1],
    ['of exactly one part', PART_BYTES],
    ['of two parts and a byte', 2 * PART_BYTES + 1],
  ])('I-18: an object %s is read back as it was put', async (_size, sizeBytes) => {
    const store = openStore();
    const office = randomUUID();
    const bytes = randomBytes(sizeBytes);
    await store.put(office, hashOf(bytes), inChunks(bytes));

    const read = await store.read(office, hashOf(bytes), 0, sizeBytes);

    expect(read && hashOf(read)).toBe(hashOf(bytes));
  });

  test('a range is read alone, over the border of two parts as well', async () => {
    const store = openStore();
    const office = randomUUID();
    const bytes = randomBytes(PART_BYTES + 1000);
    await store.put(office, hashOf(bytes), inChunks(bytes));

    const range = await store.read(office, hashOf(bytes), PART_BYTES - 10, PART_BYTES + 10);

    expect(range && Buffer.from(range)).toEqual(bytes.subarray(PART_BYTES - 10, PART_BYTES + 10));
  });

  test('I-13: what one office put is not there for another', async () => {
    const store = openStore();
    const bytes = randomBytes(10);
    await store.put(randomUUID(), hashOf(bytes), inChunks(bytes));

    expect(await store.read(randomUUID(), hashOf(bytes), 0, 10)).toBeUndefined();
  });

  test.each([
    ['small', 1000],
    ['of several parts', PART_BYTES + 5],
  ])(
    'I-18: a %s object whose bytes break off is not there, and can be put again',
    async (_size, sizeBytes) => {
      const store = openStore();
      const office = randomUUID();
      const bytes = randomBytes(sizeBytes);

      await expect(store.put(office, hashOf(bytes), cut(bytes))).rejects.toThrow('cut');
      const broken = await store.read(office, hashOf(bytes), 0, 10);
      await store.put(office, hashOf(bytes), inChunks(bytes));

      expect(broken).toBeUndefined();
      const read = await store.read(office, hashOf(bytes), 0, sizeBytes);
      expect(read && hashOf(read)).toBe(hashOf(bytes));
    },
  );

  test('I-5: two nodes that put one object at once leave it whole', async () => {
    const [one, other] = [openStore(), openStore()];
    const office = randomUUID();
    const bytes = randomBytes(PART_BYTES + 77);
    const sha256 = hashOf(bytes);
    await Promise.all([
      one.put(office, sha256, inChunks(bytes)),
      one.put(office, sha256, inChunks(bytes, 1000)),
      other.put(office, sha256, inChunks(bytes)),
    ]);

    const read = await one.read(office, sha256, 0, bytes.length);

    expect(read && hashOf(read)).toBe(sha256);
  });
});

test.each([
  ['s3://tep', { bucket: 'tep', prefix: '', endpoint: undefined, region: undefined }],
  [
    's3://tep/tinh/a/?endpoint=http://127.0.0.1:9000&region=vn',
    { bucket: 'tep', prefix: 'tinh/a', endpoint: 'http://127.0.0.1:9000', region: 'vn' },
  ],
  ['https://tep/tinh', undefined],
  ['s3://khoa:mat@tep', undefined],
  ['s3://tep?endpoint=ftp://x', undefined],
  ['tep', undefined],
])('the address %s', (text, place) => {
  expect(parseS3Url(text)).toEqual(place);
});
