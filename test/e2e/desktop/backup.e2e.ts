import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { PASSWORD } from '../../support/builders';
import { enrol, registerPaper, signIn } from '../support/workstation';
import { expect, test } from '../support/office';

const PASSPHRASE = 'bốn mươi tấn gạo';

async function openTransfer(page: Page): Promise<void> {
  await page.getByRole('status').first().click();
  await page.getByLabel('Mật khẩu của tệp').fill(PASSPHRASE);
}

test('T-13, I-1, I-5: work saved without a line goes by USB through another PC, and the original returns', async ({
  freshPc,
  server,
  office,
}) => {
  const stick = mkdtempSync(join(tmpdir(), 'tcv-usb-'));
  const path = join(stick, 'viec.tcv');
  const answers = join(stick, 'answers.json');
  const env = { ELECTRON_HOST_DIALOGS: answers };
  const open = async (name: string) => {
    const pc = freshPc(env);
    const opened = await pc.open();
    const code = await server.admin().createActivationCode(office.office.id);
    await enrol(opened.page, server.address, code, name);
    await signIn(opened.page, office.clerk.login, PASSWORD);
    await expect(opened.page.getByText(/Đã đồng bộ/)).toBeVisible();
    return { ...opened, pc };
  };
  const original = await open('Máy mất mạng');
  const other = await open('Máy có mạng');
  await server.killNode();
  await registerPaper(original.page, {
    issuer: 'Sở Nội vụ',
    code: '15/SNV-TCHC',
    subject: 'Báo cáo công tác văn thư quý IV',
  });
  await original.page.keyboard.press('Escape');
  await openTransfer(original.page);
  writeFileSync(answers, JSON.stringify([{ canceled: false, filePath: path }]));
  await original.page.getByRole('button', { name: 'Xuất việc chưa gửi ra USB' }).click();
  await expect(original.page.getByText(/Đã ghi và đọc lại đúng/)).toBeVisible();
  await original.page.setViewportSize({ width: 1366, height: 768 });
  await original.page.screenshot({ path: test.info().outputPath('transfer-1366.png') });
  await original.page.setViewportSize({ width: 1920, height: 1080 });
  await original.page.screenshot({ path: test.info().outputPath('transfer-1920.png') });
  expect(readFileSync(path).includes('SNV-TCHC')).toBe(false);
  await original.killGroup();

  await server.start();
  await expect(other.page.getByText(/Đã đồng bộ/)).toBeVisible({ timeout: 60_000 });
  await openTransfer(other.page);
  writeFileSync(answers, JSON.stringify([{ canceled: false, filePaths: [path] }]));
  await other.page.getByRole('button', { name: 'Nhập việc chưa gửi từ USB' }).click();
  await expect(other.page.getByText(/Máy chủ đã nhận việc của máy “Máy mất mạng”/)).toBeVisible();
  await other.page.screenshot({ path: test.info().outputPath('delivered.png') });

  const back = await original.pc.open();
  await signIn(back.page, office.clerk.login, PASSWORD);
  const row = back.page.getByRole('row').filter({ hasText: '15/SNV-TCHC' });
  await expect(row).toHaveCount(1);
  await expect(row.getByText('Đã vào sổ')).toBeVisible({ timeout: 60_000 });
  await expect(back.page.getByText(/Đã đồng bộ/)).toBeVisible({ timeout: 30_000 });
  await back.killGroup();
  await other.killGroup();
  rmSync(stick, { recursive: true, force: true });
});
