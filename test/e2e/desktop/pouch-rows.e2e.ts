import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import type * as PouchRows from '../../../src/renderer/data/pouch-rows';
import { expect, test } from '../support/office';

const at = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

/** The page's PouchDB module alone, as a script that a test can hand to the window. */
async function bundledModule(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    define: { global: 'globalThis' },
    resolve: {
      alias: { '@shared': at('src/shared'), events: at('node_modules/events/events.js') },
    },
    build: {
      write: false,
      lib: { entry: at('src/renderer/data/pouch-rows.ts'), formats: ['iife'], name: 'pouchRows' },
    },
  });
  const [output] = Array.isArray(built) ? built : [built];
  if (!output || !('output' in output)) throw new Error('a bundle');
  return output.output[0].code;
}

declare const pouchRows: typeof PouchRows;

test('workbench: when two windows write one row, the newer stands on top and both stay readable', async ({
  freshPc,
}) => {
  const { page, killGroup } = await freshPc().open();
  await page.evaluate(`${await bundledModule()}; globalThis.pouchRows = pouchRows;`);

  const found = await page.evaluate(async () => {
    const row = (edit: number, subject: string) => ({
      rowId: 'r',
      row: { subject },
      edit,
      journalled: true,
    });
    const first = await pouchRows.openPouchRows('workbench-test');
    const second = await pouchRows.openPouchRows('workbench-test');
    await first.put([row(1, 'một')]);
    await second.readAll();
    await first.put([row(5, 'năm')]);
    // Knows only the first revision, and carries older text.
    await second.put([row(2, 'hai')]);
    await second.close();
    const third = await pouchRows.openPouchRows('workbench-test');
    const top = await third.readAll();
    const revisions = await third.revisions('r');
    await third.remove(['r']);
    const afterRemoval = await third.readAll();
    await third.clear();
    const left = [...afterRemoval, ...(await third.readAll())];
    return { top, revisions: revisions.map(({ edit }) => edit), left };
  });

  expect(found.top).toMatchObject([{ edit: 5, row: { subject: 'năm' } }]);
  expect(found.revisions).toEqual([5, 2, 5, 1]);
  expect(found.left).toEqual([]);
  await killGroup();
});
