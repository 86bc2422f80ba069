import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { folderObjects } from '../../../sync-server/src/storage/folder-objects';
import { openOutgoing, rowOf } from '../../../test/e2e/support/drafting';
import { expectSynced } from '../day/day';
import type { DayDraft } from '../day/drafts';
import { BOOKS, type HubDays } from './office';
import { actOnRegister, openRegister } from './screens';

/** Everything is decided by the province; no screen calls it unconfirmed any more. */
export async function expectDecided(
  { day: { clerkA, leaderA }, expertA }: HubDays,
  drafts: readonly DayDraft[],
): Promise<void> {
  for (const pc of [clerkA, leaderA, expertA]) await expectSynced(pc.page());
  const page = leaderA.page();
  await openOutgoing(page);
  await page.getByText('Tất cả', { exact: true }).click();
  for (const { subject } of drafts) {
    await page.getByLabel('Tìm văn bản đi').fill(subject);
    const row = rowOf(page, subject).first();
    await expect(row.getByText('Đã đóng dấu')).toBeVisible({ timeout: 60_000 });
    await expect(row.getByText('Chưa xác nhận')).toHaveCount(0, { timeout: 60_000 });
  }
}

/** "Nhận lại sổ từ trạm": refused while a slip is on its way; the clerk presses again. */
export async function takeBooksBack({ day: { clerkA } }: HubDays): Promise<void> {
  const page = clerkA.page();
  for (const book of BOOKS) {
    await actOnRegister(page, book, 'Nhận lại sổ từ trạm');
    const card = await openRegister(page, book);
    await expect(card.getByText('Máy chủ cấp số.')).toBeVisible({ timeout: 60_000 });
  }
}

/** Does the server hold the very bytes that were saved from the clerk’s screen? */
export async function areOnServer(
  { day: { a } }: HubDays,
  dataDir: string,
  paths: readonly string[],
): Promise<boolean> {
  const objects = folderObjects(join(dataDir, 'objects'));
  for (const path of paths) {
    const saved = readFileSync(path);
    const sha256 = createHash('sha256').update(saved).digest('hex');
    const held = await objects.read(a.office.id, sha256, 0, saved.length + 1);
    if (!held || !saved.equals(held)) return false;
  }
  return true;
}
