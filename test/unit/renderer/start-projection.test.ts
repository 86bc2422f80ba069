import { getRxStorageMemory } from 'rxdb/plugins/storage-memory';
import { expect, test, vi } from 'vitest';
import { createDatabase } from '../../../src/renderer/data/database';
import { startProjection } from '../../../src/renderer/data/projection';
import { createProjectionStore } from '../../../src/renderer/data/projection-store';
import { aScopeCipher } from '../../support/scope-cipher';
import { createFakeBridge } from '../../support/fake-bridge';
import { incomingRecords, signedInState } from '../../support/office-sample';

const pause = () => Promise.resolve();

test('I-4: a batch that could not be stored is reported, its cursor stays, and it is stored when it comes again', async () => {
  const bridge = createFakeBridge({ session: signedInState(), serverDelayMs: 0 });
  bridge.seed(incomingRecords(20));
  const database = await createDatabase({ name: 'taking', storage: getRxStorageMemory() as never });
  const store = createProjectionStore(database, pause, aScopeCipher());
  let failures = 1;
  const shaky: typeof store = {
    ...store,
    writeRows: (rows) =>
      (failures -= 1) >= 0 ? Promise.reject(new Error('quota')) : store.writeRows(rows),
  };

  const stop = startProjection({ bridge, database, pause, store: shaky });
  await vi.waitFor(async () => expect(await database.documents.count().exec()).toBe(20));
  await stop();

  const answers = bridge.calls
    .filter(({ channel }) => channel === 'projection.acknowledge')
    .map(({ input }) => input);
  expect(answers[0]).toEqual({ stored: false, batchId: 1, reason: 'quota' });
  expect(answers.at(-1)).toMatchObject({
    stored: true,
    cursor: { seq: 20, digest: { count: 20 } },
  });
  await database.close();
});

test('the projection opens with its cursor and with the rows that claim local work', async () => {
  const bridge = createFakeBridge({ session: signedInState() });
  const database = await createDatabase({
    name: 'opening',
    storage: getRxStorageMemory() as never,
  });

  const stop = startProjection({ bridge, database, pause });
  await stop();

  expect(bridge.calls[0]).toEqual({
    channel: 'projection.open',
    input: { cursors: {}, dirty: [] },
  });
  await database.close();
});
