import { readdirSync, appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { PASSWORD } from '../../support/builders';
import { expect, test } from '../support/office';
import { registerPaper, signIn } from '../support/workstation';

test('I-1: papers saved without a line survive a kill, and get their numbers when the line is back', async ({
  enrolledPc,
  server,
  office,
}) => {
  const { pc, opened } = await enrolledPc('Máy văn thư 1');
  await expect(opened.page.getByText(/Đã đồng bộ/)).toBeVisible();
  await server.killNode();

  await registerPaper(opened.page, {
    issuer: 'Sở Nội vụ',
    code: '15/SNV-TCHC',
    subject: 'Báo cáo công tác văn thư quý IV',
  });
  await opened.page.keyboard.press('Escape');
  await expect(opened.page.getByText('Chờ cấp số đến').first()).toBeVisible();
  await expect(opened.page.getByText(/Mất mạng từ|Chưa có mạng/)).toBeVisible({ timeout: 20_000 });
  await opened.killGroup();
  const again = await pc.open();
  await signIn(again.page, office.clerk.login, PASSWORD);
  await expect(again.page.getByText('15/SNV-TCHC')).toBeVisible();
  await expect(again.page.getByText('Chờ cấp số đến').first()).toBeVisible();

  await server.start();
  const row = again.page.getByRole('row').filter({ hasText: '15/SNV-TCHC' });
  await expect(row.getByText('Đã vào sổ')).toBeVisible({ timeout: 60_000 });
  // The line came back under an offline sign-in: pulling goes on too (I-7).
  await expect(again.page.getByText(/Đã đồng bộ/)).toBeVisible({ timeout: 30_000 });
  await again.killGroup();
});

test('sync §4.2: a journal with a torn end opens, and what was saved before is there', async ({
  enrolledPc,
  server,
  office,
}) => {
  const { pc, opened } = await enrolledPc('Máy văn thư 2');
  await expect(opened.page.getByText(/Đã đồng bộ/)).toBeVisible();
  await server.killNode();
  await registerPaper(opened.page, {
    issuer: 'Sở Tài chính',
    code: '88/STC-NS',
    subject: 'Quyết toán ngân sách năm 2025',
  });
  await opened.killGroup();
  const journal = join(pc.folder, 'journal');
  const segment =
    readdirSync(journal)
      .filter((name) => name.endsWith('.jnl'))
      .toSorted()
      .at(-1) ?? '';
  appendFileSync(join(journal, segment), Buffer.from([0x40, 0, 0, 0, 1, 2, 3, 4, 9, 9]));

  const again = await pc.open();
  await signIn(again.page, office.clerk.login, PASSWORD);

  await expect(again.page.getByText('88/STC-NS')).toBeVisible();
  await again.killGroup();
  await server.start();
});
