import { PASSWORD } from '../../support/builders';
import { expect, test } from '../support/office';
import { registerPaper, signIn } from '../support/workstation';

test('a paper that one clerk registers stands with its number on the other workstation', async ({
  enrolledPc,
}) => {
  const { opened: first } = await enrolledPc('Máy văn thư 1');
  const { opened: second } = await enrolledPc('Máy văn thư 2');

  await registerPaper(first.page, {
    issuer: 'Sở Y tế',
    code: '301/SYT-NVY',
    subject: 'Tiêm chủng mở rộng đợt 2',
  });

  const row = second.page.getByRole('row').filter({ hasText: '301/SYT-NVY' });
  await expect(row.getByText('Đã vào sổ')).toBeVisible({ timeout: 30_000 });
  await first.page.keyboard.press('Escape');
  const own = first.page.getByRole('row').filter({ hasText: '301/SYT-NVY' });
  await expect(own.getByText('Đã vào sổ')).toBeVisible({ timeout: 30_000 });
  const number = (
    await row.getByRole('gridcell').or(row.getByRole('cell')).first().innerText()
  ).trim();
  expect(number).toMatch(/^\d+$/);
  expect(
    (await own.getByRole('gridcell').or(own.getByRole('cell')).first().innerText()).trim(),
  ).toBe(number);
});

test('sync §3.1: people change on a shared PC by F9, a name and a password, also without a line', async ({
  enrolledPc,
  office,
  server,
}) => {
  const { opened } = await enrolledPc('Máy chung');
  const { page } = opened;
  await page.keyboard.press('F9');
  await signIn(page, office.chairman.login, PASSWORD);
  await expect(page.getByText(office.chairman.fullName)).toBeVisible();
  await expect(page.getByText(/Đã đồng bộ/)).toBeVisible();
  await server.killNode();

  await page.keyboard.press('F9');
  await page.getByRole('button', { name: new RegExp(office.clerk.fullName) }).click();
  const startedAt = Date.now();
  await page.getByRole('textbox', { name: 'Mật khẩu' }).fill(PASSWORD);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: /Đăng ký văn bản/ })).toBeVisible();
  console.log(`change of user, offline: ${Date.now() - startedAt} ms`);

  await expect(page.getByText(office.clerk.fullName).first()).toBeVisible();
  await server.start();
});

test('a second start on the same profile shows the first window and ends', async ({
  enrolledPc,
}) => {
  const { pc, opened } = await enrolledPc('Máy văn thư');

  await expect(pc.open()).rejects.toThrow();
  await expect(
    opened.page.getByRole('heading', { name: 'Văn bản đến', exact: true }),
  ).toBeVisible();
});
