import { cell, expectSavedRows, openBatch, pasteText } from '../support/batch';
import { expect, test } from '../support/office';
import { expectAccessible, expectFits } from '../support/screens';
import { registerPaper } from '../support/workstation';

test('first start and sign-in fit every screen and can be used without a mouse', async ({
  freshPc,
}) => {
  const { page, killGroup } = await freshPc().open();

  await expectFits(page, 'first-start', 'Đăng ký máy này');
  await expectAccessible(page);
  await killGroup();
});

test('list, form, detail and status fit every screen', async ({ enrolledPc }) => {
  const { page } = (await enrolledPc('Máy văn thư')).opened;
  await expectFits(page, 'list-empty', /Đăng ký văn bản/);
  await registerPaper(page, {
    issuer: 'Sở Tư pháp',
    code: '77/STP-HC',
    subject: 'Rà soát văn bản quy phạm pháp luật',
  });
  await expectFits(page, 'form', /Vào sổ/);
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expectFits(page, 'list', /Đăng ký văn bản/);
  await expectAccessible(page);
  await page.getByText('77/STP-HC').first().dblclick();
  await expect(page.getByText('Rà soát văn bản quy phạm pháp luật').first()).toBeVisible();
  await expectFits(page, 'detail', 'Đổi người dùng');
});

test('the batch grid fits every screen, empty, filled and with mistakes', async ({
  enrolledPc,
}) => {
  const { page } = (await enrolledPc('Máy văn thư')).opened;
  await openBatch(page);
  await expectFits(page, 'batch-empty', /Đưa cả lô vào sổ/);
  await expectAccessible(page);
  const rows = Array.from({ length: 20 }, (_, n) =>
    [
      n % 2 ? 'Sở Tài chính' : 'Văn phòng Ủy ban nhân dân tỉnh',
      `${n + 1}/VP-TH`,
      '20/11',
      'Công văn',
      `V/v rà soát, tổng hợp số liệu cán bộ, công chức xã lần ${n + 1}`,
    ].join('\t'),
  );
  await cell(page, 'Tác giả', 1).focus();
  await pasteText(page, rows.join('\n'));
  await expectSavedRows(page, 20);
  await expectFits(page, 'batch-20', /Đưa cả lô vào sổ/);
  await cell(page, 'Ngày văn bản', 1).fill('3213');
  await cell(page, 'Trích yếu nội dung', 2).fill('abc');
  await cell(page, 'Số, ký hiệu', 4).fill('2/VP-TH');
  await cell(page, 'Ngày văn bản', 5).fill('31/12/2099');
  await cell(page, 'Loại văn bản', 3).fill('');
  await page.getByLabel(/Tôi xác nhận 20 văn bản/).check();
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText(/Còn 5 dòng ở lại lô/)).toBeVisible();
  await expectFits(page, 'batch-mistakes', /Đưa cả lô vào sổ/);
  await expectAccessible(page);
});
