import { basename, join } from 'node:path';
import type { Page } from '@playwright/test';
import { dossierScope } from '@shared/sync/record';
import { aUser, PASSWORD } from '../../support/builders';
import { filesBelow } from '../../support/files-below';
import { smallPdf } from '../../support/small-pdf';
import { searchDeeply } from '../support/deep-search';
import { expect, test } from '../support/office';
import { anOwner } from '../support/restricted';
import { expectAccessible, expectFits } from '../support/screens';
import { enrol, signIn } from '../support/workstation';

const title = 'Hồ sơ xác minh đơn tố giác TOGIACKTX';
const secret = 'Đơn tố giác lấn chiếm đất LANCHIEMQZV';
const common = 'Tuyên truyền hiến máu HIENMAUWJX';
const edits = ['lần một SUAMOTBVN', 'lần hai SUAHAIBVN', 'lần ba SUABABVN'];
const words = ['TOGIACKTX', 'LANCHIEMQZV', 'SUAMOTBVN', 'SUAHAIBVN', 'SUABABVN'];

const openPlace = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Chức năng' }).getByRole('button', { name }).click();

/** From anywhere to the document inside the only dossier. */
async function openSecret(page: Page): Promise<void> {
  await openPlace(page, 'Hồ sơ hạn chế');
  await page.getByRole('row').filter({ hasText: title }).click({ timeout: 30_000 });
  await page.getByRole('button', { name: /^Mở văn bản/ }).click();
  await expect(page.getByText(`Trong hồ sơ hạn chế: ${title}`)).toBeVisible();
}

async function look(page: Page, file: string): Promise<void> {
  await page.getByRole('button', { name: `Xem ${file}` }).click();
  await expect(page.locator('canvas').first()).toBeVisible({ timeout: 30_000 });
  await page.keyboard.press('Escape');
}

async function correct(page: Page, subject: string): Promise<void> {
  await page.keyboard.press('F4');
  await page.getByRole('textbox', { name: /^Trích yếu nội dung/ }).fill(`${secret} ${subject}`);
  await page.getByRole('textbox', { name: /^Lý do sửa/ }).fill(`Ghi thiếu ${subject}`);
  await page.keyboard.press('Control+s');
  await expect(page.getByText(`Lý do: Ghi thiếu ${subject}`)).toBeVisible();
}

const foundWords = (folder: string): readonly string[] =>
  words.flatMap((word) => searchDeeply(folder, word).map((path) => `${word} in ${path}`));

/** Files of the content store, by name. */
const storedFiles = (folder: string): readonly string[] =>
  filesBelow(join(folder, 'files')).map((path) => basename(path));

