import { expect, type Page } from '@playwright/test';

export const THROUGH_HUB = /Đang làm việc qua trạm của cơ quan/;

/** The page behind the last line of the screen. */
export async function openStatus(page: Page): Promise<void> {
  await page.getByRole('status').first().click();
  await expect(page.getByRole('heading', { name: 'Trạm của cơ quan', exact: true })).toBeVisible();
}

/** "Sổ đăng ký", and of it the card of one register. */
export async function openRegister(page: Page, name: string) {
  await page
    .getByRole('navigation', { name: 'Chức năng' })
    .getByRole('button', { name: 'Sổ đăng ký', exact: true })
    .click();
  const card = page.getByRole('article', { name, exact: true });
  await expect(card).toBeVisible();
  return card;
}

/** Presses a button of a register's card, and the same words once more where it asks. */
export async function actOnRegister(page: Page, name: string, act: string): Promise<void> {
  const card = await openRegister(page, name);
  await card.getByRole('button', { name: act, exact: true }).click({ timeout: 30_000 });
  await page.getByRole('dialog').getByRole('button', { name: act, exact: true }).click();
}
