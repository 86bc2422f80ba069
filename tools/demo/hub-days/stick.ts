import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { openOutgoing, rowOf } from '../../../test/e2e/support/drafting';
import { signIn } from '../../../test/e2e/support/workstation';
import type { DayPc } from '../day/day';
import type { DayDraft } from '../day/drafts';
import { openAll } from '../day/issue';
import type { DemoTokens } from '../demo-tokens';
import { DEMO_PASSWORD, personOf } from '../province';
import type { HubDays } from './office';
import { sign } from './rounds';
import { openStatus, THROUGH_HUB } from './screens';

const NO_LINE = /Mất mạng từ|Chưa có mạng/;

/** No province, no hub: văn thư makes a bundle, the Chairman takes it, signs, and answers with what is new (T-16). */
export async function signByStick(
  office: HubDays,
  paper: DayDraft,
  tokens: DemoTokens,
): Promise<void> {
  const { clerkA, leaderA, evidence, a } = office.day;
  await office.stopHub();
  await leaderA.switchOn();
  const chair = leaderA.page();
  await signIn(chair, 'chutich', DEMO_PASSWORD);
  await expect(chair.getByText(NO_LINE).first()).toBeVisible({ timeout: 60_000 });
  await openOutgoing(chair);
  await chair.getByText('Tất cả', { exact: true }).click();
  await chair.getByLabel('Tìm văn bản đi').fill(paper.subject);
  await expect(rowOf(chair, paper.subject)).toHaveCount(0);

  const there = join(evidence.folder, 'goi-trinh-ky.tcvgoi');
  await openAll(clerkA.page(), paper.subject);
  await makeBundle(clerkA, there, personOf(a, 'chutich').fullName);
  await evidence.picture(clerkA.page(), 'lap-goi-trinh-ky');
  await closeDialog(clerkA.page());
  await takeBundle(leaderA, there);
  await expect(chair.getByText('Chờ ký', { exact: true }).first()).toBeVisible({ timeout: 30_000 });
  await evidence.picture(chair, 'nhan-goi-trinh-ky');
  await sign(office, paper, tokens);

  const back = join(evidence.folder, 'goi-tra-loi.tcvgoi');
  await openAll(chair, paper.subject);
  await makeBundle(leaderA, back);
  await evidence.picture(chair, 'lap-goi-tra-loi');
  await closeDialog(chair);
  await takeBundle(clerkA, back);
  await expect(clerkA.page().getByText('Đã ký', { exact: true }).first()).toBeVisible({
    timeout: 30_000,
  });
}

/** On the document's page. @param receiver undefined for an answer to whoever made the bundle that it came in */
async function makeBundle(pc: DayPc, path: string, receiver?: string): Promise<void> {
  const page = pc.page();
  await pc.opened().app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
  }, path);
  await page.getByRole('button', { name: 'Lập gói trình ký / chuyển tay' }).click();
  const form = page.getByRole('dialog');
  if (receiver === undefined) {
    await expect(form.getByText(/Gói trả lời chỉ gồm phần mới/)).toBeVisible();
  } else {
    await form.getByRole('combobox', { name: 'Người nhận' }).fill(receiver);
    await page.getByRole('option', { name: receiver }).click();
  }
  await form.getByRole('button', { name: 'Chọn nơi ghi và lập gói…' }).click();
  await expect(form.getByText(/Đã ghi và đọc lại gói/)).toBeVisible({ timeout: 60_000 });
}

const closeDialog = (page: Page): Promise<void> => page.keyboard.press('Escape');

async function takeBundle(pc: DayPc, path: string): Promise<void> {
  await openStatus(pc.page());
  await pc.opened().app.evaluate(({ dialog }, filePath) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [filePath] });
  }, path);
  await pc.page().getByRole('button', { name: 'Nhận gói chuyển tay…' }).click();
}

/** Whoever opens the program at the PC that the hub lies on starts the hub too. */
export async function startHubAgain({ day: { clerkA } }: HubDays): Promise<void> {
  await clerkA.restart();
  await signIn(clerkA.page(), 'vanthu', DEMO_PASSWORD);
  await expect(clerkA.page().getByText(THROUGH_HUB).first()).toBeVisible({ timeout: 120_000 });
}
