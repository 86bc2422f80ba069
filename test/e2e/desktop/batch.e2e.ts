import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { PASSWORD } from '../../support/builders';
import { smallPdf } from '../../support/small-pdf';
import {
  cell,
  dropFiles,
  expectSavedRows,
  openBatch,
  pasteText,
  typePaper,
} from '../support/batch';
import { expect, test } from '../support/office';
import { signIn } from '../support/workstation';

/** Reading a PDF for marks may take 15 s on a busy PC. */
const SLOW = 30_000;

const typed = [1, 2, 3].map((n) => [
  'Sở Nội vụ',
  `${n}/SNV-VP`,
  '2011',
  'Công văn',
  `Báo cáo công tác tuần ${n}`,
]);
/** The cells after the subject: pages, urgency, due date, note, the file button, then the date of the next row. */
const TABS_TO_NEXT_ROW = 6;
const pasted = [4, 5, 6, 7, 8]
  .map((n) => ['Sở Tài chính', `${n}/STC-NS`, '20/11', 'Kế hoạch', `Kế hoạch ngân sách số ${n}`])
  .map((cells) => cells.join('\t'))
  .join('\n');

test('I-1: a batch typed without a line survives a kill, is handed in, and gets its numbers with the line', async ({
  enrolledPc,
  server,
  office,
}) => {
  test.setTimeout(240_000);
  const { pc, opened } = await enrolledPc('Máy văn thư 1');
  const { page } = opened;
  await page.setViewportSize({ width: 1366, height: 768 });
  await expect(page.getByText(/Đã đồng bộ/)).toBeVisible();
  await server.killNode();
  await openBatch(page);
  await page.screenshot({ path: test.info().outputPath('empty.png') });
  for (const paper of typed) {
    await typePaper(page, paper);
    for (let tab = 0; tab < TABS_TO_NEXT_ROW; tab++) await page.keyboard.press('Tab');
  }
  await expect(cell(page, 'Ngày văn bản', 3)).toHaveValue(/^20\/11\/\d{4}$/);
  await cell(page, 'Tác giả', 4).focus();
  await pasteText(page, pasted);
  await expect(cell(page, 'Trích yếu nội dung', 8)).toHaveValue('Kế hoạch ngân sách số 8');

  await dropFiles(page, [
    { name: 'quet-9.pdf', bytes: smallPdf({ pages: [['Trang mot'], ['Trang hai']] }) },
    { name: 'quet-10.pdf', bytes: smallPdf({ pages: [['MẬT'], ['Trang hai']] }) },
  ]);
  await expect(page.getByText('Chờ xác nhận')).toHaveCount(2);
  const statement = page.getByLabel(/Tôi xác nhận 10 văn bản trong lô này/);
  await expect(statement).not.toBeChecked();
  await statement.check();
  await expect(cell(page, 'Số trang', 9)).toHaveValue('2', { timeout: SLOW });
  await expect(page.getByText('Chưa thêm được tệp “quet-10.pdf”')).toBeVisible({ timeout: SLOW });
  await page.getByRole('button', { name: 'Bỏ tệp quet-10.pdf' }).click();
  await page.screenshot({ path: test.info().outputPath('filled.png') });
  await expectSavedRows(page, 9);
  await opened.killGroup();

  const again = await pc.open();
  await again.page.setViewportSize({ width: 1366, height: 768 });
  await signIn(again.page, office.clerk.login, PASSWORD);
  await openBatch(again.page);
  await expect(cell(again.page, 'Trích yếu nội dung', 1)).toHaveValue('Báo cáo công tác tuần 1');
  await expect(cell(again.page, 'Số, ký hiệu', 8)).toHaveValue('8/STC-NS');
  await expect(again.page.getByText('quet-9.pdf')).toBeVisible();

  const confirm = again.page.getByLabel(/Tôi xác nhận 9 văn bản trong lô này/);
  await expect(confirm).not.toBeChecked();
  await again.page.keyboard.press('Control+Enter');
  await expect(again.page.getByText(/Bạn cần xác nhận các văn bản/)).toBeVisible();
  await confirm.check();
  await again.page.getByRole('button', { name: /Đưa cả lô vào sổ/ }).click();
  await expect(again.page.getByText('Đã đưa 8 văn bản vào sổ')).toBeVisible({ timeout: 20_000 });
  await expect(again.page.getByText(/Còn 1 dòng ở lại lô/)).toBeVisible();
  await expect(again.page.getByText(/số đến sẽ được cấp khi có mạng/)).toBeVisible();
  await again.page.getByRole('button', { name: 'Xem số đến' }).click();
  await expect(again.page.getByText('Chờ cấp số đến')).toHaveCount(8);
  await again.page.screenshot({ path: test.info().outputPath('summary.png') });

  await server.start();
  await expect(again.page.getByText('Chờ cấp số đến')).toHaveCount(0, { timeout: 60_000 });
  await expect(again.page.getByText('Số đến 01', { exact: true })).toBeVisible();
  await expect(again.page.getByText('Số đến 08', { exact: true })).toBeVisible();

  await cell(again.page, 'Tác giả', 1).focus();
  await typePaper(again.page, ['Công an tỉnh', '9/CAT', 'không', 'BC', 'Báo cáo an ninh trật tự']);
  await again.page.keyboard.press('Control+Enter');
  await expect(again.page.getByText('Đã đưa 1 văn bản vào sổ')).toBeVisible({ timeout: 20_000 });
  await again.page.keyboard.press('Escape');
  await expect(again.page.getByText('9 văn bản')).toBeVisible({ timeout: 30_000 });
  await openBatch(again.page);
  await expect(cell(again.page, 'Trích yếu nội dung', 1)).toHaveValue('');
  await again.killGroup();
});

