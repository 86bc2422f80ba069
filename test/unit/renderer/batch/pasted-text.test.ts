import { expect, test } from 'vitest';
import { parsePastedText } from '../../../../src/renderer/features/batch-entry/pasted-text';

test('rows and cells of a spreadsheet, with the line end of Windows', () => {
  expect(parsePastedText('Sở Nội vụ\t15/SNV\t2111\r\nSở Tài chính\t\t21/11\r\n')).toEqual([
    ['Sở Nội vụ', '15/SNV', '2111'],
    ['Sở Tài chính', '', '21/11'],
  ]);
});

test('one word is no table: the field takes it itself', () => {
  expect(parsePastedText('Báo cáo quý IV\n')).toBeUndefined();
});

test('a column is a table of one cell a row', () => {
  expect(parsePastedText('15/SNV\n16/SNV')).toEqual([['15/SNV'], ['16/SNV']]);
});

test('a quoted cell keeps its quotes, and its line break becomes a space', () => {
  expect(parsePastedText('"V/v ""rà soát""\nsố liệu"\tCV\n')).toEqual([
    ['V/v "rà soát" số liệu', 'CV'],
  ]);
});

test('a quote inside a plain cell is a letter like any other', () => {
  expect(parsePastedText('"Ngày hội" 2026\tKH')).toEqual([['"Ngày hội" 2026', 'KH']]);
});

test('an empty last cell and an empty row in between stay in their places', () => {
  expect(parsePastedText('a\t\n\nb\tc')).toEqual([['a', ''], [''], ['b', 'c']]);
});
