import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createContentStore } from '../../../../src/main/features/files/content-store';
import { createFileTransfer } from '../../../../src/main/features/files/file-transfer';
import { sealedWay } from '../../../../src/main/features/files/file-way';
import { createPartialStore } from '../../../../src/main/features/files/partial-store';
import { createBox } from '../../../../src/main/platform/keyring';
import type { ServerClient } from '../../../../src/main/platform/server-client';
import { sha256 } from '../../../../src/main/platform/system';
import { FileHash } from '@shared/kernel/ids';
import { toHex } from '@shared/kernel/bytes';
import { ok } from '@shared/kernel/result';
import { encodeChunk } from '@shared/protocol/chunk-frame';
import { CHUNK_BYTES } from '@shared/protocol/file-message';
import { officeScope } from '@shared/sync/record';
import { anId } from '../../../support/core-builders';
import { temporaryFolder } from '../../../support/temporary-folder';

test('I-18: two who ask for the same file at once get it from one download', async () => {
  const folder = temporaryFolder();
  const bytes = new Uint8Array(1000).fill(7);
  const name = FileHash.parse(createHash('sha256').update(bytes).digest('hex'));
  let manifests = 0;
  const client = {
    call: async () => {
      manifests += 1;
      return ok({ sizeBytes: bytes.length, mime: 'application/pdf', chunks: [name] });
    },
    fetchBytes: async () => ok({ bytes: encodeChunk(0, bytes, sha256), isWhole: true }),
  } as unknown as ServerClient;
  const key = new Uint8Array(32).fill(1);
  const store = createContentStore(join(folder, 'files'), key);
  const transfer = createFileTransfer({
    client,
    store,
    token: async () => ok('token'),
    partials: createPartialStore(join(folder, 'partial'), createBox(key)),
    monotonicMs: () => 0,
    giveWay: async () => undefined,
  });

  const both = await Promise.all([transfer.download(name), transfer.download(name)]);

  expect(both.map((answer) => answer.ok)).toEqual([true, true]);
  expect(manifests).toBe(1);
  expect(await store.verify(name)).toBe(true);
});

test('I-16, I-22: a file of which the server takes no chunk is left after one round, and nothing is asked for ever', async () => {
  const folder = temporaryFolder();
  let requests = 0;
  const client = {
    sendBytes: async () => {
      requests += 1;
      return ok({ state: 'partial', have: Buffer.alloc(1).toString('base64') });
    },
  } as unknown as ServerClient;
  const key = new Uint8Array(32).fill(1);
  const store = createContentStore(join(folder, 'files'), key);
  const stored = await store.put(new Uint8Array(1000).fill(7));
  if (!stored.ok) throw new Error(stored.error.code);
  const transfer = createFileTransfer({
    client,
    store,
    token: async () => ok('token'),
    partials: createPartialStore(join(folder, 'partial'), createBox(key)),
    monotonicMs: () => 0,
    giveWay: async () => {
      if (requests > 10) throw new Error('it is sent for ever');
    },
  });

  expect(await transfer.upload(stored.value)).toMatchObject({ error: { code: 'files.damaged' } });
  expect(requests).toBe(2);
});

test('§20, I-19: a sealed file goes on where the hub was cut, and only with the key that it was sealed with', async () => {
  const folder = temporaryFolder();
  const plain = new Uint8Array(2 * CHUNK_BYTES + 5).map((_, i) => i % 251);
  const name = FileHash.parse(createHash('sha256').update(plain).digest('hex'));
  const scope = officeScope(anId(1, 1));
  const wayBy = (byte: number) =>
    sealedWay(name, { scope, epoch: 3, keyOf: () => new Uint8Array(32).fill(byte) });
  const sealed = [0, 1, 2].map((i) => {
    const chunk = plain.subarray(i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES);
    return wayBy(7).seal(3, i, chunk) ?? new Uint8Array();
  });
  const asked: string[] = [];
  const client = {
    call: async () =>
      ok({ sizeBytes: plain.length, epoch: 3, chunks: sealed.map((one) => toHex(sha256(one))) }),
    fetchBytes: async ({ path }: { readonly path: string }) => {
      const wanted = new URL(path, 'https://hub').searchParams.get('i') ?? '';
      asked.push(wanted);
      const [first = 0] = wanted.split(',').map(Number);
      // One chunk, then the line is cut.
      return ok({
        bytes: encodeChunk(first, sealed[first] ?? plain, sha256),
        isWhole: first === 2,
      });
    },
  } as unknown as ServerClient;
  const key = new Uint8Array(32).fill(1);
  const store = createContentStore(join(folder, 'files'), key);
  const transferBy = (byte: number) =>
    createFileTransfer({
      wayOf: () => wayBy(byte),
      client,
      store,
      token: async () => ok('token'),
      partials: createPartialStore(join(folder, 'partial'), createBox(key)),
      monotonicMs: () => 0,
      giveWay: async () => undefined,
    });

  expect(await transferBy(8).download(name)).toMatchObject({ error: { code: 'files.damaged' } });
  asked.length = 0;
  const transfer = transferBy(7);
  for (const _ of [0, 1]) expect(await transfer.download(name)).toMatchObject({ ok: false });
  expect(await transfer.download(name)).toMatchObject({ ok: true });
  expect(asked).toEqual(['0,1,2', '1,2', '2']);
  expect(await store.verify(name)).toBe(true);
});
