import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Locator, type Page } from '@playwright/test';

/** 1093×614 is a 1366×768 screen at 125 %. */
const sizes = [
  { width: 1366, height: 768 },
  { width: 1093, height: 614 },
  { width: 1920, height: 1080 },
];

/** Nothing is cut off at the sides and the main button is in view, at every size; a picture of each is kept. */
export async function expectFits(
  page: Page,
  name: string,
  mainButton: string | RegExp,
): Promise<void> {
  await pictured(page, name, page.getByRole('button', { name: mainButton }).first());
}

/** The same of something on a page that is longer than the screen: it can be scrolled into view whole. */
export async function expectShown(page: Page, name: string, subject: Locator): Promise<void> {
  await pictured(page, name, subject, () =>
    subject.evaluate((shown) => shown.scrollIntoView({ block: 'center' })),
  );
}

async function pictured(
  page: Page,
  name: string,
  subject: Locator,
  before: () => Promise<void> = async () => undefined,
): Promise<void> {
  for (const size of sizes) {
    await page.setViewportSize(size);
    await before();
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect([name, size.width, overflow <= 0]).toEqual([name, size.width, true]);
    await expect(subject).toBeInViewport({ ratio: 0.99 });
    await page.screenshot({ path: test.info().outputPath(`${name}-${size.width}.png`) });
  }
}

export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  expect(serious.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 120)}`)).toEqual([]);
}
