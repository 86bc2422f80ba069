import { act } from 'react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BatchEntryPage } from '../../../../src/renderer/features/batch-entry';
import { columns, type Column } from '../../../../src/renderer/features/batch-entry/batch-row';
import { createFakeBridge, type FakeBridge } from '../../../support/fake-bridge';
import {
  incomingContent,
  incomingPaper,
  referenceRecords,
  sampleIds,
  signedInState,
} from '../../../support/office-sample';
import {
  eventually,
  field,
  leaveField,
  pressKey,
  showPage,
  tick,
  typeLikeUnikey,
  typeText,
} from '../../../support/page-harness';

let bridge: FakeBridge;
let close: () => Promise<void>;
let opened: string[];

beforeEach(async () => {
  bridge = createFakeBridge({ session: signedInState(), serverDelayMs: 20 });
  bridge.seed([
    ...referenceRecords(),
    { type: 'incomingDocument', id: sampleIds.document(1), content: incomingContent(1) },
  ]);
  opened = [];
  await show();
});

afterEach(() => close());

async function show(): Promise<void> {
  const page = await showPage(
    bridge,
    <BatchEntryPage onClose={() => undefined} onOpen={(id) => void opened.push(id)} />,
  );
  close = page.close;
  await eventually(() => cells('subject')[0]);
}

const cells = (column: Column) => [
  ...document.querySelectorAll<HTMLInputElement>(`[data-column="${column}"]`),
];
function cell(column: Column, row = 1): HTMLInputElement {
  const found = cells(column)[row - 1];
  if (!found) throw new Error(`no row ${row}`);
  return found;
}
const text = () => document.body.textContent ?? '';
const button = (label: string) =>
  [...document.querySelectorAll<HTMLElement>('button')].find(({ textContent }) =>
    textContent?.startsWith(label),
  );
const press = (label: string) => tick(button(label) as HTMLInputElement);
const statement = () => field('notSecretConfirmed');
const keptRows = () =>
  bridge.calls.flatMap(({ channel, input }) =>
    channel === 'workbench.saveRows' ? (input as { rows: { row: unknown }[] }).rows : [],
  );

const paste = (input: HTMLInputElement, copied: string): Promise<void> =>
  act(async () => {
    input.focus();
    const event = new Event('paste', { bubbles: true, cancelable: true });
    Object.assign(event, { clipboardData: { getData: () => copied } });
    input.dispatchEvent(event);
  });

const threeRows = [1, 2, 3]
  .map((n) => ['Sở Nội vụ', `${n}/SNV`, '2001', 'Công văn', `Báo cáo số ${n} năm nay`].join('\t'))
  .join('\n');

/** "Nguyễn" and "Độc lập" as Telex sends them: letters, then backspaces and the letter with its mark. */
const bursts = [
  [0, 'Nguy'],
  [0, 'e'],
  [1, 'ê'],
  [0, 'n'],
  [2, 'ễn'],
  [0, ' D'],
  [1, 'Đ'],
  [0, 'oc'],
  [2, 'ôc'],
  [2, 'ộc'],
  [0, ' la'],
  [1, 'â'],
  [0, 'p'],
  [2, 'ập'],
] as const;

test.each(columns)('a burst of Unikey leaves what was typed in the cell %s', async (column) => {
  await act(async () => {
    cell(column).value = '';
  });
  const before = cell(column).value;
  await typeLikeUnikey(cell(column), bursts);

  expect(cell(column).value).toBe(`${before}Nguyễn Độc lập`);
  await leaveField(cell(column));
  expect(cell(column).value).toBe(`${before}Nguyễn Độc lập`);
});

test('a date is left alone while it is typed, and written out when the cell is left', async () => {
  await typeText(cell('issuedDate'), '2111');
  expect(cell('issuedDate').value).toBe('2111');
  await leaveField(cell('issuedDate'));

  expect(cell('issuedDate').value).toMatch(/^21\/11\/\d{4}$/);
});

test('the list below the issuer completes nothing: Enter takes a suggestion only after an arrow key', async () => {
  await typeText(cell('issuerName'), 'noi vu');
  expect(document.querySelectorAll('[role="option"]')).toHaveLength(1);
  expect(cell('issuerName').value).toBe('noi vu');
  await pressKey('ArrowDown');
  await pressKey('Enter');

  expect(cell('issuerName').value).toBe('Sở Nội vụ');
  expect(cells('issuerName')).toHaveLength(1);
});

