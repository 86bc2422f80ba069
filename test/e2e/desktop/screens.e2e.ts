import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { cell, expectSavedRows, openBatch, pasteText } from '../support/batch';
import { expect, test } from '../support/office';
import { registerPaper } from '../support/workstation';

/** 1093×614 is a 1366×768 screen at 125 %. */
const sizes = [
  { width: 1366, height: 768 },
  { width: 1093, height: 614 },
  { width: 1920, height: 1080 },
];

async function expectFits(page: Page, name: string, mainButton: string | RegExp): Promise<void> {
  for (const size of sizes) {
    await page.setViewportSize(size);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect([name, size.width, overflow <= 0]).toEqual([name, size.width, true]);
    await expect(page.getByRole('button', { name: mainButton }).first()).toBeInViewport({
      ratio: 1,
    });
    await page.screenshot({ path: test.info().outputPath(`${name}-${size.width}.png`) });
  }
}

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  expect(serious.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 120)}`)).toEqual([]);
}

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
