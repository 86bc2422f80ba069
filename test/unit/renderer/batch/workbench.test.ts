import { expect, test } from 'vitest';
import type { KeptRow, RowStore } from '../../../../src/renderer/data/pouch-rows';
import { openWorkbench, type Workbench } from '../../../../src/renderer/data/workbench';
import { createFakeBridge, type FakeBridge } from '../../../support/fake-bridge';
import { signedInState } from '../../../support/office-sample';
import { aRow, aStoredRow } from './batch-sample';

/** Stands for PouchDB, which needs a browser; the e2e spec has the real one. */
function memoryRows(log: string[] = []) {
  const rows = new Map<string, KeptRow>();
  const store: RowStore = {
    readAll: async () => [...rows.values()],
    put: async (put) => {
      log.push('pouch');
      for (const row of put) rows.set(row.rowId, row);
    },
    remove: async (rowIds) => {
      for (const rowId of rowIds) rows.delete(rowId);
    },
    revisions: async () => [],
    clear: async () => rows.clear(),
    close: async () => undefined,
  };
  return { rows, openStore: async () => store };
}

const aBridge = () => createFakeBridge({ session: signedInState() });
const broken = () => Promise.reject(new Error('no storage'));

async function opened(bridge: FakeBridge, openStore: () => Promise<RowStore>): Promise<Workbench> {
  const workbench = await openWorkbench({ bridge, openStore });
  if (!workbench.ok) throw new Error(workbench.error.code);
  return workbench.value;
}

const row = aStoredRow(aRow(1));
const newer = aStoredRow({ ...aRow(1, { subject: 'Nội dung mới hơn' }), edit: 7 });

test('sync §4.2: a row goes to the journal first, then to PouchDB', async () => {
  const log: string[] = [];
  const bridge = aBridge();
  const call = bridge.call;
  const logging = {
    ...bridge,
    call: (async (channel: never, input: never) => {
      const answer = await call(channel, input);
      log.push(channel);
      return answer;
    }) as FakeBridge['call'],
  };
  const { openStore } = memoryRows(log);
  const workbench = await opened(logging, openStore);
  await workbench.save([row]);

  expect(log).toEqual(['workbench.listRows', 'workbench.saveRows', 'pouch']);
});

test('sync §4.2: a destroyed workbench is filled again from the journal', async () => {
  const bridge = aBridge();
  await (await opened(bridge, memoryRows().openStore)).save([row]);
  const empty = memoryRows();
  const workbench = await opened(bridge, empty.openStore);

  expect(workbench.rows).toEqual([row]);
  expect([...empty.rows.keys()]).toEqual([row.rowId]);
});

test('a page whose storage cannot be used still has every row', async () => {
  const bridge = aBridge();
  await (await opened(bridge, broken)).save([row]);

  expect((await opened(bridge, broken)).rows).toEqual([row]);
});

test('a row that the journal refused stays in PouchDB and goes to the journal at the next opening', async () => {
  const bridge = aBridge();
  const memory = memoryRows();
  const workbench = await opened(bridge, memory.openStore);
  bridge.failNext('workbench.saveRows', { code: 'journal.disk-full' });
  const saved = await workbench.save([row]);
  const again = await opened(bridge, memory.openStore);

  expect(saved).toEqual({ ok: false, error: { code: 'journal.disk-full' } });
  expect(again.rows).toEqual([row]);
  expect((await opened(bridge, broken)).rows).toEqual([row]);
});

test('the newer of two copies counts, whoever holds it', async () => {
  const bridge = aBridge();
  const memory = memoryRows();
  const workbench = await opened(bridge, memory.openStore);
  await workbench.save([row]);
  bridge.failNext('workbench.saveRows', { code: 'journal.disk-full' });
  await workbench.save([newer]);

  expect((await opened(bridge, memory.openStore)).rows).toEqual([newer]);
});

test('I-1: a row that the journal has let go is not brought back by PouchDB', async () => {
  const bridge = aBridge();
  const memory = memoryRows();
  await (await opened(bridge, memory.openStore)).save([row]);
  // The program died between the journal and PouchDB.
  await bridge.call('workbench.saveRows', { rows: [{ rowId: row.rowId, row: null }] });

  expect((await opened(bridge, memory.openStore)).rows).toEqual([]);
  expect(memory.rows.size).toBe(0);
});