test('Enter goes to the same column of the next row, and makes the row that is missing', async () => {
  await typeText(cell('codeDisplay'), '1/SNV');
  await pressKey('Enter');
  expect(document.activeElement).toBe(cell('codeDisplay', 2));
  await pressKey('ArrowUp');
  expect(document.activeElement).toBe(cell('codeDisplay', 1));
  await pressKey('Enter');

  expect(cells('codeDisplay')).toHaveLength(2);
});

test('sync §4.2: a row is kept when its cell is left, and the mark says so after the answer', async () => {
  await typeText(cell('subject'), 'Báo cáo');
  expect(text()).toContain('Đang lưu…');
  await leaveField(cell('subject'));
  await eventually(() => text().includes('Đã lưu trên máy'));
  expect(keptRows()).toHaveLength(1);
  await close();
  await show();

  expect(cell('subject').value).toBe('Báo cáo');
});

test('what was typed last is kept when the page is left', async () => {
  await typeText(cell('subject'), 'Chữ cuối cùng');
  await close();
  await show();

  expect(cell('subject').value).toBe('Chữ cuối cùng');
});

test('a full disk is said, and every typed letter stays', async () => {
  bridge.failNext('workbench.saveRows', { code: 'journal.disk-full' });
  await typeText(cell('subject'), 'Báo cáo');
  await leaveField(cell('subject'));

  await eventually(() => text().includes('NK-001'));
  expect(text()).toContain('Chưa lưu được');
  expect(cell('subject').value).toBe('Báo cáo');
});

test('pasted rows are papers of the batch; taking it back empties it again', async () => {
  await paste(cell('issuerName'), threeRows);
  expect(cells('subject').map(({ value }) => value)).toEqual(
    [1, 2, 3].map((n) => `Báo cáo số ${n} năm nay`),
  );
  expect(text()).toContain('3 văn bản trong lô');
  await pressKey('F8');

  expect(cells('subject').map(({ value }) => value)).toEqual(['']);
});

test('Ctrl+D takes the cell above, Ctrl+Delete removes the row, and each can be taken back', async () => {
  await paste(cell('issuerName'), threeRows);
  await act(async () => cell('subject', 2).focus());
  await pressKey('d', true);
  expect(cell('subject', 2).value).toBe('Báo cáo số 1 năm nay');
  await pressKey('F8');
  expect(cell('subject', 2).value).toBe('Báo cáo số 2 năm nay');
  await pressKey('Delete', true);
  expect(cells('codeDisplay').map(({ value }) => value)).toEqual(['1/SNV', '3/SNV']);
  await press('Hoàn tác bỏ dòng');

  expect(cells('codeDisplay').map(({ value }) => value)).toEqual(['1/SNV', '2/SNV', '3/SNV']);
});

test('corrections 11: without the statement nothing goes; a row that is added asks again', async () => {
  await paste(cell('issuerName'), threeRows);
  await pressKey('Enter', true);
  expect(text()).toContain('Tôi xác nhận 3 văn bản trong lô này không mang dấu Mật');
  expect(text()).toContain('Bạn cần xác nhận các văn bản');
  expect(document.activeElement).toBe(statement());
  await tick(statement());
  expect(text()).toContain('Nguyễn Thị Hạnh xác nhận lúc');
  await act(async () => cell('subject', 3).focus());
  await pressKey('Enter');
  await typeText(cell('subject', 4), 'Thêm');

  expect(statement().checked).toBe(false);
  expect(text()).toContain('Tôi xác nhận 4 văn bản');
  expect(bridge.appended).toHaveLength(0);
});

test('van-ban.md §6.2: no byte of a scan is sent before the statement; then it goes into its row', async () => {
  await typeText(cell('subject'), 'Báo cáo có bản quét');
  const input = document.querySelector<HTMLInputElement>('td input[type="file"]');
  if (!input) throw new Error('a file field');
  await act(async () => {
    Object.defineProperty(input, 'files', {
      configurable: true,
      value: [new File(['%PDF-1.7'], 'quet.pdf')],
    });
    input.dispatchEvent(new Event('change', { bubbles: true }));
  });
  expect(text()).toContain('Chờ xác nhận');
  expect(bridge.calls.some(({ channel }) => channel.startsWith('files.'))).toBe(false);
  await tick(statement());

  await eventually(() => text().includes('quet.pdf') && cell('pageAmount').value === '7');
  await close();
  await show();
  expect(text()).toContain('quet.pdf');
});

