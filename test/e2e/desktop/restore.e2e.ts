import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { PASSWORD } from '../../support/builders';
import { enrol, registerPaper, signIn } from '../support/workstation';
import { expectAccessible } from '../support/screens';
import { expect, test } from '../support/office';

const sizes = [
  { width: 1366, height: 768 },
  { width: 1920, height: 1080 },
];
async function picture(page: Page, name: string): Promise<void> {
  for (const size of sizes) {
    await page.setViewportSize(size);
    await page.screenshot({ path: test.info().outputPath(`${name}-${size.width}.png`) });
  }
}
const paper = {
  issuer: 'Sở Tài chính',
  code: '88/STC-QLNS',
  subject: 'Dự toán thu chi năm sau',
};

test('§15, I-1: a clerk sets up the backup, the PC is lost, and a new PC is restored from the stick by keyboard', async ({
  freshPc,
  server,
  office,
}) => {
  const stick = mkdtempSync(join(tmpdir(), 'tcv-usb-'));
  const answers = join(mkdtempSync(join(tmpdir(), 'tcv-dialogs-')), 'answers.json');
  const answer = () =>
    writeFileSync(answers, JSON.stringify([{ canceled: false, filePaths: [stick] }]));
  const lost = await freshPc({ ELECTRON_HOST_DIALOGS: answers }).open();
  const code = await server.admin().createActivationCode(office.office.id);
  await enrol(lost.page, server.address, code, 'Máy văn thư 1');
  await signIn(lost.page, office.clerk.login, PASSWORD);
  await expect(lost.page.getByText(/Đã đồng bộ/)).toBeVisible();

  // Set up: place, key, a group typed back.
  await lost.page.getByRole('status').first().click();
  const section = lost.page.getByRole('region', { name: 'Sao lưu và chuyển việc' });
  await expect(section.getByText(/chưa có nơi sao lưu/)).toBeVisible();
  await section.scrollIntoViewIfNeeded();
  await picture(lost.page, 'backup-hint');
  answer();
  await section.getByRole('button', { name: 'Chọn nơi sao lưu' }).click();
  const dialog = lost.page.getByRole('dialog', { name: 'Khóa khôi phục' });
  await expect(dialog.getByRole('listitem')).toHaveCount(7);
  const groups = (await dialog.getByRole('listitem').allInnerTexts()).map(
    (text) => text.split(' ').at(-1) ?? '',
  );
  await expect(dialog.getByRole('textbox')).toBeFocused();
  await expectAccessible(lost.page);
  await picture(lost.page, 'recovery-key');
  await lost.page.emulateMedia({ media: 'print' });
  await expect(lost.page.getByText('Máy: Máy văn thư 1')).toBeVisible();
  await expect(lost.page.getByText('In khóa')).toBeHidden();
  await lost.page.screenshot({ path: test.info().outputPath('recovery-key-print.png') });
  await lost.page.emulateMedia({ media: 'screen' });
  await dialog.getByRole('textbox').fill('SAI');
  await lost.page.keyboard.press('Enter');
  await expect(dialog.getByText(/không khớp với khóa khôi phục/)).toBeVisible();
  const asked = Number(/nhóm thứ (\d)/.exec(await dialog.innerText())?.[1]);
  await dialog.getByRole('textbox').fill((groups[asked - 1] ?? '').toLowerCase());
  await lost.page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  await expect(section.getByText(/Bản sao lưu gần nhất: \d/)).toBeVisible();

  // Work without a line, backed up, and the PC is gone.
  await server.killNode();
  await lost.page.getByRole('button', { name: 'Văn bản đến' }).click();
  await registerPaper(lost.page, paper);
  await lost.page.keyboard.press('Escape');
  await lost.page.getByRole('status').first().click();
  await section.getByRole('button', { name: 'Sao lưu ngay' }).click();
  await expect(section.getByRole('button', { name: 'Sao lưu ngay' })).toBeEnabled();
  await section.scrollIntoViewIfNeeded();
  await picture(lost.page, 'backup-done');
  await lost.killGroup();

  // The new PC.
  const { page, killGroup } = await freshPc({ ELECTRON_HOST_DIALOGS: answers }).open();
  await page.getByRole('button', { name: 'Khôi phục từ bản sao lưu' }).click();
  answer();
  await expect(page.getByRole('button', { name: 'Chọn USB hoặc thư mục sao lưu' })).toBeFocused();
  await page.keyboard.press('Enter');
  const key = page.getByRole('textbox', { name: /^Khóa khôi phục/ });
  await expect(key).toBeFocused();
  await key.fill(groups.with(2, 'AAAAA').join(' '));
  await page.keyboard.press('Enter');
  await expect(page.getByText('Nhóm thứ 3 gõ chưa đúng')).toBeVisible();
  await picture(page, 'restore-typo');
  await key.fill(groups.join('').toLowerCase());
  await page.keyboard.press('Enter');
  await expect(page.getByText('Bản sao lưu của máy “Máy văn thư 1”')).toBeVisible();
  await expect(page.getByText(/^[12] việc chưa gửi/)).toBeVisible();
  await expectAccessible(page);
  await picture(page, 'restore-found');
  await page.keyboard.press('Enter');

  // Still no line: the people and the work are there.
  await expect(page.getByText('Máy văn thư 1')).toBeVisible();
  await signIn(page, office.clerk.login, PASSWORD);
  await expect(page.getByRole('row').filter({ hasText: paper.code })).toHaveCount(1);
  await picture(page, 'restored');
  await server.start();
  await page.getByRole('status').first().click();
  await expect(page.getByText('Lý do chưa có kết nối')).toBeVisible({ timeout: 60_000 });
  await killGroup();
  rmSync(stick, { recursive: true, force: true });
});
