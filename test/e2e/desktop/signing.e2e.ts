import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PASSWORD } from '../../support/builders';
import { startAuthority } from '../../support/demo-authority';
import { createSoftToken, findSoftHsm } from '../../support/soft-token';
import {
  approveContent,
  approveFormat,
  asSigner,
  changeUser,
  draftAndSubmit,
  openOutgoing,
  rowOf,
  seedDrafting,
} from '../support/drafting';
import { findMarker } from '../support/find-marker';
import { expect, test } from '../support/office';
import {
  closeSigning,
  openSigning,
  readAll,
  readBySpace,
  registration,
  signAll,
  smallestText,
  tokenEnv,
} from '../support/signing';
import { enrol, signIn } from '../support/workstation';

/** A PIN that stands nowhere else in the world. */
const PIN = '90417253';
const fixture = (name: string): Buffer =>
  readFileSync(new URL(`../../fixtures/pdf/${name}`, import.meta.url));
const picture = (name: string, widthMm: number) => ({
  png: fixture(`pictures/${name}`).toString('base64'),
  widthMm,
});

test('a paper is signed with the token, numbered, sealed, and other software calls both signatures valid', async ({
  freshPc,
  office,
  server,
}, testInfo) => {
  test.setTimeout(180_000);
  test.skip(!findSoftHsm(), 'softhsm2 and opensc are not installed');
  const folder = testInfo.outputPath('token');
  mkdirSync(folder, { recursive: true });
  const authority = await startAuthority(folder);
  const { pki } = authority;
  const { expert, head } = await seedDrafting(server, office);
  const organization = 'UBND xã Thử Nghiệm (TRÌNH DIỄN)';
  const token = createSoftToken({
    folder,
    pki,
    pin: PIN,
    identities: [
      { commonName: office.chairman.fullName, organization },
      { commonName: organization, organization },
      { commonName: 'Người Khác', organization },
    ],
  });
  const [personal, seal] = token.identities;
  if (!personal || !seal) throw new Error('the token has two identities');
  const admin = server.admin();
  await admin.upsertSigningCertificate(
    registration(personal, {
      officeId: office.office.id,
      owner: { kind: 'person', userId: office.chairman.id },
      holderName: office.chairman.fullName,
      picture: picture('handwriting.png', 40),
    }),
  );
  await admin.upsertSigningCertificate(
    registration(seal, {
      officeId: office.office.id,
      owner: { kind: 'organ', organId: office.organ.id },
      holderName: organization,
      picture: picture('seal.png', 36),
    }),
  );

  const pc = freshPc(tokenEnv(token, authority));
  const opened = await pc.open();
  const { page, app } = opened;
  await enrol(
    page,
    server.address,
    await admin.createActivationCode(office.office.id),
    'Máy chung',
  );
  await signIn(page, expert.login, PASSWORD);
  const subjects = ['Kế hoạch kiểm tra chợ Phiên', 'Kế hoạch nạo vét mương nội đồng'];
  const wrong = 'Kế hoạch còn thiếu căn cứ';
  for (const subject of [...subjects, wrong]) {
    await draftAndSubmit(page, {
      type: 'Kế hoạch',
      subject,
      signer: asSigner(office.chairman),
      recipient: 'Sở Nội vụ',
      file: { name: 'ke-hoach.pdf', bytes: fixture('chromium-draft.pdf') },
    });
  }
  await expect(page.getByText(/Đã đồng bộ/)).toBeVisible({ timeout: 60_000 });
  await changeUser(page, head.login, PASSWORD);
  for (const subject of [...subjects, wrong]) await approveContent(page, subject);
  await expect(page.getByText(/Đã đồng bộ/)).toBeVisible({ timeout: 60_000 });
  await changeUser(page, office.clerk.login, PASSWORD);
  for (const subject of [...subjects, wrong]) await approveFormat(page, subject, 'ke-hoach.pdf');
  await expect(page.getByText(/Đã đồng bộ/)).toBeVisible({ timeout: 60_000 });

  await changeUser(page, office.chairman.login, PASSWORD);
  // S-17: the queue and the window are worked by keys alone.
  await page
    .getByRole('navigation', { name: 'Chức năng' })
    .getByRole('button', { name: 'Chờ tôi ký' })
    .click();
  await expect(page.getByRole('button', { name: 'Đọc và ký 3 văn bản' })).toBeVisible({
    timeout: 30_000,
  });
  await page.screenshot({ path: testInfo.outputPath('queue-1366.png') });
  const window = await openSigning(app, () => page.keyboard.press('F4'));
  const shown = window.locator('[aria-current="true"]');
  const titles = window.getByRole('button').filter({ hasText: /Chưa xem|Đã xem/ });
  await expect(titles).toHaveCount(3);
  const isWrongShown = async () => (await shown.textContent())?.includes(wrong) === true;
  while (!(await isWrongShown())) await window.keyboard.press('F8');
  await window.keyboard.press('F3');
  await window.keyboard.type('Thiếu căn cứ pháp lý');
  await window.getByRole('dialog').getByRole('button', { name: 'Trả lại' }).press('Enter');
  await expect(window.getByText('Đã trả lại')).toBeVisible({ timeout: 20_000 });
  // A dialog that is still closing hears the first presses.
  await expect(async () => {
    await window.keyboard.press('F7');
    await expect(titles.first()).toHaveAttribute('aria-current', 'true', { timeout: 500 });
  }).toPass({ timeout: 20_000 });
  const presses = await readBySpace(window, 2);
  // Two papers of one page; fifty, with F4, a PIN of eight digits and Enter, take at most 120 keys.
  expect((presses / 2) * 50 + 10).toBeLessThanOrEqual(120);
  expect(await smallestText(window)).toBeGreaterThanOrEqual(16);
  await expect(window.getByText('Chữ ký', { exact: true })).toBeVisible();
  // K-6: what is on the token and not the chairman's is named and cannot be chosen.
  await expect(window.getByText('Chứng thư của Người Khác, không phải của')).toBeVisible();
  await window.setViewportSize({ width: 1366, height: 768 });
  await window.screenshot({ path: testInfo.outputPath('signing-1366.png') });
  await window.setViewportSize({ width: 1920, height: 1080 });
  await window.screenshot({ path: testInfo.outputPath('signing-1920.png') });
  await window.setViewportSize({ width: 1366, height: 768 });

  // A wrong PIN costs one try and nothing else; a PIN typed through the Vietnamese keyboard costs none (K-8, K-9).
  await signAll(window, 'mậtkhẩu');
  await expect(window.getByText('Hãy tắt bộ gõ tiếng Việt')).toBeVisible();
  await signAll(window, '00000000');
  await expect(window.getByText('Mã PIN không đúng.')).toBeVisible({ timeout: 20_000 });
  await signAll(window, PIN);
  await expect(window.getByText('Đã ký xong 2 văn bản.')).toBeVisible({ timeout: 60_000 });
  await closeSigning(window);

  await openOutgoing(page);
  await page.getByText('Tất cả', { exact: true }).click();
  await expect(rowOf(page, subjects[0] ?? '').getByText('Đã ký')).toBeVisible();
  await expect(page.getByText(/Đã đồng bộ/)).toBeVisible({ timeout: 60_000 });

  await changeUser(page, office.clerk.login, PASSWORD);
  for (const subject of subjects) {
    await openOutgoing(page);
    await rowOf(page, subject).click({ timeout: 30_000 });
    await page.getByRole('button', { name: 'Xin cấp số' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Xin cấp số' }).click();
    await expect(page.getByText('Đã cấp số').first()).toBeVisible({ timeout: 30_000 });
  }
  await openOutgoing(page);
  const sealing = await openSigning(app, () =>
    page.getByRole('button', { name: 'Đóng dấu 2 văn bản…' }).click({ timeout: 30_000 }),
  );
  await readAll(sealing);
  await expect(sealing.getByText(/^Số 0\d\/KH-UBND, ngày/)).toBeVisible();
  await sealing.screenshot({ path: testInfo.outputPath('sealing.png') });
  await signAll(sealing, PIN);
  await expect(sealing.getByText(/Đã ghi số, ngày và đóng dấu 2 văn bản/)).toBeVisible({
    timeout: 60_000,
  });
  expect(authority.fetches()).toBeGreaterThan(0);
  await closeSigning(sealing);

  await page.getByText('Tất cả', { exact: true }).click();
  await rowOf(page, subjects[0] ?? '').click();
  await expect(page.getByText('Đã đóng dấu').first()).toBeVisible();
  const copy = testInfo.outputPath('ban-ky.pdf');
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
  }, copy);
  await page
    .getByRole('button', { name: /^Lưu một bản/ })
    .first()
    .click();
  await expect(page.getByText(/Đã lưu/).first()).toBeVisible({ timeout: 20_000 });
  const verdict = execFileSync('pdfsig', ['-nocert', copy], { encoding: 'utf8' });
  expect(verdict.match(/Signature is Valid/g)).toHaveLength(2);
  expect(verdict.match(/Total document signed/g)).toHaveLength(1);

  await page.getByRole('button', { name: /^Xem/ }).first().click();
  await expect(page.locator('[data-verdict="HOP_LE_CANH_BAO"]').first()).toBeVisible({
    timeout: 30_000,
  });
  await page.screenshot({ path: testInfo.outputPath('verified.png') });
  await page.getByRole('button', { name: 'In báo cáo…' }).click();
  await page.screenshot({ path: testInfo.outputPath('report.png') });
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'In để đóng dấu…' }).click();
  await expect(page.getByRole('dialog').getByRole('img').first()).toBeVisible({ timeout: 30_000 });
  expect(await page.getByText('Bản in từ văn bản điện tử').count()).toBe(0);
  await page.screenshot({ path: testInfo.outputPath('wet-seal.png') });
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'In văn bản…' }).click();
  await expect(page.getByRole('dialog').getByText('Bản in từ văn bản điện tử').first()).toBeVisible(
    { timeout: 30_000 },
  );
  await page.screenshot({ path: testInfo.outputPath('with-seal.png') });
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Xem bản lãnh đạo đã ký' }).click();
  await expect(page.getByText('Đang xem bản lúc ký')).toBeVisible();
  await expect(page.locator('canvas[data-drawn="true"]').first()).toBeVisible({ timeout: 30_000 });
  await page.screenshot({ path: testInfo.outputPath('leaders.png') });
  await page.setViewportSize({ width: 1920, height: 1080 });
  await page.screenshot({ path: testInfo.outputPath('leaders-1920.png') });

  // K-10, T-8: the PIN stands in no file of the workstation, its logs included.
  await opened.killGroup();
  expect(findMarker(pc.folder, PIN)).toEqual([]);
  writeFileSync(join(pc.folder, 'proof-that-the-search-finds.txt'), PIN);
  expect(findMarker(pc.folder, PIN)).toHaveLength(1);
  await authority.stop();
});
