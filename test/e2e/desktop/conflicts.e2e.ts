import type { Page } from '@playwright/test';
import { expect, test } from '../support/office';
import { expectAccessible, expectFits } from '../support/screens';
import { registerPaper } from '../support/workstation';

const paper = { issuer: 'Sở Y tế', code: '412/SYT-NVY', subject: 'Tiêm chủng mở rộng' };
const rowOf = (page: Page) => page.getByRole('row').filter({ hasText: paper.code });

/** Corrects the subject as a clerk does, with a reason; resolves when the detail page says it. */
async function correctSubject(page: Page, subject: string): Promise<void> {
  await rowOf(page).click();
  await page.keyboard.press('F4');
  await page.getByRole('textbox', { name: /^Trích yếu nội dung/ }).fill(subject);
  await page.getByRole('textbox', { name: /^Lý do sửa/ }).fill('Ghi thiếu trích yếu');
  await page.keyboard.press('Control+s');
  await expect(page.getByText('Lý do: Ghi thiếu trích yếu')).toBeVisible();
  await page.keyboard.press('Escape');
}

test('I-8: one field changed on two PCs without a line: both see both versions, one press, both agree', async ({
  enrolledPc,
  server,
}) => {
  const { opened: one } = await enrolledPc('Máy văn thư 1');
  const { opened: two } = await enrolledPc('Máy văn thư 2');
  const pages = [one.page, two.page];
  await registerPaper(one.page, paper);
  await one.page.keyboard.press('Escape');
  for (const page of pages)
    await expect(rowOf(page).getByText('Đã vào sổ')).toBeVisible({ timeout: 30_000 });

  await server.killNode();
  await correctSubject(one.page, 'Tiêm chủng mở rộng đợt một');
  await correctSubject(two.page, 'Tiêm chủng mở rộng đợt hai');
  await server.start();

  for (const page of pages) {
    await expect(rowOf(page).getByText('Cần đối chiếu')).toBeVisible({ timeout: 60_000 });
    await expect(page.getByText('1 văn bản cần đối chiếu').first()).toBeVisible();
  }
  await rowOf(one.page).click();
  await expect(one.page.getByText('Có hai bản khác nhau – cần đối chiếu')).toBeVisible();
  await expectFits(one.page, 'conflict-detail', /Lấy bản này/);
  await expectAccessible(one.page);
  await one.page.keyboard.press('Escape');

  const chooser = two.page;
  await chooser.getByRole('button', { name: /^Cần đối chiếu/ }).click();
  await expect(chooser.getByRole('heading', { name: 'Cần đối chiếu (1)' })).toBeVisible();
  await expectFits(chooser, 'conflicts', /Lấy bản này/);
  await expectAccessible(chooser);
  const take = chooser.getByRole('button', { name: /^Lấy bản này/ });
  const taken = ((await take.getAttribute('aria-label')) ?? '').replace('Lấy bản này: ', '');
  await take.click();
  await expect(chooser.getByText('Không có mục nào cần đối chiếu')).toBeVisible();
  await chooser.getByRole('button', { name: /^Văn bản đến/ }).click();

  expect(taken).toMatch(/đợt (một|hai)$/);
  for (const page of pages) {
    await expect(rowOf(page)).toContainText(taken, { timeout: 30_000 });
    await expect(rowOf(page).getByText('Máy chủ đã nhận')).toBeVisible({ timeout: 30_000 });
    await expect(page.getByText(/Đã đồng bộ/)).toBeVisible({ timeout: 30_000 });
  }
  await rowOf(one.page).click();
  await expectFits(one.page, 'corrections', 'Đổi người dùng');
  await expectAccessible(one.page);
});
