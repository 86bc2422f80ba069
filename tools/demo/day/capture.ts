import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import {
  cell,
  dropFiles,
  expectSavedRows,
  openBatch,
  pasteText,
  typePaper,
} from '../../../test/e2e/support/batch';
import { registerPaper, signIn } from '../../../test/e2e/support/workstation';
import { repositoryRoot } from '../../run-step';
import { DEMO_PASSWORD } from '../province';
import { expectSynced, type Day } from './day';

const single = [
  {
    issuer: 'Sở Nội vụ tỉnh Mẫu Sơn',
    code: '1520/SNV-CCHC',
    subject: 'Báo cáo kết quả cải cách hành chính quý IV năm 2026',
  },
  {
    issuer: 'Sở Tài chính tỉnh Mẫu Sơn',
    code: '2210/STC-QLNS',
    subject: 'Hướng dẫn khóa sổ ngân sách cuối năm 2026',
  },
  {
    issuer: 'Sở Y tế tỉnh Mẫu Sơn',
    code: '845/SYT-NVY',
    subject: 'Tăng cường phòng, chống dịch bệnh mùa đông xuân',
  },
  {
    issuer: 'Công an tỉnh Mẫu Sơn',
    code: '77/CAT-PCCC',
    subject: 'Kiểm tra an toàn phòng cháy chữa cháy trước Tết',
  },
  {
    issuer: 'Sở Tư pháp tỉnh Mẫu Sơn',
    code: '390/STP-HCTP',
    subject: 'Rà soát công tác chứng thực tại cấp xã',
  },
] as const;

/** Eighteen rows as a clerk copies them from a spreadsheet: issuer, number, date, type, subject. */
const pasted = Array.from({ length: 18 }, (_, i) => [
  i % 2 === 0 ? 'Sở Nông nghiệp và Môi trường tỉnh Mẫu Sơn' : 'Sở Xây dựng tỉnh Mẫu Sơn',
  i % 2 === 0 ? `${700 + i}/SNNMT-CCTL` : `${900 + i}/SXD-QLXD`,
  '20/11',
  'Công văn',
  `Kiểm kê mốc lộ giới tuyến đường số ${i + 1}`,
]);

/** Two papers that came as scans alone. */
const scanned = [
  [
    'Bảo hiểm xã hội tỉnh Mẫu Sơn',
    '415/BHXH-TST',
    '19/11',
    'Công văn',
    'Đối chiếu danh sách cấp thẻ bảo hiểm y tế',
  ],
  [
    'Sở Khoa học và Công nghệ tỉnh Mẫu Sơn',
    '233/SKHCN-CĐS',
    '18/11',
    'Công văn',
    'Thống kê hạ tầng số cấp xã năm 2026',
  ],
] as const;

const fixture = (name: string): Buffer =>
  readFileSync(join(repositoryRoot, 'test/fixtures/pdf', name));

/** Without a line: five papers by the form, twenty by the grid, and the app killed in the middle of it. */
export async function captureOffline({ evidence, clerkA }: Day): Promise<void> {
  const { step, picture } = evidence;
  await step('the clerk of A registers 5 papers by the form; their numbers wait', async () => {
    const page = clerkA.page();
    for (const paper of single) {
      await registerPaper(page, paper);
      await page.keyboard.press('Escape');
      const row = page.getByRole('row').filter({ hasText: paper.code });
      await expect(row.getByText('Chờ cấp số đến')).toBeVisible();
    }
    await expect(page.getByText(/Mất mạng từ|Chưa có mạng/)).toBeVisible({ timeout: 30_000 });
  });
  await picture(clerkA.page(), 'mat-mang-cho-cap-so');
  await step(
    '20 more go into the grid, 18 pasted and 2 as scans, one statement for all',
    async () => {
      const page = clerkA.page();
      await openBatch(page);
      await cell(page, 'Tác giả', 1).focus();
      await pasteText(page, pasted.map((cells) => cells.join('\t')).join('\n'));
      await expect(cell(page, 'Trích yếu nội dung', 18)).toHaveValue(pasted[17]?.[4] ?? '');
      await dropFiles(page, [
        { name: 'quet-19.pdf', bytes: fixture('scan.pdf') },
        { name: 'quet-20.pdf', bytes: fixture('cairo.pdf') },
      ]);
      for (const [i, paper] of scanned.entries()) {
        await cell(page, 'Tác giả', 19 + i).focus();
        await typePaper(page, paper);
      }
      await page.getByLabel(/Tôi xác nhận 20 văn bản trong lô này/).check();
      await expect(cell(page, 'Số trang', 20)).not.toHaveValue('', { timeout: 30_000 });
      await expectSavedRows(page, 20);
    },
  );
  await picture(clerkA.page(), 'nhap-theo-lo');
  await step('SIGKILL to the app; opened again without a line: every row is there', async () => {
    await clerkA.killAndReopen();
    const page = clerkA.page();
    await signIn(page, 'vanthu', DEMO_PASSWORD);
    for (const { code } of single) await expect(page.getByText(code)).toBeVisible();
    await openBatch(page);
    await expect(cell(page, 'Số, ký hiệu', 18)).toHaveValue(pasted[17]?.[1] ?? '');
    await expect(cell(page, 'Trích yếu nội dung', 20)).toHaveValue(scanned[1][4]);
    await expect(page.getByText('quet-20.pdf')).toBeVisible();
  });
  await picture(clerkA.page(), 'mo-lai-sau-khi-bi-tat');
  await step(
    'the whole batch is entered in the book; the screen says that numbers wait',
    async () => {
      const page = clerkA.page();
      await page.getByLabel(/Tôi xác nhận 20 văn bản trong lô này/).check();
      await page.getByRole('button', { name: /Đưa cả lô vào sổ/ }).click();
      await expect(page.getByText('Đã đưa 20 văn bản vào sổ')).toBeVisible({ timeout: 60_000 });
      await expect(page.getByText(/số đến sẽ được cấp khi có mạng/)).toBeVisible();
      await page.keyboard.press('Escape');
    },
  );
}

/** With the line: a number for every paper, given by the server alone. */
export async function receiveNumbers({ evidence, clerkA, clerkB, a, b }: Day): Promise<void> {
  const { step, picture } = evidence;
  await step('the arrival numbers of all 25 papers arrive', async () => {
    const page = clerkA.page();
    await expectSynced(page);
    const search = page.getByLabel('Tìm văn bản', { exact: true });
    for (const { code } of single) {
      await search.fill(code);
      const row = page.getByRole('row').filter({ hasText: code });
      await expect(row.getByText('Đã vào sổ')).toBeVisible({ timeout: 90_000 });
    }
    await search.fill('mốc lộ giới tuyến');
    await expect(page.getByText('18 văn bản')).toBeVisible({ timeout: 20_000 });
    await expect(page.getByText('Chờ cấp số đến')).toHaveCount(0, { timeout: 30_000 });
  });
  await picture(clerkA.page(), 'da-co-so-den');
  await step(`${b.office.name} sees nothing of ${a.office.name}`, async () => {
    for (const { code } of single) await expect(clerkB.page().getByText(code)).toHaveCount(0);
  });
  await picture(clerkB.page(), 'phuong-ben-lanh');
}
