import { createHash } from 'node:crypto';
import type { Page } from '@playwright/test';
import { PASSWORD } from '../../support/builders';
import { bytesOf, filesBelow } from '../../support/files-below';
import { smallPdf } from '../../support/small-pdf';
import { expect, test } from '../support/office';
import { fillPaper, savePaper, signIn } from '../support/workstation';

const paper = {
  issuer: 'Sở Nội vụ',
  code: '412/SNV-CCHC',
  subject: 'Báo cáo công tác cải cách hành chính',
};

/** Reading a PDF for marks may take 15 s on a busy PC. */
const SLOW = 30_000;

/** Larger than one piece of the import and than one range of the viewer. */
const scan = smallPdf({
  pages: [['Cong hoa xa hoi chu nghia'], ['Trang hai'], ['Trang ba']],
  noiseBytes: 1_500_000,
  hasSquare: true,
});

async function chooseFile(page: Page, name: string, buffer: Buffer): Promise<void> {
  await page
    .locator('input[type="file"]')
    .setInputFiles({ name, mimeType: 'application/pdf', buffer });
}

async function openPaper(page: Page): Promise<void> {
  await page.getByRole('row').filter({ hasText: paper.code }).first().dblclick();
  await expect(page.getByRole('button', { name: 'Xem Quét 412.pdf' })).toBeVisible();
}

/** Opens the scan and waits until its first page is drawn and is not blank. */
async function expectShown(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Xem Quét 412.pdf' }).click();
  const first = page.locator('canvas[data-page="1"][data-drawn]');
  await expect(first).toBeVisible({ timeout: SLOW });
  const colours = await first.evaluate((canvas: HTMLCanvasElement) => {
    const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? {
      data: new Uint8ClampedArray(),
    };
    const seen = { red: 0, dark: 0, white: 0 };
    for (let i = 0; i < data.length; i += 4) {
      const [r = 0, g = 0, b = 0] = data.subarray(i, i + 3);
      if (r > 180 && g < 60 && b < 60) seen.red += 1;
      else if (r < 80 && g < 80 && b < 80) seen.dark += 1;
      else if (r > 250 && g > 250 && b > 250) seen.white += 1;
    }
    return seen;
  });
  expect(colours.red).toBeGreaterThan(1000);
  // The letters alone make less: the square is there, so the decoder was found and allowed to run.
  expect(colours.dark).toBeGreaterThan(30_000);
  expect(colours.white).toBeGreaterThan(colours.red);
}

test('a scan is saved with its paper, survives a power cut, and is read on the other workstation', async ({
  enrolledPc,
  office,
}) => {
  const { pc, opened } = await enrolledPc('Máy văn thư 1');
  const { page } = opened;
  const refusals: string[] = [];
  page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) refusals.push(message.text());
  });
  await page.setViewportSize({ width: 1366, height: 768 });
  await fillPaper(page, paper);
  await chooseFile(page, 'Quét 412.pdf', scan);
  await expect(page.getByText('3 trang')).toBeVisible({ timeout: SLOW });
  await expect(page.getByRole('textbox', { name: /^Số trang/ })).toHaveValue('3');
  await page.getByText('3 trang').scrollIntoViewIfNeeded();
  await page.screenshot({ path: test.info().outputPath('form-with-file.png') });
  await savePaper(page, paper);
  await opened.killGroup();

  const again = await pc.open();
  await signIn(again.page, office.clerk.login, PASSWORD);
  await again.page.setViewportSize({ width: 1366, height: 768 });
  await openPaper(again.page);
  await again.page.screenshot({ path: test.info().outputPath('detail.png') });
  await expectShown(again.page);
  await again.page.screenshot({ path: test.info().outputPath('viewer.png') });
  await again.page.keyboard.press('End');
  await expect(again.page.locator('canvas[data-page="3"][data-drawn]')).toBeVisible();
  await expect(again.page.getByRole('textbox', { name: 'Trang' })).toHaveValue('3');
  await again.page.keyboard.press('Home');
  await expect(again.page.getByRole('textbox', { name: 'Trang' })).toHaveValue('1');
  const zoom = again.page.getByText(/^\d+%$/);
  const before = Number.parseInt(await zoom.innerText(), 10);
  await again.page.keyboard.press('Control+-');
  await expect(async () =>
    expect(Number.parseInt(await zoom.innerText(), 10)).toBeLessThan(before),
  ).toPass();
  await again.page.screenshot({ path: test.info().outputPath('viewer-smaller.png') });
  await again.page.keyboard.press('Escape');
  await expect(again.page.getByRole('button', { name: 'Xem Quét 412.pdf' })).toBeVisible();
  expect(refusals).toEqual([]);

  const { opened: second } = await enrolledPc('Máy văn thư 2');
  await openPaper(second.page);
  await expect(async () => {
    const retry = second.page.getByRole('button', { name: 'Thử lại' });
    if (await retry.isVisible()) await retry.click();
    else if (!(await second.page.locator('canvas').first().isVisible()))
      await second.page.getByRole('button', { name: 'Xem Quét 412.pdf' }).click();
    await expect(second.page.locator('canvas[data-page="1"]')).toBeVisible({ timeout: 5000 });
  }).toPass({ timeout: 60_000 });
  await second.page.keyboard.press('Escape');
  await expectShown(second.page);
  await again.killGroup();
});

test('van-ban.md §6.2: a file with a secrecy mark is refused, and nothing of it reaches the disk', async ({
  enrolledPc,
}) => {
  const { pc, opened } = await enrolledPc('Máy văn thư');
  const { page } = opened;
  const secretBytes = smallPdf({ pages: [['UY BAN NHAN DAN', 'MẬT', 'Dau hieu 7391'], ['hai']] });
  const plainBytes = smallPdf({ pages: [['Bảo mật thông tin', 'Dau hieu 7392']] });
  await page.setViewportSize({ width: 1366, height: 768 });
  await fillPaper(page, { ...paper, code: '413/SNV-CCHC' });
  await chooseFile(page, 'ke-hoach-8264.pdf', secretBytes);
  await expect(page.getByText('Phát hiện dấu hiệu văn bản có độ mật.')).toBeInViewport({
    timeout: SLOW,
  });
  await page.screenshot({ path: test.info().outputPath('refused.png') });
  await chooseFile(page, 'thong-tin.pdf', plainBytes);
  await expect(page.getByText('1 trang')).toBeVisible({ timeout: SLOW });

  await expect(page.getByRole('textbox', { name: /^Trích yếu nội dung/ })).toHaveValue(
    paper.subject,
  );
  await opened.killGroup();
  const hashOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
  const everything = filesBelow(pc.folder);
  const holds = (needle: string) =>
    everything.filter(
      (path) => path.includes(needle) || bytesOf(path).includes(Buffer.from(needle)),
    );
  expect(holds(hashOf(plainBytes)).length).toBeGreaterThan(0);
  expect(holds(hashOf(secretBytes))).toEqual([]);
  expect(holds('ke-hoach-8264')).toEqual([]);
  expect(holds(secretBytes.subarray(-300).toString('latin1'))).toEqual([]);
});
