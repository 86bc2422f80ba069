import type { Page } from '@playwright/test';
import { checkRegisters } from '../../../sync-server/src/features/registers/check-registers';
import { formatDate } from '@shared/i18n/format';
import { aUser, PASSWORD, today } from '../../support/builders';
import { smallPdf } from '../../support/small-pdf';
import { expect, test } from '../support/office';
import { expectAccessible, expectFits } from '../support/screens';
import { registerPaper, signIn } from '../support/workstation';

const openRegisters = (page: Page) =>
  page.getByRole('button', { name: 'Sổ đăng ký', exact: true }).click();

async function confirm(page: Page, act: string): Promise<void> {
  await page.getByRole('button', { name: act, exact: true }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: act, exact: true }).click();
}

const vietnamDay = (): string => formatDate(today());

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

test('a number from paper that is not the next one is settled by the chairman (N-20, sync §9.5)', async ({
  enrolledPc,
  office,
  server,
}) => {
  const { page } = (await enrolledPc('Máy văn thư')).opened;
  await openRegisters(page);
  await confirm(page, 'Khóa sổ');
  await expect(page.getByText(/Văn thư hoặc Chánh Văn phòng đã khóa sổ/)).toBeVisible();
  await page.getByRole('button', { name: 'Văn bản đến', exact: true }).click();
  await registerPaper(page, {
    issuer: 'Sở Nội vụ',
    code: '88/SNV-CCHC',
    subject: 'Rà soát biên chế năm 2027',
  });
  await page.keyboard.press('Escape');
  await openRegisters(page);
  await expectFits(page, 'registers-frozen', 'Mở khóa sổ');
  await page.getByRole('button', { name: 'Cấp số trên giấy…' }).click();
  await page.screenshot({ path: test.info().outputPath('slip.png') });
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /^Ghi số đã cấp trên giấy cho/ }).click();
  await page.getByRole('textbox', { name: /Số đã cấp/ }).fill('9');
  await page.getByRole('textbox', { name: /Ngày cấp số/ }).fill(vietnamDay());
  await page.getByRole('button', { name: 'Ghi nhận số' }).click();
  await expect(page.getByText('Số chờ lãnh đạo giải quyết: 1')).toBeVisible();
  await expectFits(page, 'dispute-clerk', 'Mở văn bản');

  await page.getByRole('button', { name: /Đổi người dùng/ }).click();
  await signIn(page, office.chairman.login, PASSWORD);
  await openRegisters(page);
  await expect(page.getByRole('button', { name: 'Cấp số mới' })).toBeVisible();
  await expectFits(page, 'dispute-leader', 'Cấp số mới');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'In thông báo…' }).click();
  await page.screenshot({ path: test.info().outputPath('renumber-notice.png') });
  await page.keyboard.press('Escape');
  await confirm(page, 'Cấp số mới');
  await expect(page.getByText('Số chờ lãnh đạo giải quyết: 1')).toBeHidden();

  await page.getByRole('button', { name: /Đổi người dùng/ }).click();
  await signIn(page, office.clerk.login, PASSWORD);
  await openRegisters(page);
  await confirm(page, 'Mở khóa sổ');
  await expect(page.getByText('Máy chủ cấp số.')).toBeVisible();
  await page.getByRole('button', { name: 'Văn bản đến', exact: true }).click();
  const row = page.getByRole('row').filter({ hasText: '88/SNV-CCHC' });
  await expect(row.getByText('Đã vào sổ')).toBeVisible();
  await expect(row.getByRole('gridcell').or(row.getByRole('cell')).first()).toHaveText('01');
  expect((await checkRegisters(server.db())).findings).toEqual([]);
});

test('a book goes on from the one on paper: proposed by one person, confirmed by another', async ({
  enrolledPc,
  office,
  server,
}) => {
  const head = aUser(
    { officeId: office.office.id, login: 'chanhvp', fullName: 'Lê Thị Chánh Văn Phòng' },
    [{ role: 'lanhDaoVanPhong', organId: office.organ.id }],
  );
  await server.admin().createUser(head, PASSWORD);
  const { page } = (await enrolledPc('Máy văn thư')).opened;
  await openRegisters(page);
  await page.getByRole('button', { name: 'Xem sổ' }).first().click();
  await expectFits(page, 'book-empty', 'Mở nối tiếp sổ cũ…');
  await page.getByRole('button', { name: 'Mở nối tiếp sổ cũ…' }).click();
  await page.getByRole('textbox', { name: /Số cuối cùng của sổ cũ/ }).fill('120');
  await page.getByRole('textbox', { name: /Ngày của số cuối cùng/ }).fill(vietnamDay());
  await page.getByRole('textbox', { name: /Sổ cũ là sổ nào/ }).fill('Sổ giấy quyển 2, tủ văn thư');
  await page.getByLabel(/Tôi xác nhận bản quét/).check();
  await page.locator('input[type="file"]').setInputFiles({
    name: 'trang-cuoi.pdf',
    mimeType: 'application/pdf',
    buffer: smallPdf({ pages: [['Sổ văn bản đến, số cuối cùng: 120']] }),
  });
  await expect(page.getByText('trang-cuoi.pdf')).toBeVisible();
  await expectFits(page, 'opening-dialog', 'Đề nghị mở sổ');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Đề nghị mở sổ' }).click();
  await expect(page.getByText('Người thứ hai phải xem bản quét và xác nhận.')).toBeVisible();

  await page.getByRole('button', { name: /Đổi người dùng/ }).click();
  await signIn(page, head.login, PASSWORD);
  await openRegisters(page);
  await page.getByRole('button', { name: 'Xem sổ' }).first().click();
  await page.getByRole('button', { name: 'Xem bản quét' }).click();
  await expect(page.getByText('Không có chữ ký số')).toBeVisible();
  await page.keyboard.press('Escape');
  await expectFits(page, 'opening-confirm', 'Xác nhận mở sổ');
  await page.getByRole('button', { name: 'In biên bản…' }).click();
  await expect(page.getByText('BIÊN BẢN MỞ SỔ NỐI TIẾP SỔ CŨ').first()).toBeVisible();
  await page.screenshot({ path: test.info().outputPath('minute.png') });
  await page.keyboard.press('Escape');
  await confirm(page, 'Xác nhận mở sổ');
  await expect(page.getByText('bắt đầu từ số 121').first()).toBeVisible();

  await page.getByRole('button', { name: /Đổi người dùng/ }).click();
  await signIn(page, office.clerk.login, PASSWORD);
  await registerPaper(page, { issuer: 'Sở Y tế', code: '1/SYT', subject: 'Văn bản đầu tiên' });
  await page.keyboard.press('Escape');
  const row = page.getByRole('row').filter({ hasText: '1/SYT' });
  await expect(row.getByRole('gridcell').or(row.getByRole('cell')).first()).toHaveText('121');
  expect((await checkRegisters(server.db())).findings).toEqual([]);
});
