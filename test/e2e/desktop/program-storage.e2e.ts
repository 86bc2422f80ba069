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
    define: { global: 'globalThis', 'process.env.NODE_ENV': '"production"' },
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

test('B-7, I-7: rows of a page are found side by side by their places, and marks also where many share one', async ({
  freshPc,
}) => {
  const { page, killGroup } = await freshPc().open();
  await page.evaluate(`${await bundledModule()}; globalThis.entry = entry;`);

  const found = await page.evaluate(async () => {
    const database = await entry.createDatabase({
      name: 'places-test',
      storage: entry.programStorage(),
    });
    const pause = () => Promise.resolve();
    const store = entry.createProjectionStore(database, pause, entry.aScopeCipher());
    const idOf = (n: number): string => `row-${String(n).padStart(4, '0')}`;
    // Against the order of their ids, and the last 450 at one place.
    const rows = Array.from({ length: 900 }, (_, n) => ({
      ...entry.aRow(idOf(n)),
      seq: n < 450 ? 1000 - n : 2000,
    }));
    await entry.writeRows(
      database.documents,
      rows.map((row) => ({ row, previous: undefined })),
    );
    const marks = await store.readMarks(rows[0]?.scope ?? '');
    let looks = 0;
    const look = IDBObjectStore.prototype.get;
    IDBObjectStore.prototype.get = function (key) {
      looks += 1;
      return look.call(this, key);
    };
    const byPlace = await store.readRows(
      rows
        .slice(100, 400)
        .map(({ id, scope, seq }) => ({ type: 'incomingDocument', id, scope, seq })),
    );
    const looksByPlace = looks;
    const behind = await store.readBehind(rows[0]?.scope ?? '', 900, 60);
    await database.remove();
    return {
      marks: marks.map(({ id }) => id),
      byPlace: [...byPlace.values()].map(({ id }) => id),
      looksByPlace,
      behind: behind.map(({ seq }) => seq),
    };
  });

  const idOf = (n: number): string => `row-${String(n).padStart(4, '0')}`;
  expect(found.marks.toSorted()).toEqual(Array.from({ length: 900 }, (_, n) => idOf(n)));
  expect(found.byPlace).toEqual(Array.from({ length: 300 }, (_, n) => idOf(n + 100)));
  expect(found.looksByPlace).toBe(0);
  expect(found.behind).toEqual(Array.from({ length: 60 }, (_, n) => 901 + n));
  await killGroup();
});
