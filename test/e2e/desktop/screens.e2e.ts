import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from '../support/office';
import { registerPaper } from '../support/workstation';

/** 1093×614 is a 1366×768 screen at 125 %. */
const sizes = [
  { width: 1366, height: 768 },
  { width: 1093, height: 614 },
  { width: 1920, height: 1080 },
];

async function expectFits(page: Page, name: string, mainButton: string | RegExp): Promise<void> {
  for (const size of sizes) {
    await page.setViewportSize(size);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect([name, size.width, overflow <= 0]).toEqual([name, size.width, true]);
    await expect(page.getByRole('button', { name: mainButton }).first()).toBeInViewport({
      ratio: 1,
    });
    await page.screenshot({ path: test.info().outputPath(`${name}-${size.width}.png`) });
  }
}

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  expect(serious.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 120)}`)).toEqual([]);
}

test('first start and sign-in fit every screen and can be used without a mouse', async ({
  freshPc,
}) => {
  const { page, killGroup } = await freshPc().open();

  await expectFits(page, 'first-start', 'Đăng ký máy này');
  await expectAccessible(page);
  await killGroup();
});

test('list, form, detail and status fit every screen', async ({ enrolledPc }) => {
  const { page } = (await enrolledPc('Máy văn thư')).opened;
  await expectFits(page, 'list-empty', /Đăng ký văn bản/);
  await registerPaper(page, {
    issuer: 'Sở Tư pháp',
    code: '77/STP-HC',
    subject: 'Rà soát văn bản quy phạm pháp luật',
  });
  await expectFits(page, 'form', /Vào sổ/);
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expectFits(page, 'list', /Đăng ký văn bản/);
  await expectAccessible(page);
  await page.getByText('77/STP-HC').first().dblclick();
  await expect(page.getByText('Rà soát văn bản quy phạm pháp luật').first()).toBeVisible();
  await expectFits(page, 'detail', 'Đổi người dùng');
});
