import type { Page } from '@playwright/test';
import { PASSWORD } from '../../support/builders';
import { smallPdf } from '../../support/small-pdf';
import {
  asSigner,
  changeUser,
  fillDraft,
  openOutgoing,
  rowOf,
  seedDrafting,
} from '../support/drafting';
import { expect, test } from '../support/office';

const SUBJECT = 'Kế hoạch rà soát chợ dân sinh năm 2027';

/** 1093×614 is a 1366×768 screen at 125 %. */
async function expectFits(page: Page, name: string, mainButton: string | RegExp): Promise<void> {
  for (const size of [
    { width: 1366, height: 768 },
    { width: 1093, height: 614 },
  ]) {
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

test('§9.5: a draft goes from the expert over the head of the unit and the clerk to "Chờ ký", on both workstations', async ({
  enrolledPc,
  office,
  server,
}) => {
  const { expert, head } = await seedDrafting(server, office);
  const { page } = (await enrolledPc('Máy phòng Kinh tế')).opened;
  const clerkPage = (await enrolledPc('Máy văn thư')).opened.page;
  await changeUser(page, expert.login, PASSWORD);
  await openOutgoing(page);
  await fillDraft(page, {
    type: 'Kế hoạch',
    subject: SUBJECT,
    signer: asSigner(office.chairman),
    recipient: 'Sở Nội vụ',
    file: { name: 'ke-hoach.pdf', bytes: smallPdf({ pages: [['Ke hoach'], ['Trang hai']] }) },
  });
  await expect(page.getByLabel('Đơn vị soạn thảo')).toHaveValue(expert.unitId ?? '');
  await expect(page.getByText('2 trang')).toBeVisible();
  await expectFits(page, 'outgoing-form', 'Lưu và trình');

  await page.getByRole('button', { name: 'Lưu và trình' }).click();
  await expect(page.getByText('Chờ lãnh đạo đơn vị').first()).toBeVisible();
  await expect(page.getByText('Máy chủ đã nhận')).toBeVisible({ timeout: 30_000 });

  await changeUser(page, head.login, PASSWORD);
  await openOutgoing(page);
  await rowOf(page, SUBJECT).click({ timeout: 30_000 });
  await expectFits(page, 'outgoing-detail', 'Đồng ý nội dung');
  await page.getByRole('button', { name: 'Đồng ý nội dung' }).click();
  await page.getByRole('dialog').getByRole('textbox').fill('Nội dung phù hợp.');
  await page.getByRole('dialog').getByRole('button', { name: 'Đồng ý nội dung' }).click();
  await expect(page.getByText('Chờ kiểm tra thể thức').first()).toBeVisible();

  await openOutgoing(clerkPage);
  await expect(rowOf(clerkPage, SUBJECT)).toBeVisible({ timeout: 30_000 });
  await expectFits(clerkPage, 'outgoing-list', /Soạn văn bản/);
  await rowOf(clerkPage, SUBJECT).click({ timeout: 30_000 });
  await expect(clerkPage.getByText('Nội dung phù hợp.')).toBeVisible({ timeout: 30_000 });
  await clerkPage.getByRole('button', { name: 'Đồng ý thể thức, trình ký' }).click();
  const dialog = clerkPage.getByRole('dialog', { name: 'Đồng ý thể thức, trình ký' });
  await dialog.getByLabel(/Tôi xác nhận văn bản này/).check();
  await dialog.locator('input[type="file"]').setInputFiles({
    name: 'ke-hoach-trinh-ky.pdf',
    mimeType: 'application/pdf',
    buffer: smallPdf({ pages: [['Ke hoach'], ['Trang hai'], ['Trang ba']] }),
  });
  // Nothing in this file says where number, date and signature go: the program asks (S-9).
  await dialog.getByRole('button', { name: 'Xem và chuyển các ô…' }).click({ timeout: 20_000 });
  const places = clerkPage.getByRole('dialog', { name: 'Vị trí ghi số, ngày, chữ ký' });
  await expect(places.getByText('Ngày, tháng, năm', { exact: true })).toBeVisible({
    timeout: 20_000,
  });
  await clerkPage.screenshot({ path: test.info().outputPath('places.png') });
  await places.getByRole('button', { name: 'Dùng các vị trí này' }).click();
  await expect(dialog.getByText('Đã chọn: ke-hoach-trinh-ky.pdf')).toBeVisible({ timeout: 20_000 });
  await expectFits(clerkPage, 'outgoing-format', 'Đồng ý thể thức, trình ký');
  await dialog.getByRole('button', { name: 'Đồng ý thể thức, trình ký' }).click();

  await expect(clerkPage.getByText('Chờ ký', { exact: true }).first()).toBeVisible();
  await expect(page.getByText('Chờ ký', { exact: true }).first()).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText('ke-hoach-trinh-ky.pdf').first()).toBeVisible();
  await openOutgoing(page);
  await page.getByText('Tất cả', { exact: true }).click();
  await expect(rowOf(page, SUBJECT).getByText('Chưa có số')).toBeVisible();
});
