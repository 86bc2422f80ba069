import { expect, type Page } from '@playwright/test';
import { openOutgoing, rowOf } from '../../../test/e2e/support/drafting';
import { openSigning, signAll, waitForPages } from '../../../test/e2e/support/signing';
import type { DayPc, Day } from './day';
import type { DayDraft } from './drafts';

/** Without a line the Chairman reads three papers and signs them with one PIN. */
export async function signOffline(
  { evidence, leaderA, tokens }: Day,
  drafts: readonly DayDraft[],
): Promise<void> {
  if (!tokens) return;
  const { step, picture } = evidence;
  const page = leaderA.page();
  await step(
    'the Chairman reads three papers and signs them with one PIN, without a line',
    async () => {
      await expect(page.getByText(/Mất mạng từ|Chưa có mạng/)).toBeVisible({ timeout: 30_000 });
      const window = await openSigningList(leaderA, /^Ký số \d+ văn bản…$/);
      for (const { subject } of drafts) await readInWindow(window, subject);
      await picture(window, 'cua-so-ky-so');
      await window.getByLabel(/Bây giờ là .* đúng không/).check();
      await signAll(window, tokens.leader.pin);
      for (const { subject } of drafts) {
        const item = window.getByRole('button').filter({ hasText: subject });
        await expect(item.getByText('Đã ký')).toBeVisible({ timeout: 60_000 });
      }
      await picture(window, 'da-ky-ba-van-ban');
      await closeWindow(window);
    },
  );
  for (const { subject } of drafts) {
    await page.getByText('Tất cả', { exact: true }).click();
    await expect(rowOf(page, subject).getByText('Đã ký')).toBeVisible();
  }
  await picture(page, 'chu-tich-da-ky');
}

/** Opens the signing window from "Việc của tôi" in the list of outgoing documents. */
export async function openSigningList(pc: DayPc, button: RegExp): Promise<Page> {
  const page = pc.page();
  await openOutgoing(page);
  await page.getByLabel('Tìm văn bản đi').fill('');
  await page.getByText('Việc của tôi', { exact: true }).click();
  return openSigning(pc.opened().app, () =>
    page.getByRole('button', { name: button }).click({ timeout: 60_000 }),
  );
}

/** Shows one document of the window and waits for its pages, as a reader would. */
export async function readInWindow(window: Page, subject: string): Promise<void> {
  const item = window.getByRole('button').filter({ hasText: subject });
  await item.click();
  await waitForPages(window);
  await window.getByRole('document', { name: 'Trang' }).press('End');
  await expect(item.getByText('Đã xem')).toBeVisible({ timeout: 20_000 });
}

export const closeWindow = async (window: Page): Promise<void> => {
  await Promise.all([
    window.waitForEvent('close'),
    window.getByRole('button', { name: 'Đóng', exact: true }).click(),
  ]);
};
