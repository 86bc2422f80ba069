import { expect, test } from 'vitest';
import type { Column } from '../../../../src/renderer/features/batch-entry/batch-row';
import { rowFrom, storedFrom } from '../../../../src/renderer/features/batch-entry/batch-row';
import type { BatchStore } from '../../../../src/renderer/features/batch-entry/batch-store';
import { aRow, aStore, settings } from './batch-sample';

const column = (store: BatchStore, name: Column) =>
  store.batch().ids.map((id) => store.view(id)?.row.cells[name]);
const idAt = (store: BatchStore, at: number) => store.batch().ids[at] ?? '';

test('an empty batch offers one row, which is no paper yet', () => {
  const store = aStore();

  expect(store.batch().ids).toHaveLength(1);
  expect(store.batch().paperIds).toEqual([]);
});

test('van-ban.md §2.4: a new row takes date and issuer over, and is still no paper', () => {
  const store = aStore(aRow(1, { arrivalDate: '20/11/2026' }));
  const id = store.addRow();

  expect(store.view(id)?.row.cells).toMatchObject({
    arrivalDate: '20/11/2026',
    issuerName: 'Sở Nội vụ',
    codeDisplay: '',
  });
  expect(store.batch().paperIds).not.toContain(id);
});

test('a paste fills to the right and below and adds the rows that are missing', () => {
  const store = aStore(aRow(1));
  store.paste(idAt(store, 0), 'codeDisplay', [
    ['7/A', '2111'],
    ['8/A', '21/11'],
    ['9/A', '21.11.26'],
  ]);

  expect(column(store, 'codeDisplay')).toEqual(['7/A', '8/A', '9/A']);
  expect(column(store, 'issuedDate')).toEqual(['21/11/2026', '21/11/2026', '21/11/2026']);
  expect(column(store, 'issuerName')).toEqual(['Sở Nội vụ', 'Sở Nội vụ', 'Sở Nội vụ']);
});

test('what a paste has beyond the last column is left out', () => {
  const store = aStore(aRow(1));
  store.paste(idAt(store, 0), 'note', [['ghi chú', 'thừa']]);

  expect(column(store, 'note')).toEqual(['ghi chú']);
});

test('taking a paste back restores the cells and removes the added rows', () => {
  const store = aStore(aRow(1));
  store.paste(idAt(store, 0), 'codeDisplay', [['7/A'], ['8/A']]);
  expect(store.batch().undo).toBe('pasted');
  store.undo();

  expect(column(store, 'codeDisplay')).toEqual(['1/SNV-VP']);
  expect(store.batch().undo).toBeUndefined();
});

test('a cell that was typed over after a paste keeps what was typed when the paste is taken back', () => {
  const store = aStore(aRow(1), aRow(2));
  store.paste(idAt(store, 0), 'subject', [['dán một'], ['dán hai']]);
  store.write(idAt(store, 1), 'subject', 'gõ sau');
  store.undo();

  expect(column(store, 'subject')).toEqual(['Báo cáo số 1 của Sở', 'gõ sau']);
});

test('filling down takes the text of the cell above; the first row has none above', () => {
  const store = aStore(aRow(1, { issuerName: 'Sở Tài chính' }), aRow(2));
  store.fillDown(idAt(store, 0), 'issuerName');
  store.fillDown(idAt(store, 1), 'issuerName');
  expect(column(store, 'issuerName')).toEqual(['Sở Tài chính', 'Sở Tài chính']);
  store.undo();

  expect(column(store, 'issuerName')).toEqual(['Sở Tài chính', 'Sở Nội vụ']);
});

test('a removed row comes back to its place with what was in it', () => {
  const store = aStore(aRow(1), aRow(2), aRow(3));
  store.remove(idAt(store, 1));
  expect(column(store, 'codeDisplay')).toEqual(['1/SNV-VP', '3/SNV-VP']);
  store.undo();

  expect(column(store, 'codeDisplay')).toEqual(['1/SNV-VP', '2/SNV-VP', '3/SNV-VP']);
});

test('corrections 11: the statement covers the papers of its moment; a row that is added asks again', () => {
  const store = aStore(aRow(1), aRow(2));
  store.confirm(1);
  const added = store.addRow();
  expect(store.batch().statement).toBeDefined();
  store.write(added, 'subject', 'V');

  expect(store.batch().statement).toBeUndefined();
});

test('corrections 11: removing a row or typing into one leaves the statement as it was made', () => {
  const store = aStore(aRow(1), aRow(2));
  store.confirm(1);
  store.write(idAt(store, 0), 'subject', 'Nội dung khác');
  store.remove(idAt(store, 1));

  expect(store.batch().statement).toBeDefined();
});

test('VB006: the later of two equal rows is marked, whichever way the date was typed', () => {
  const store = aStore(
    aRow(1, { codeDisplay: '5/SNV', issuedDate: '2011' }),
    aRow(2, { codeDisplay: '5/snv', issuedDate: '20/11/2026' }),
  );
  const [first, second] = store.batch().ids;
  expect(store.view(second ?? '')?.twinOf).toBe(first);
  expect(store.view(first ?? '')?.twinOf).toBeUndefined();
  store.write(second ?? '', 'codeDisplay', '6/SNV');

  expect(store.view(second ?? '')?.twinOf).toBeUndefined();
});

test('a row reads back from what is kept of it; what another version wrote is left alone', () => {
  const row = aRow(1);

  expect(rowFrom(row.id, storedFrom(row, settings))).toEqual({ row, settings });
  expect(rowFrom(row.id, { ...storedFrom(row, settings), format: 2 })).toBeUndefined();
});
