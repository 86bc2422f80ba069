import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { openOutgoing, rowOf } from '../../../test/e2e/support/drafting';
import { signAll } from '../../../test/e2e/support/signing';
import { expectSynced, type Day } from './day';
import type { DayDraft } from './drafts';
import { closeWindow, openSigningList, readInWindow } from './signing';

/** Without a line no number is given (N-4); returns what the screen says instead. */
export async function askForNumberOffline(
  { evidence, clerkA, leaderA, tokens, cutLine }: Day,
  [draft]: readonly DayDraft[],
): Promise<string | undefined> {
  if (!tokens || !draft) return undefined;
  const { step, picture } = evidence;
  const page = clerkA.page();
  await step('the signatures reach the server, and văn thư', async () => {
    await expectSynced(leaderA.page());
    await openAll(page, draft.subject);
    await expect(page.getByRole('button', { name: 'Xin cấp số' })).toBeVisible({ timeout: 60_000 });
  });
  const said = await step(
    'the line goes down once more; a number is asked for, none is given',
    async () => {
      await cutLine();
      await expect(page.getByText(/Mất mạng từ|Chưa có mạng/)).toBeVisible({ timeout: 30_000 });
      await askForNumber(page);
      const notice = page.getByRole('alert').filter({ hasText: 'Chờ cấp số' }).first();
      await expect(notice).toBeVisible();
      await expect(page.getByText('Đã cấp số')).toHaveCount(0);
      return (await notice.innerText()).replace(/\s+/g, ' ').trim();
    },
  );
  await picture(page, 'khong-cap-so-khi-mat-mang');
  return said;
}

export async function askForNumber(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Xin cấp số' }).click({ timeout: 60_000 });
  await page.getByRole('dialog').getByRole('button', { name: 'Xin cấp số' }).click();
}

/** With the line: number and date from the server, then the seal from the office's token. */
export async function numberAndSeal(day: Day, drafts: readonly DayDraft[]): Promise<void> {
  const { evidence, clerkA, tokens } = day;
  if (!tokens) return;
  const { step, picture } = evidence;
  await step('văn thư asks for number and date; the server gives them', async () => {
    const page = clerkA.page();
    for (const [i, { subject }] of drafts.entries()) {
      await openAll(page, subject);
      // The first was asked for without a line: it comes by itself.
      if (i > 0) await askForNumber(page);
      await expect(page.getByText('Đã cấp số').first()).toBeVisible({ timeout: 60_000 });
    }
  });
  await picture(clerkA.page(), 'da-cap-so');
  await step('văn thư writes number and date and seals, with the office’s token', async () => {
    const window = await openSigningList(clerkA, /^Đóng dấu (?:[3-9]|\d\d+) văn bản…$/);
    for (const { subject } of drafts) await readInWindow(window, subject);
    await picture(window, 'cua-so-dong-dau');
    await signAll(window, tokens.clerk.pin);
    for (const { subject } of drafts) {
      const item = window.getByRole('button').filter({ hasText: subject });
      await expect(item.getByText('Đã đóng dấu')).toBeVisible({ timeout: 60_000 });
    }
    await closeWindow(window);
    await expectSynced(clerkA.page());
  });
}

/** The sealed files as evidence, with what poppler says of them. @param name of the papers, and of the verdicts */
export async function keepSealedFiles(
  { evidence, clerkA, tokens }: Day,
  drafts: readonly DayDraft[],
  name = { papers: 'van-ban-di', verdicts: 'pdfsig.txt' },
): Promise<boolean> {
  if (!tokens) return true;
  let areValid = true;
  await evidence.step('the sealed files are saved; pdfsig looks at each', async () => {
    const page = clerkA.page();
    const verdicts: string[] = [];
    for (const [i, { subject, fileName }] of drafts.entries()) {
      await openAll(page, subject);
      const path = join(
        evidence.folder,
        `${name.papers}-${i + 1}-${fileName.replace('du-thao-', '')}`,
      );
      await clerkA.opened().app.evaluate(({ dialog }, filePath) => {
        dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
      }, path);
      await page
        .getByRole('button', { name: /^Lưu một bản/ })
        .first()
        .click();
      await expect(page.getByText(/^Đã lưu một bản/)).toBeVisible({ timeout: 20_000 });
      const verdict = execFileSync('pdfsig', ['-nocert', path], { encoding: 'utf8' });
      areValid &&= verdict.match(/Signature is Valid/g)?.length === 2;
      verdicts.push(verdict);
    }
    evidence.text(name.verdicts, verdicts.join('\n'));
  });
  return areValid;
}

