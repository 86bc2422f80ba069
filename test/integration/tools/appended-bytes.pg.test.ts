import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { FileHash } from '@shared/kernel/ids';
import { ok } from '@shared/kernel/result';
import { createContentStore } from '../../../src/main/features/files/content-store';
import { createFileTransfer } from '../../../src/main/features/files/file-transfer';
import { createPartialStore } from '../../../src/main/features/files/partial-store';
import { createBox } from '../../../src/main/platform/keyring';
import { createServerClient } from '../../../src/main/platform/server-client';
import { scanPdf } from '../../../tools/bench/scan-pdf';
import { enrolTestDevice, overApp, seedOffice, signIn } from '../../support/builders';
import { startCuttingProxy } from '../../support/cutting-proxy';
import { aListeningNode } from '../../support/listening-node';
import { temporaryFolder } from '../../support/temporary-folder';
import { createTestDatabase } from '../../support/test-database';
import { anOffice, prepared, sealAsOffice, signAsLeader } from '../../unit/shared/pades/helpers';

const MEGABYTE = 1024 * 1024;

test('§10: of a 20 MB scan that is signed and sealed only the appended bytes travel, below 2 % each', async () => {
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  const node = await aListeningNode(database);
  const proxy = await startCuttingProxy(
    () => [node.port],
    () => Number.MAX_SAFE_INTEGER,
  );
  onTestFinished(async () => {
    await node.die();
    await proxy.stop();
  });
  const seeded = await seedOffice(node.admin);
  const post = overApp(node.app);
  const device = await enrolTestDevice(
    post,
    await node.admin.createActivationCode(seeded.office.id),
  );
  const { accessToken } = await signIn(post, device, seeded.clerk);
  const folder = temporaryFolder();
  const key = randomBytes(32);
  const store = createContentStore(join(folder, 'files'), key);
  const transfer = createFileTransfer({
    client: createServerClient(() => ({ baseUrl: proxy.address })),
    token: async () => ok(accessToken),
    store,
    partials: createPartialStore(join(folder, 'partial'), createBox(key)),
    monotonicMs: () => 0,
    giveWay: async () => undefined,
  });
  const send = async (bytes: Uint8Array): Promise<number> => {
    const before = proxy.sentBytes();
    await store.put(bytes);
    const name = FileHash.parse(createHash('sha256').update(bytes).digest('hex'));
    expect(await transfer.upload(name)).toEqual(ok(undefined));
    return proxy.sentBytes() - before;
  };
  const office = anOffice();
  const ready = prepared(scanPdf(20 * MEGABYTE));
  const signed = signAsLeader(office, ready);
  const sealed = sealAsOffice(office, signed);

  const first = await send(ready);
  const afterSigning = await send(signed);
  const afterSealing = await send(sealed);

  expect(first).toBeGreaterThan(20 * MEGABYTE);
  expect(afterSigning).toBeLessThan(0.02 * 20 * MEGABYTE);
  expect(afterSealing).toBeLessThan(0.02 * 20 * MEGABYTE);
  const { rows } = await database.db.query('select 1 from file where is_complete');
  expect(rows).toHaveLength(3);
});
