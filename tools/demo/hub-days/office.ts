import { createHash } from 'node:crypto';
import { expect } from '@playwright/test';
import { HubFigures } from '@shared/domain/organ/hub-host';
import type { Result } from '@shared/kernel/result';
import { hubCode } from '@shared/relay/hub-code';
import { askHub, readDoor } from '../../../src/main/features/hub-host/hub-door';
import { become, expectSynced, type Day, type DayPc } from '../day/day';
import { actOnRegister, openRegister, openStatus } from './screens';

/** What the ten days play on besides the first one. */
export interface HubDays {
  readonly day: Day;
  /** Where the hub lies on the clerk’s PC. */
  readonly hubFolder: string;
  /** The hub has no power until somebody starts it again. */
  readonly stopHub: () => Promise<void>;
  /** The PC that the expert and the head of the unit share. */
  readonly expertA: DayPc;
}

export const BOOKS = ['Sổ văn bản đến UBND', 'Sổ văn bản đi UBND'] as const;

/** With the line: one press makes the clerk's PC the hub, the other PCs join it, both books are given to it. */
export async function putUpHub({ day, hubFolder, expertA }: HubDays): Promise<void> {
  const { evidence, clerkA, leaderA } = day;
  const { step, picture } = evidence;
  const page = clerkA.page();
  const codes = await step(
    'the chief of the office lends both books out and makes the clerk’s PC the hub by one press',
    async () => {
      await become(page, 'chanhvanphong');
      for (const book of BOOKS) await actOnRegister(page, book, 'Cho phép giao sổ');
      await openStatus(page);
      await page.getByRole('button', { name: 'Dùng máy này làm trạm của cơ quan' }).click();
      await expect(page.getByText('Trạm trên máy này đang chạy')).toBeVisible({ timeout: 120_000 });
      await page.getByRole('button', { name: 'Mã kết nối cho máy khác…' }).click();
      const shown = page.getByRole('dialog').getByLabel('Mã kết nối trạm');
      await picture(page, 'ma-ket-noi-tram');
      const found = await shown.allInnerTexts();
      await page.keyboard.press('Escape');
      await expectSynced(page);
      return found;
    },
  );
  const code = codes[0] ?? (await codeOnThisMachine(hubFolder));
  await step('the Chairman’s PC and the expert’s PC enter “mã kết nối trạm”', async () => {
    // A machine hears of colleagues’ new machines when somebody signs in, else within a quarter of an hour.
    await become(leaderA.page(), 'chutich');
    await expectSynced(leaderA.page());
    for (const pc of [leaderA, expertA]) {
      await openStatus(pc.page());
      await pc.page().getByLabel('Mã kết nối trạm').fill(code);
      await pc.page().getByRole('button', { name: 'Kết nối trạm' }).click();
      await expect(pc.page().getByText(/Đã nối với trạm/)).toBeVisible({ timeout: 60_000 });
    }
  });
  await picture(leaderA.page(), 'da-noi-voi-tram');
  await step('văn thư gives both books to the hub, while the line is there', async () => {
    await become(page, 'vanthu');
    for (const book of BOOKS) {
      await actOnRegister(page, book, 'Giao sổ cho trạm của cơ quan');
      const card = await openRegister(page, book);
      await expect(card.getByText(/^Trạm của cơ quan .* giữ sổ từ/)).toBeVisible({
        timeout: 60_000,
      });
    }
    await picture(page, 'so-giao-cho-tram');
    await expectSynced(page);
  });
  await step('the hub has heard so from the province', async () => {
    const books = () =>
      askHub(hubFolder, { method: 'GET', path: '/local/figures', answer: HubFigures });
    await expect
      .poll(async () => registersOf(await books()), { timeout: 60_000 })
      .toBe(BOOKS.length);
  });
}

/** Without an address in a network the screen offers none: the demo's PCs reach the hub all the same. */
async function codeOnThisMachine(hubFolder: string): Promise<string> {
  console.log('          this machine has no address in a network; the code is made for 127.0.0.1');
  const door = await readDoor(hubFolder);
  if (!door) throw new Error('the hub does not run');
  return hubCode(door, (bytes) => createHash('sha256').update(bytes).digest());
}

const registersOf = (said: Result<HubFigures>): number => (said.ok ? said.value.registers : 0);