/** The papers go to the other commune, which verifies them and enters them in its own book. */
export async function dispatchAndReceive(day: Day, drafts: readonly DayDraft[]): Promise<void> {
  const { evidence, clerkA, clerkB, a, b, tokens } = day;
  if (!tokens) return;
  const { step, picture } = evidence;
  await step('the revocation list is fetched, the signatures hold, the papers go out', async () => {
    const page = clerkA.page();
    for (const { subject } of drafts) {
      await openAll(page, subject);
      await page.getByRole('button', { name: 'Phát hành', exact: true }).click({ timeout: 30_000 });
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('button', { name: 'Phát hành', exact: true }).click();
      await expect(page.getByText('Đã gửi tới').first()).toBeVisible({ timeout: 60_000 });
    }
  });
  await picture(clerkA.page(), 'da-phat-hanh');
  await step(`${b.office.name} receives them and checks the signatures`, async () => {
    const page = clerkB.page();
    await page.getByRole('button', { name: /Liên thông mới đến/ }).click();
    for (const { subject } of drafts) {
      await expect(page.getByRole('article').filter({ hasText: subject })).toBeVisible({
        timeout: 60_000,
      });
    }
    await picture(page, 'lien-thong-moi-den');
    await page.getByRole('button', { name: /^Xem / }).first().click();
    await expect(page.locator('[data-verdict="HOP_LE_CANH_BAO"]').first()).toBeVisible({
      timeout: 60_000,
    });
    await expect(page.locator('canvas[data-drawn="true"]').first()).toBeVisible({
      timeout: 30_000,
    });
    await picture(page, 'kiem-tra-chu-ky');
    await page.keyboard.press('Escape');
  });
  await step(`${b.office.name} enters them in its book, with numbers of its own`, async () => {
    const page = clerkB.page();
    for (const { subject } of drafts) {
      const arrived = page.getByRole('article').filter({ hasText: subject });
      await arrived.getByRole('button', { name: 'Đăng ký vào sổ' }).click({ timeout: 30_000 });
      await page.getByLabel(/Tôi xác nhận văn bản này/).check();
      await page.keyboard.press('Control+s');
      await expect(page.getByRole('status').getByText(subject)).toBeVisible({ timeout: 20_000 });
      await page.keyboard.press('Escape');
      const row = page.getByRole('row').filter({ hasText: subject });
      await expect(row.getByText('Đã vào sổ')).toBeVisible({ timeout: 60_000 });
      await page.getByRole('button', { name: /Liên thông mới đến/ }).click();
    }
    await page.getByRole('button', { name: 'Văn bản đến' }).first().click();
  });
  await picture(clerkB.page(), 'phuong-da-vao-so');
  await step(`${a.office.name} reads that they were entered`, async () => {
    await expect(clerkA.page().getByText('Nơi nhận đã vào sổ').first()).toBeVisible({
      timeout: 60_000,
    });
  });
}

/** Opens a document from the list of all outgoing ones. */
export async function openAll(page: Page, subject: string): Promise<void> {
  await openOutgoing(page);
  await page.getByText('Tất cả', { exact: true }).click();
  // The seeded papers of today may be newer than this one, early in the day.
  await page.getByLabel('Tìm văn bản đi').fill(subject);
  const opened = page.getByRole('button', { name: 'Quay lại' });
  // The list is drawn anew while it is searched: a press may fall between two drawings.
  await expect(async () => {
    if (await opened.isVisible()) return;
    await rowOf(page, subject).first().click({ timeout: 5_000 });
    await expect(opened).toBeVisible({ timeout: 5_000 });
  }).toPass({ timeout: 60_000 });
}
