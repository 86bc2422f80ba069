import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import type * as ProgramStorage from '../support/program-storage-entry';
import { expect, test } from '../support/office';

const at = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

/** The page's database on its storage, as a script that a test can hand to the window. */
async function bundledModule(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    define: { global: 'globalThis' },
    resolve: { alias: { '@shared': at('src/shared') } },
    build: {
      write: false,
      lib: {
        entry: at('test/e2e/support/program-storage-entry.ts'),
        formats: ['iife'],
        name: 'entry',
      },
    },
  });
  const [output] = Array.isArray(built) ? built : [built];
  if (!output || !('output' in output)) throw new Error('a bundle');
  return output.output[0].code;
}

declare const entry: typeof ProgramStorage;

test('B-7: rows added without a look are announced, refused where one stands, and read in the order of their index', async ({
  freshPc,
}) => {
  const { page, killGroup } = await freshPc().open();
  await page.evaluate(`${await bundledModule()}; globalThis.entry = entry;`);

  const found = await page.evaluate(async () => {
    const database = await entry.createDatabase({
      name: 'storage-test',
      storage: entry.programStorage(),
    });
    const { documents } = database;
    const lists: string[][] = [];
    const selector = { type: 'incomingDocument' as const };
    const limit = 3;
    const sort = [{ type: 'asc' as const }, { newestKey: 'asc' as const }];
    // A query that was answered once follows what it is told.
    const live = async () => {
      const rows = await documents.find({ selector, sort, limit }).exec();
      lists.push(rows.map(({ id }) => id));
    };
    await live();
    const row = (id: string, newestKey: string, rev = 1) => ({
      row: { ...entry.aRow(id), newestKey, rev },
      previous: undefined,
    });
    await entry.writeRows(documents, [row('a', '4'), row('b', '2'), row('c', '3')]);
    await live();
    // One of them stands there, against what was expected.
    await entry.writeRows(documents, [row('d', '1'), row('a', '4', 2)]);
    const [a] = await entry.queryRows(documents, { selector: { ...selector, newestKey: '4' } });
    if (!a) throw new Error('a row');
    await entry.writeRows(documents, [{ row: a, previous: a, deleted: true }]);
    const ordered = await entry.queryRows(documents, { selector, sort, limit: 10 });
    const keys = ['b', 'missing', 'a', 'd'];
    const byKey = async (withDeleted: boolean) =>
      (await documents.storageInstance.findDocumentsById(keys, withDeleted)).map(
        ({ id, _deleted }) => [id, _deleted],
      );
    const read = { open: await byKey(false), all: await byKey(true) };
    const beyond = await entry.queryRows(documents, {
      selector: { ...selector, newestKey: { $gt: '1' } },
      sort,
      limit: 1,
    });
    await live();
    const names = (await indexedDB.databases()).flatMap(({ name = '' }) =>
      name.includes('storage-test') && name.endsWith('documents') ? [name] : [],
    );
    const indexes = await entry.indexesOf(names[0] ?? '');
    await database.remove();
    return {
      rev: a.rev,
      read,
      ordered: ordered.map(({ id, _deleted }) => [id, _deleted]),
      beyond: beyond.map(({ id }) => id),
      lists,
      indexes,
    };
  });

  expect(found.rev).toBe(2);
  expect(found.read.open).toEqual([
    ['b', false],
    ['d', false],
  ]);
  expect(found.read.all).toEqual([
    ['b', false],
    ['a', true],
    ['d', false],
  ]);
  expect(found.ordered).toEqual([
    ['d', false],
    ['b', false],
    ['c', false],
  ]);
  expect(found.beyond).toEqual(['b']);
  expect(found.lists).toEqual([[], ['b', 'c', 'a'], ['d', 'b', 'c']]);
  expect(found.indexes).toHaveLength(4);
  await killGroup();
});