test('T-5, I-14, I-15: who loses a dossier with three unsent edits and two files keeps no byte of it, and the edits are held', async ({
  server,
  office,
  freshPc,
}) => {
  test.setTimeout(240_000);
  const member = aUser({ officeId: office.office.id, login: 'thanhvien' }, [
    { role: 'vanThu', organId: office.organ.id },
  ]);
  await server.admin().createUser(member, PASSWORD);
  const owner = await anOwner(server, office);
  await owner.register({ subject: common, codeDisplay: '77/TB-HCTĐ' });
  const pdfs = [1, 2].map((n) => smallPdf({ pages: [[`Trang ${n}`]], noiseBytes: 2000 * n }));
  const id = await owner.register({ subject: secret, codeDisplay: '88/ĐT' }, pdfs);
  const dossierId = await owner.openDossier(title, [member]);
  await owner.move(id, dossierId);

  const pc = freshPc();
  let opened = await pc.open();
  const code = await server.admin().createActivationCode(office.office.id);
  await enrol(opened.page, server.address, code, 'Máy thành viên');
  await signIn(opened.page, member.login, PASSWORD);
  await expect(opened.page.getByRole('row').filter({ hasText: common })).toBeVisible({
    timeout: 30_000,
  });
  await expect(opened.page.getByRole('row').filter({ hasText: secret })).toHaveCount(0);
  await openSecret(opened.page);
  await look(opened.page, 'ban-quet-1.pdf');
  await look(opened.page, 'ban-quet-2.pdf');
  expect(storedFiles(pc.folder)).toHaveLength(2);
  await server.killNode();
  for (const edit of edits) await correct(opened.page, edit);
  await opened.killGroup();

  // The search finds what lies open, so that finding nothing says something.
  expect(searchDeeply(pc.folder, 'HIENMAUWJX').length).toBeGreaterThan(0);
  expect(foundWords(pc.folder)).toEqual([]);

  await server.start();
  await owner.setMembers(dossierId, []);
  opened = await pc.open();
  await signIn(opened.page, member.login, PASSWORD);
  await expect
    .poll(async () => heldIn(await owner.pull()), { timeout: 60_000 })
    .toEqual(['patch', 'patch', 'patch']);
  await openPlace(opened.page, 'Hồ sơ hạn chế');
  await expect(opened.page.getByText('Bạn chưa có hồ sơ hạn chế nào')).toBeVisible({
    timeout: 30_000,
  });
  await expect.poll(() => storedFiles(pc.folder), { timeout: 30_000 }).toEqual([]);
  await opened.close();

  opened = await pc.open();
  await signIn(opened.page, member.login, PASSWORD);
  await opened.killGroup();
  expect(searchDeeply(pc.folder, 'HIENMAUWJX').length).toBeGreaterThan(0);
  expect(foundWords(pc.folder)).toEqual([]);

  function heldIn(reply: Awaited<ReturnType<typeof owner.pull>>): readonly unknown[] {
    const page = reply.pages.find(({ scope }) => scope === dossierScope(dossierId));
    return (page?.entries ?? []).flatMap(({ type, content }) => {
      const operation = type === 'heldWork' ? content?.['operation'] : undefined;
      return [operation].flatMap((one) => (one as { kind?: unknown } | undefined)?.kind ?? []);
    });
  }
});

test('a restricted dossier from its opening to the work that waits, all on the screen', async ({
  server,
  office,
  enrolledPc,
}) => {
  test.setTimeout(180_000);
  const owner = await anOwner(server, office);
  await owner.register({ subject: secret, codeDisplay: '88/ĐT' });
  const { opened } = await enrolledPc('Máy văn thư');
  const { page } = opened;
  await openPlace(page, 'Hồ sơ hạn chế');
  await expect(page.getByText('Bạn chưa có hồ sơ hạn chế nào')).toBeVisible();
  await expectFits(page, 'dossiers-empty', /Lập hồ sơ/);
  await expectAccessible(page);

  await page.keyboard.press('F2');
  await page.getByRole('textbox', { name: 'Tên hồ sơ' }).fill('Ngắn');
  await page.keyboard.press('Enter');
  await expect(page.getByText(/Hãy ghi rõ hơn/)).toBeVisible();
  await page.getByRole('textbox', { name: 'Tên hồ sơ' }).fill(title);
  await page.keyboard.press('Enter');
  const row = page.getByRole('row').filter({ hasText: title });
  await expect(row.getByText('Máy chủ đã nhận')).toBeVisible({ timeout: 30_000 });
  await expectFits(page, 'dossiers', /Lập hồ sơ/);
  await expectAccessible(page);

  await openPlace(page, 'Văn bản đến');
  await page.getByRole('row').filter({ hasText: secret }).click();
  await page.getByRole('button', { name: 'Đưa vào hồ sơ hạn chế…' }).click();
  await expectAccessible(page);
  await page.getByRole('dialog').getByRole('button', { name: 'Đưa vào hồ sơ' }).click();
  await expect(page.getByText(`Trong hồ sơ hạn chế: ${title}`)).toBeVisible({ timeout: 30_000 });
  await page.keyboard.press('Escape');
  await expect(page.getByRole('row').filter({ hasText: secret })).toHaveCount(0);

  await openPlace(page, 'Hồ sơ hạn chế');
  await row.click();
  await expect(page.getByText('Văn bản trong hồ sơ (1)')).toBeVisible();
  await page.getByLabel('Thêm người').selectOption({ index: 1 });
  await page.getByRole('button', { name: 'Thêm', exact: true }).click();
  await expect(page.getByText('Người được xem (2)')).toBeVisible({ timeout: 30_000 });
  await expectFits(page, 'dossier', /Mở văn bản/);
  await expectAccessible(page);
  await page.getByRole('button', { name: /^Bỏ tên/ }).click();
  await expect(page.getByText(/bản sao trên máy của người này bị xóa/)).toBeVisible();
  await page
    .getByRole('button', { name: /^Bỏ tên/ })
    .last()
    .click();
  await expect(page.getByText('Người được xem (1)')).toBeVisible({ timeout: 30_000 });

  await page.getByRole('button', { name: /^Mở văn bản/ }).click();
  await page.getByRole('button', { name: 'Đưa ra khỏi hồ sơ' }).click();
  await expect(page.getByText(/Mọi người trong cơ quan có quyền/)).toBeVisible();
  await page.getByRole('button', { name: 'Đưa ra khỏi hồ sơ' }).last().click();
  await expect(page.getByRole('button', { name: 'Đưa vào hồ sơ hạn chế…' })).toBeVisible({
    timeout: 30_000,
  });
});

