import { expect, type Page } from '@playwright/test';
import {
  approveContent,
  approveFormat,
  asSigner,
  draftAndSubmit,
  openOutgoing,
  rowOf,
} from '../../../test/e2e/support/drafting';
import { signAll } from '../../../test/e2e/support/signing';
import { registerPaper, signIn, type TypedPaper } from '../../../test/e2e/support/workstation';
import { become, type DayPc } from '../day/day';
import { NEIGHBOUR, type DayDraft } from '../day/drafts';
import { askForNumber, openAll } from '../day/issue';
import { closeWindow, openSigningList, readInWindow } from '../day/signing';
import type { DemoTokens } from '../demo-tokens';
import { DEMO_PASSWORD, personOf } from '../province';
import type { HubDays } from './office';
import type { Round } from './papers';
import { THROUGH_HUB } from './screens';

/** Each PC that is worked at is switched off and on; people sign in without the province and meet the hub. */
export async function morning(
  { day, expertA }: HubDays,
  { outgoing }: Pick<Round, 'outgoing'>,
): Promise<void> {
  const everybody: readonly (readonly [DayPc, string])[] = [
    [day.clerkA, 'vanthu'],
    [day.leaderA, 'chutich'],
    [expertA, 'chuyenvien1'],
  ];
  const seats = outgoing.length > 0 ? everybody : everybody.slice(0, 1);
  await Promise.all(
    seats.map(async ([pc, login]) => {
      await pc.restart();
      await signIn(pc.page(), login, DEMO_PASSWORD);
      await expect(pc.page().getByText(THROUGH_HUB).first()).toBeVisible({ timeout: 60_000 });
    }),
  );
}

/** A paper comes in: the clerk enters it, the hub gives its number. */
export async function receive({ day }: HubDays, paper: TypedPaper): Promise<void> {
  const page = day.clerkA.page();
  await page.getByRole('button', { name: 'Văn bản đến' }).first().click();
  await registerPaper(page, paper);
  await page.keyboard.press('Escape');
  const row = page.getByRole('row').filter({ hasText: paper.code });
  await expect(row.getByText('Đã vào sổ')).toBeVisible({ timeout: 30_000 });
}

/** Drafted and agreed with on the shared PC, its format checked by văn thư at hers. */
export async function draft({ day, expertA }: HubDays, paper: DayDraft): Promise<void> {
  const page = expertA.page();
  await draftAndSubmit(page, {
    type: paper.type,
    subject: paper.subject,
    signer: asSigner(personOf(day.a, 'chutich')),
    recipient: NEIGHBOUR,
    file: { name: paper.fileName, bytes: paper.bytes },
  });
  await expectRelayed(page);
  await become(page, 'truongphong.kt');
  await approveContent(page, paper.subject);
  await expectRelayed(page);
  await approveFormat(day.clerkA.page(), paper.subject, paper.fileName);
}

/** The status line counts what lies at the hub and waits for the province. */
const expectRelayed = (page: Page): Promise<void> =>
  expect(page.getByText(/việc đã tới trạm, chưa được máy chủ xác nhận/).first()).toBeVisible({
    timeout: 30_000,
  });

/** On the Chairman's PC, with his token. */
export async function sign(
  { day: { leaderA, evidence } }: HubDays,
  { subject }: DayDraft,
  tokens: DemoTokens,
): Promise<void> {
  const page = leaderA.page();
  await openOutgoing(page);
  await page.getByText('Việc của tôi', { exact: true }).click();
  await expect(rowOf(page, subject)).toBeVisible({ timeout: 60_000 });
  await evidence.picture(page, 'viec-chua-xac-nhan-o-may-chu-tich');
  const window = await openSigningList(leaderA, /^Ký số \d+ văn bản…$/);
  await readInWindow(window, subject);
  await window.getByLabel(/Bây giờ là .* đúng không/).check();
  await signAll(window, tokens.leader.pin);
  const item = window.getByRole('button').filter({ hasText: subject });
  await expect(item.getByText('Đã ký')).toBeVisible({ timeout: 60_000 });
  await closeWindow(window);
}

/** At the clerk's: a number of the hub, then the seal with the office's token. */
export async function numberAndSeal(
  { day: { clerkA, evidence } }: HubDays,
  { subject }: DayDraft,
  tokens: DemoTokens,
): Promise<void> {
  const page = clerkA.page();
  await openAll(page, subject);
  await askForNumber(page);
  await expect(page.getByText('Đã cấp số').first()).toBeVisible({ timeout: 60_000 });
  await evidence.picture(page, 'so-do-tram-cap');
  const window = await openSigningList(clerkA, /^Đóng dấu \d+ văn bản…$/);
  await readInWindow(window, subject);
  await window.getByLabel(/Bây giờ là .* đúng không/).check();
  await signAll(window, tokens.clerk.pin);
  const item = window.getByRole('button').filter({ hasText: subject });
  await expect(item.getByText('Đã đóng dấu')).toBeVisible({ timeout: 60_000 });
  await closeWindow(window);
}
