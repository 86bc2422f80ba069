import { randomUUID } from 'node:crypto';
import { expect, type ElectronApplication, type Page } from '@playwright/test';
import type { SigningCertificate } from '@shared/domain/signing/signing-certificate';
import type { DemoAuthority } from '../../support/demo-authority';
import type { SoftIdentity, SoftToken } from '../../support/soft-token';

/** What a PC needs to see a soft token and to trust the demo authority. */
export const tokenEnv = (
  { modulePath, env }: Pick<SoftToken, 'modulePath' | 'env'>,
  authority: Pick<DemoAuthority, 'trustFolder'>,
): Readonly<Record<string, string>> => ({
  ...env,
  TCV_PKCS11_MODULES: modulePath,
  TCV_DEMO: '1',
  TCV_TRUST_FOLDER: authority.trustFolder,
});

/** The record by which an identity on a token may sign for a person or seal for an organ. */
export const registration = (
  identity: SoftIdentity,
  rest: Pick<SigningCertificate, 'officeId' | 'owner' | 'holderName' | 'picture'>,
): SigningCertificate => ({
  id: randomUUID(),
  thumbprint: identity.thumbprint,
  active: true,
  ...rest,
});

/** Presses what opens the signing window and gives the window. */
export async function openSigning(
  app: ElectronApplication,
  press: () => Promise<void>,
): Promise<Page> {
  const [window] = await Promise.all([app.waitForEvent('window'), press()]);
  await window.waitForLoadState();
  await expect(window.getByText(/cần (ký|đóng dấu)/)).toBeVisible({ timeout: 20_000 });
  return window;
}

/** Waits until the pages of the shown document are drawn, as a person would. */
export const waitForPages = (window: Page): Promise<void> =>
  expect(window.locator('canvas[data-drawn="true"]').first()).toBeVisible({ timeout: 30_000 });

/** Goes to the last page of the shown document. */
export const readOn = (window: Page): Promise<void> =>
  window.getByRole('document', { name: 'Trang' }).press('End');

/** Reads every document of the window, from the first to the last. */
export async function readAll(window: Page): Promise<void> {
  const titles = window.getByRole('button').filter({ hasText: /Đã xem|Chưa xem/ });
  for (const one of await titles.all()) {
    await one.click();
    await waitForPages(window);
    await readOn(window);
    await expect(one).toContainText('Đã xem', { timeout: 20_000 });
  }
}

/** Reads so many documents with the space bar alone, from the shown one on; answers how often it was pressed. */
export async function readBySpace(window: Page, documents: number): Promise<number> {
  let presses = 0;
  const scroller = window.getByRole('document', { name: 'Trang' });
  for (let read = 0; read < documents; read++) {
    const title = await window.locator('[aria-current="true"]').innerText();
    await waitForPages(window);
    const isAtEnd = () =>
      scroller.evaluate((box) => box.scrollTop + box.clientHeight >= box.scrollHeight - 24);
    while (!(await isAtEnd())) {
      await window.keyboard.press('Space');
      presses += 1;
    }
    await expect(window.locator('[aria-current="true"]')).toContainText('Đã xem', {
      timeout: 20_000,
    });
    await window.keyboard.press('Space');
    presses += 1;
    if (read + 1 < documents) {
      const subject = title.split('\n')[0] ?? '';
      await expect(window.locator('[aria-current="true"]')).not.toContainText(subject);
    }
  }
  return presses;
}

/** Size of the smallest text of the window in pixels; what lies upon a page is the paper's own. */
export const smallestText = (window: Page): Promise<number> =>
  window.evaluate(() => {
    const sizes = [...document.querySelectorAll('body *')].flatMap((element) => {
      const hasText = [...element.childNodes].some(
        ({ nodeType, textContent }) => nodeType === Node.TEXT_NODE && textContent?.trim(),
      );
      const isShown = element.getClientRects().length > 0;
      const isOnPage = element.closest('[role="document"]') !== null;
      return hasText && isShown && !isOnPage
        ? [Number.parseFloat(getComputedStyle(element).fontSize)]
        : [];
    });
    return Math.min(...sizes);
  });

/** Types the PIN and presses the button. */
export async function signAll(window: Page, pin: string): Promise<void> {
  const field = window.getByLabel('Mã PIN của thiết bị');
  await expect(field).toBeVisible({ timeout: 20_000 });
  await field.fill(pin);
  await field.press('Enter');
}

/** Presses "Đóng". The window may be gone before the press is over, which Playwright tells as a failed click. */
export async function closeSigning(window: Page): Promise<void> {
  await Promise.all([
    window.waitForEvent('close'),
    window
      .getByRole('button', { name: 'Đóng', exact: true })
      .click()
      .catch(() => undefined),
  ]);
}