test('I-15, §7.4: held work stands on the screen with who, when and what; one is taken over, one goes back', async ({
  server,
  office,
  enrolledPc,
}) => {
  test.setTimeout(180_000);
  const former = aUser({ officeId: office.office.id, fullName: 'Lý Thị Cũ' }, [
    { role: 'vanThu', organId: office.organ.id },
  ]);
  await server.admin().createUser(former, PASSWORD);
  const owner = await anOwner(server, office);
  const late = await anOwner(server, office, former);
  const id = await owner.register({ subject: secret, codeDisplay: '88/ĐT' });
  const dossierId = await owner.openDossier(title, [former]);
  await owner.move(id, dossierId);
  await owner.setMembers(dossierId, []);
  const { page } = (await enrolledPc('Máy văn thư')).opened;
  await openPlace(page, 'Chờ tiếp nhận');
  await expect(page.getByText('Không có công việc chờ tiếp nhận')).toBeVisible();
  await expectFits(page, 'held-empty', /Đổi người dùng/);
  await expectAccessible(page);

  await late.correctLate(id, 'Bổ sung theo biên bản');
  await late.correctLate(id, 'Ghi nhầm');
  const card = (note: string) => page.getByRole('article').filter({ hasText: note });
  await expect(card('Bổ sung theo biên bản')).toContainText('Lý Thị Cũ', { timeout: 30_000 });
  await expect(card('Bổ sung theo biên bản')).toContainText(secret);
  await expectFits(page, 'held', /Tiếp nhận/);
  await expectAccessible(page);

  await card('Ghi nhầm').getByRole('button', { name: 'Trả lại' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Trả lại' }).click();
  await expect(dialog.getByText('Hãy ghi lý do, ít nhất 3 ký tự.')).toBeVisible();
  await expectAccessible(page);
  await dialog.getByRole('textbox', { name: 'Lý do trả lại' }).fill('Không đúng văn bản');
  await dialog.getByRole('button', { name: 'Trả lại' }).click();
  await expect(card('Ghi nhầm')).toContainText('Lý do: Không đúng văn bản', { timeout: 30_000 });
  await card('Bổ sung theo biên bản').getByRole('button', { name: 'Tiếp nhận' }).click();
  await expect(card('Bổ sung theo biên bản').getByText('Đã tiếp nhận')).toBeVisible();
  await expectFits(page, 'held-decided', /Đổi người dùng/);

  await openSecret(page);
  await expect(page.getByText('Bổ sung theo biên bản', { exact: true })).toBeVisible({
    timeout: 30_000,
  });
});
