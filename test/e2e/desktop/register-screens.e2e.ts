import type { Page } from '@playwright/test';
import { checkRegisters } from '../../../sync-server/src/features/registers/check-registers';
import { expect, test } from '../support/office';
import { expectAccessible, expectFits } from '../support/screens';
import { registerPaper } from '../support/workstation';

const openRegisters = (page: Page) =>
  page.getByRole('button', { name: 'Sổ đăng ký', exact: true }).click();

test('a number is voided, and the book shows and prints it (N-15, VB021, I-10)', async ({
  enrolledPc,
  server,
}) => {
  const { page } = (await enrolledPc('Máy văn thư')).opened;
  for (const n of [1, 2]) {
    await registerPaper(page, {
      issuer: 'Sở Y tế',
      code: `5${n}/SYT`,
      subject: `Kế hoạch tiêm chủng mở rộng đợt ${n}`,
    });
    await page.keyboard.press('Escape');
    const row = page.getByRole('row').filter({ hasText: `5${n}/SYT` });
    await expect(row.getByText('Đã vào sổ')).toBeVisible();
  }
  await page.getByText('51/SYT').first().dblclick();
  await page.getByRole('button', { name: 'Hủy số…' }).click();
  await page.getByRole('textbox', { name: /Lý do hủy số/ }).fill('Đăng ký trùng với văn bản số 2');
  await page.getByRole('combobox', { name: /Lãnh đạo đã đồng ý/ }).click();
  await page.getByRole('option', { name: /Lê Văn Chủ Tịch/ }).click();
  await page.screenshot({ path: test.info().outputPath('void-dialog.png') });
  await page.getByRole('button', { name: 'Hủy số này' }).click();
  await expect(page.getByText(/Yêu cầu hủy số 01 đã lưu trên máy/)).toBeVisible();

  await openRegisters(page);
  await expectFits(page, 'registers', 'Xem sổ');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Xem sổ' }).first().click();
  await expect(
    page.getByText(/Đã hủy: Đăng ký trùng với văn bản số 2 \(đồng ý: Lê Văn Chủ Tịch\)/),
  ).toBeVisible();
  await expectFits(page, 'book', 'In sổ…');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'In sổ…' }).click();
  await expectFits(page, 'book-print', 'In');
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByRole('button', { name: 'Xem sổ' })).toBeHidden();
  await page.screenshot({ path: test.info().outputPath('book-paper.png') });
  await page.emulateMedia({ media: 'screen' });
  await page.keyboard.press('Escape');
  await page.getByRole('tab', { name: 'Số đã hủy và số chờ hồ sơ' }).click();
  await expectFits(page, 'book-others', 'Quay lại');

  expect((await checkRegisters(server.db())).findings).toEqual([]);
});
