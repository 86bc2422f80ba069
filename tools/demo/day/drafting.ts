import { expect } from '@playwright/test';
import {
  approveContent,
  approveFormat,
  asSigner,
  draftAndSubmit,
  openOutgoing,
  rowOf,
} from '../../../test/e2e/support/drafting';
import { personOf } from '../province';
import { become, expectSynced, type Day } from './day';
import { NEIGHBOUR, type DayDraft } from './drafts';

/** On the clerk's PC, one after the other: the expert drafts, the head agrees, văn thư checks the format. */
export async function draftAndCheck(day: Day, drafts: readonly DayDraft[]): Promise<void> {
  const { evidence, clerkA, leaderA, a } = day;
  const { step, picture } = evidence;
  await step(
    'on the same PC the expert signs in and drafts a reply and two more papers',
    async () => {
      const page = clerkA.page();
      await become(page, 'chuyenvien1');
      for (const { type, subject, fileName, bytes } of drafts) {
        await draftAndSubmit(page, {
          type,
          subject,
          signer: asSigner(personOf(a, 'chutich')),
          recipient: NEIGHBOUR,
          file: { name: fileName, bytes },
        });
      }
      await expectSynced(page);
    },
  );
  await picture(clerkA.page(), 'chuyen-vien-soan-thao');
  await step('the head of the unit agrees with what they say', async () => {
    const page = clerkA.page();
    await become(page, 'truongphong.kt');
    for (const { subject } of drafts) await approveContent(page, subject);
    await expectSynced(page);
  });
  await step(
    'văn thư agrees with their format; the files that will be signed are fixed',
    async () => {
      const page = clerkA.page();
      await become(page, 'vanthu');
      for (const { subject, fileName } of drafts) await approveFormat(page, subject, fileName);
      await expectSynced(page);
    },
  );
  await picture(clerkA.page(), 'van-thu-kiem-tra-the-thuc');
  await step('they reach the Chairman’s PC, pages included', async () => {
    const page = leaderA.page();
    await openOutgoing(page);
    for (const { subject } of drafts) {
      await expect(rowOf(page, subject)).toBeVisible({ timeout: 60_000 });
    }
    await expectSynced(page);
  });
  await picture(leaderA.page(), 'chu-tich-viec-cua-toi');
}