test('sync §4.2: the last key before closing is kept, and rows outlive the loss of the page’s storage', async ({
  enrolledPc,
  office,
}) => {
  const { pc, opened } = await enrolledPc('Máy văn thư 2');
  await openBatch(opened.page);
  await cell(opened.page, 'Trích yếu nội dung', 1).focus();
  await opened.page.keyboard.type('Về việc đóng máy giữa chừng');
  await opened.close();

  const again = await pc.open();
  await signIn(again.page, office.clerk.login, PASSWORD);
  await openBatch(again.page);
  const subject = cell(again.page, 'Trích yếu nội dung', 1);
  await expect(subject).toHaveValue('Về việc đóng máy giữa chừng');
  await subject.focus();
  await again.page.keyboard.press('End');
  await again.page.keyboard.type(', gõ tiếp');
  await expectSavedRows(again.page, 1);
  expect(await storedRevisions(again.page)).toBeGreaterThan(1);
  await again.killGroup();

  const databases = readdirSync(pc.folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /(^|\/)IndexedDB$/.test(name),
  );
  expect(databases).not.toEqual([]);
  for (const name of databases) rmSync(join(pc.folder, name), { recursive: true });
  const third = await pc.open();
  await signIn(third.page, office.clerk.login, PASSWORD);
  await openBatch(third.page);
  await expect(cell(third.page, 'Trích yếu nội dung', 1)).toHaveValue(
    'Về việc đóng máy giữa chừng, gõ tiếp',
  );
  await third.killGroup();
});

/** Revisions that PouchDB keeps of the batch, each readable. */
const storedRevisions = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    const found = (await indexedDB.databases()).find(({ name }) =>
      name?.startsWith('_pouch_workbench-'),
    );
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open(found?.name ?? '');
      request.addEventListener('success', () => resolve(request.result));
      request.addEventListener('error', () => reject(new Error('not opened')));
    });
    const count = await new Promise<number>((resolve) => {
      const request = database.transaction('by-sequence').objectStore('by-sequence').count();
      request.addEventListener('success', () => resolve(request.result));
    });
    database.close();
    return count;
  });
