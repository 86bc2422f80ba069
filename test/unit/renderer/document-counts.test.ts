import { getRxStorageMemory } from 'rxdb/plugins/storage-memory';
import { filter, firstValueFrom, type Observable } from 'rxjs';
import { expect, onTestFinished, test } from 'vitest';
import { createDatabase } from '../../../src/renderer/data/database';
import { startProjection } from '../../../src/renderer/data/projection';
import { createDocumentCounts } from '../../../src/renderer/data/repositories/document-counts';
import { createFakeBridge } from '../../support/fake-bridge';
import {
  incomingContent,
  incomingRecords,
  sampleIds,
  signedInState,
} from '../../support/office-sample';

const pause = () => Promise.resolve();
const submitted = { type: 'incomingDocument', state: 'daTrinh' } as const;
const every = { type: 'incomingDocument', state: null } as const;
let databases = 0;

async function aBook() {
  const bridge = createFakeBridge({ session: signedInState() });
  bridge.seed(incomingRecords(30));
  const name = `counts${(databases += 1)}`;
  const database = await createDatabase({ name, storage: getRxStorageMemory() as never });
  const stop = startProjection({ bridge, database, pause });
  await firstValueFrom(database.documents.count().$.pipe(filter((count) => count === 30)));
  const counts = createDocumentCounts(database.documents);
  onTestFinished(async () => {
    counts.stop();
    await stop();
    await database.close();
  });
  return { bridge, counts };
}

const becomes = (count: Observable<number>, wanted: number) =>
  firstValueFrom(count.pipe(filter((value) => value === wanted)));

test('papers are counted by type and by state', async () => {
  const { counts } = await aBook();

  expect(await firstValueFrom(counts.watch(every))).toBe(30);
  expect(await firstValueFrom(counts.watch(submitted))).toBe(10);
});

test('a number follows papers that arrive and papers that change their state', async () => {
  const { bridge, counts } = await aBook();
  await firstValueFrom(counts.watch(every));
  await firstValueFrom(counts.watch(submitted));
  const arrived = { type: 'incomingDocument' as const, id: sampleIds.document(31) };

  bridge.seed([{ ...arrived, content: incomingContent(31, { state: 'daTrinh' }) }]);

  expect(await becomes(counts.watch(every), 31)).toBe(31);
  expect(await becomes(counts.watch(submitted), 11)).toBe(11);

  bridge.seed([{ ...arrived, content: incomingContent(31, { state: 'dangXuLy' }) }]);

  expect(await becomes(counts.watch(submitted), 10)).toBe(10);
  expect(await firstValueFrom(counts.watch(every))).toBe(31);
});
