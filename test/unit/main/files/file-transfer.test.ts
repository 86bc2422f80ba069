import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createContentStore } from '../../../../src/main/features/files/content-store';
import { createFileTransfer } from '../../../../src/main/features/files/file-transfer';
import { createPartialStore } from '../../../../src/main/features/files/partial-store';
import { createBox } from '../../../../src/main/platform/keyring';
import type { ServerClient } from '../../../../src/main/platform/server-client';
import { sha256 } from '../../../../src/main/platform/system';
import { FileHash } from '@shared/kernel/ids';
import { ok } from '@shared/kernel/result';
import { encodeChunk } from '@shared/protocol/chunk-frame';
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
