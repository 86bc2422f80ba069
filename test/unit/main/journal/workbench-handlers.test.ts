import { expect, test } from 'vitest';
import {
  listDraftRows,
  saveDraftRows,
} from '../../../../src/main/features/journal/workbench-handlers';
import { UserId } from '@shared/kernel/ids';
import { aDraft, anId, sample } from '../../../support/core-builders';
import { createBench, createQuietWorld, createServer } from '../../../support/quiet-world';

const userId = UserId.parse(sample.clerkId);
const other = UserId.parse(anId(4, 2));

async function aBench() {
  const world = createQuietWorld();
  const bench = createBench(world, createServer(world));
  await bench.start();
  const at = (person = userId) => ({ journal: bench.journal(), userId: person });
  return {
    world,
    bench,
    save: (rowId: string, row: object | null, person = userId) =>
      world.settle(saveDraftRows(at(person), [{ rowId, row: row as never }])),
    list: (person = userId) => listDraftRows(at(person)),
    /** Main dies and starts again. */
    restart: async () => {
      bench.kill();
      await bench.start();
    },
  };
}

const rowId = sample.documentId;

test('sync §4.2: a batch row that was answered is there after a kill, in its newest form', async () => {
  const { save, list, restart } = await aBench();
  await save(rowId, { subject: 'Báo' });
  await save(rowId, { subject: 'Báo cáo' });
  await restart();

  expect(list()).toEqual([{ rowId, row: { subject: 'Báo cáo' } }]);
});

test('sync §4.2: a removed row stays removed after a kill', async () => {
  const { save, list, restart } = await aBench();
  await save(rowId, { subject: 'Báo cáo' });
  await save(rowId, null);
  await restart();

  expect(list()).toEqual([]);
});

test('sync §3.1: nobody sees or removes the rows of another', async () => {
  const { save, list } = await aBench();
  await save(rowId, { subject: 'Báo cáo' });
  await save(rowId, null, other);

  expect(list(other)).toEqual([]);
  expect(list()).toHaveLength(1);
});

test('I-1: a row leaves the drafts in the same flush as its document is saved', async () => {
  const { bench, save, list, restart } = await aBench();
  await save(rowId, { subject: 'Báo cáo' });
  await bench.save(aDraft({ target: { type: 'incomingDocument', id: rowId } }));
  await restart();

  expect(list()).toEqual([]);
  expect(bench.state().pending()).toHaveLength(1);
});

test('I-1: when the disk refuses the document, the row is still a row', async () => {
  const { world, bench, save, list, restart } = await aBench();
  await save(rowId, { subject: 'Báo cáo' });
  world.arm('flushFails');
  await bench.save(aDraft({ target: { type: 'incomingDocument', id: rowId } }));
  const before = list();
  await restart();

  expect(before).toHaveLength(1);
  // Bytes of a failed flush may be on the disk or not; there is a row or a document, never both or neither.
  expect(list().length + bench.state().pending().length).toBe(1);
});

test('I-1: a late save does not bring a row back beside its document', async () => {
  const { bench, save, list } = await aBench();
  await bench.save(aDraft({ target: { type: 'incomingDocument', id: rowId } }));
  await save(rowId, { subject: 'Báo cáo' });

  expect(list()).toEqual([]);
});
