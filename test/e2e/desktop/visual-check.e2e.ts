import type { Page } from '@playwright/test';
import { makeBase } from '../../attacks/attack';
import { laterRevisions } from '../../attacks/later-revisions';
import { update } from '../../attacks/toolbox';
import { expect, test } from '../support/office';
import { fillPaper, savePaper } from '../support/workstation';

/** Judging and drawing on a busy PC. */
const SLOW = 60_000;

async function registerWith(page: Page, code: string, bytes: Uint8Array): Promise<void> {
  const paper = { issuer: 'Sở Nội vụ', code, subject: `Văn bản ${code}` };
  await fillPaper(page, paper);
  await page.locator('input[type="file"]').setInputFiles({
    name: `${code.replace('/', ' ')}.pdf`,
    mimeType: 'application/pdf',
    buffer: Buffer.from(bytes),
  });
  await expect(page.getByText('1 trang')).toBeVisible({ timeout: SLOW });
  await savePaper(page, paper);
}

async function view(page: Page, code: string): Promise<void> {
  await page.getByRole('button', { name: 'Văn bản đến', exact: true }).click();
  await page.getByRole('row').filter({ hasText: code }).first().dblclick();
  await page.getByRole('button', { name: `Xem ${code.replace('/', ' ')}.pdf` }).click();
  await expect(page.locator('[data-verdict]').first()).toBeVisible({ timeout: SLOW });
  await expect(page.getByText('Đang so hình')).toBeHidden({ timeout: SLOW });
}

test('V-10: the panel shows what changed since a paper was signed; a sound one raises no alarm', async ({
  enrolledPc,
}) => {
  const { opened } = await enrolledPc('Máy văn thư 1');
  const { page } = opened;
  const base = makeBase();
  const replaceFont = laterRevisions.find(([name]) => name === '12: the fields’ font replaced');
  if (!replaceFont) throw new Error('the attack has another name');
  await registerWith(page, '11/SNV-VP', base.sealed);
  await registerWith(page, '12/SNV-VP', update(base.sealed, replaceFont[2]));

  await view(page, '12/SNV-VP');

  const changed = page.locator('[data-changed-page="1"]');
  await expect(changed).toContainText('Trang 1 khác với bản đã ký');
  const widths = await changed
    .getByRole('img')
    .evaluateAll((images) => images.map((image) => (image as HTMLImageElement).naturalWidth));
  expect(widths.length).toBe(2);
  expect(Math.min(...widths)).toBeGreaterThan(40);
  await expect(page.getByText('Chưa so hết hình')).toBeHidden();
  await page.screenshot({ path: test.info().outputPath('changed.png') });

  await page.keyboard.press('Escape');
  await view(page, '11/SNV-VP');

  await expect(page.locator('[data-changed-page]')).toHaveCount(0);
  await expect(page.getByText('Chưa so hết hình')).toBeHidden();
  await page.screenshot({ path: test.info().outputPath('clean.png') });
});