test('van-ban.md §6.2: a refused file is named and can be put aside; the row stays', async () => {
  await typeText(cell('subject'), 'Báo cáo có bản quét');
  await tick(statement());
  bridge.failNext('files.finishImport', { code: 'secrecy.mark-found' });
  await act(async () => {
    const event = new Event('drop', { bubbles: true, cancelable: true });
    Object.assign(event, { dataTransfer: { files: [new File(['x'], 'mat.pdf')] } });
    cell('subject').dispatchEvent(event);
  });

  await eventually(() => text().includes('Chưa thêm được tệp “mat.pdf”'));
  await press('Bỏ tệp mat.pdf');
  expect(text()).not.toContain('mat.pdf');
  expect(cell('subject').value).toBe('Báo cáo có bản quét');
});

test('only what is complete goes into the book; the rest stays with its marks', async () => {
  await paste(cell('issuerName'), threeRows);
  await typeText(cell('note', 1), 'ghi chú');
  await act(async () => cell('subject', 2).focus());
  await paste(cell('subject', 2), 'abc\t');
  await leaveField(cell('subject', 2));
  await tick(statement());
  await press('Đưa cả lô vào sổ');

  await eventually(() => text().includes('Đã đưa 2 văn bản vào sổ'));
  expect(text()).toContain('Còn 1 dòng ở lại lô');
  expect(text()).toContain('Vui lòng nhập trích yếu nội dung văn bản (từ 5 đến 500 ký tự).');
  expect(cells('codeDisplay').map(({ value }) => value)).toEqual(['2/SNV']);
  expect(bridge.appended.map(({ kind }) => kind)).toEqual([
    'create',
    'cmd.requestNumber',
    'create',
    'cmd.requestNumber',
  ]);
  await press('Xem số đến');
  await eventually(() => text().includes('Số đến 03'), 'the numbers');
});

test('without a line the summary says that the numbers wait', async () => {
  bridge.setOnline(false);
  await paste(cell('issuerName'), threeRows);
  await tick(statement());
  await press('Đưa cả lô vào sổ');

  await eventually(() => text().includes('số đến sẽ được cấp khi có mạng trở lại'));
  expect(text()).toContain('Đã đưa 3 văn bản vào sổ');
});

test('VB006: a paper that is in the book already is marked with the way to it and waits for a word', async () => {
  const known = incomingPaper(1);
  await paste(
    cell('issuerName'),
    [known.issuerName, known.codeDisplay, '05/01/2026', 'Kế hoạch', 'Cùng một văn bản'].join('\t'),
  );
  await eventually(() => text().includes('Văn bản có thể đã được đăng ký: số đến 01'));
  await press('Mở văn bản đó');
  expect(opened).toEqual([sampleIds.document(1)]);
  await tick(statement());
  await press('Đưa cả lô vào sổ');
  await eventually(() => text().includes('Chưa văn bản nào được đưa vào sổ'));
  expect(bridge.appended).toHaveLength(0);
  await press('Vẫn vào sổ văn bản này');
  await press('Đưa cả lô vào sổ');

  await eventually(() => text().includes('Đã đưa 1 văn bản vào sổ'));
});

test('VB006: the same paper twice in one batch is marked on the later row, with the way to the earlier', async () => {
  await paste(cell('issuerName'), `${threeRows.split('\n')[0]}\n${threeRows.split('\n')[0]}`);
  expect(text()).toContain('Trùng tác giả, số ký hiệu và ngày với dòng 1 của lô này.');
  await press('Tới dòng 1');

  expect(document.activeElement).toBe(cell('issuerName', 1));
});

test('an empty cell is no mistake until the clerk wants to hand in; a wrong date is one when it is left', async () => {
  await typeText(cell('codeDisplay'), '1/SNV');
  await typeText(cell('issuedDate'), '9999');
  expect(text()).not.toContain('Ngày không đúng');
  await leaveField(cell('issuedDate'));
  expect(text()).toContain('Ngày không đúng');
  expect(text()).not.toContain('Vui lòng nhập trích yếu');
  await tick(statement());
  await press('Đưa cả lô vào sổ');

  await eventually(() => text().includes('Vui lòng nhập trích yếu'));
});
