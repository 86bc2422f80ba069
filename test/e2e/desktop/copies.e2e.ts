import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { checkRegisters } from '../../../sync-server/src/features/registers/check-registers';
import { aRegister, PASSWORD } from '../../support/builders';
import { startAuthority } from '../../support/demo-authority';
import { aScannedPdf } from '../../support/scanned-pdf';
import { createSoftToken, findSoftHsm } from '../../support/soft-token';
import { expect, test } from '../support/office';
import { expectAccessible, expectFits } from '../support/screens';
import {
  closeSigning,
  openSigning,
  readAll,
  registration,
  signAll,
  tokenEnv,
} from '../support/signing';
import { enrol, registerPaper, signIn } from '../support/workstation';

const PIN = '41725390';

test('a paper is digitised, numbered in the book of copies and signed by the organ in its corner (S-9, VB038)', async ({
  freshPc,
  office,
  server,
}, testInfo) => {
  test.setTimeout(180_000);
  test.skip(!findSoftHsm(), 'softhsm2 and opensc are not installed');
  const folder = testInfo.outputPath('token');
  mkdirSync(folder, { recursive: true });
  const authority = await startAuthority(folder);
  const organization = 'UBND xã Thử Nghiệm (TRÌNH DIỄN)';
  const token = createSoftToken({
    folder,
    pki: authority.pki,
    pin: PIN,
    identities: [{ commonName: organization, organization }],
  });
  const [seal] = token.identities;
  if (!seal) throw new Error('the token has an identity');
  const admin = server.admin();
  await admin.upsertSigningCertificate(
    registration(seal, {
      officeId: office.office.id,
      owner: { kind: 'organ', organId: office.organ.id },
      holderName: organization,
      picture: null,
    }),
  );
  await admin.openRegister(
    office.office.id,
    aRegister({ organId: office.organ.id, direction: 'banSao', name: 'Sổ bản sao' }),
  );
  const pc = freshPc(tokenEnv(token, authority));
  const { page, app } = await pc.open();
  const code = await admin.createActivationCode(office.office.id);
  await enrol(page, server.address, code, 'Máy văn thư');
  await signIn(page, office.clerk.login, PASSWORD);
  await registerPaper(page, {
    issuer: 'Sở Nội vụ',
    code: '77/QĐ-SNV',
    subject: 'Quyết định về việc điều động công chức',
  });
  await page.keyboard.press('Escape');
  const row = page.getByRole('row').filter({ hasText: '77/QĐ-SNV' });
  await expect(row.getByText('Đã vào sổ')).toBeVisible({ timeout: 30_000 });
  await row.dblclick();

  await page.getByRole('button', { name: 'Làm bản sao…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog
    .getByLabel('Hình thức sao')
    .selectOption({ label: 'Sao y: từ bản giấy sang bản điện tử' });
  await dialog.getByRole('checkbox', { name: /Tôi xác nhận/ }).check();
  const choose = (name: string, bytes: Uint8Array) =>
    dialog
      .locator('input[type="file"]')
      .setInputFiles({ name, mimeType: 'application/pdf', buffer: Buffer.from(bytes) });
  await choose('quet-xam.pdf', aScannedPdf({ space: '/DeviceGray', samples: 1, dpi: 150 }));
  await expect(dialog.getByText('Tệp này không dùng làm bản sao được')).toBeVisible({
    timeout: 30_000,
  });
  await expect(dialog.getByText(/Trang 1: Ảnh quét dưới 200 dpi/)).toBeVisible();
  await expectFits(page, 'copy-refused', 'Làm bản sao và lấy số');
  await choose('quet-mau.pdf', aScannedPdf());
  await expect(dialog.getByText(/Tệp đạt yêu cầu số hóa/)).toBeVisible({ timeout: 30_000 });
  await expectFits(page, 'copy-fine', 'Làm bản sao và lấy số');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Làm bản sao và lấy số' }).click();
  await expect(page.getByText('01/SY-UBND')).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText(/Đã đồng bộ/)).toBeVisible({ timeout: 60_000 });

  const window = await openSigning(app, () =>
    page.getByRole('button', { name: 'Ký số cơ quan…' }).click(),
  );
  await readAll(window);
  await expect(window.getByText('Ký số cơ quan cho bản sao')).toBeVisible();
  await window.setViewportSize({ width: 1366, height: 768 });
  await window.screenshot({ path: testInfo.outputPath('copy-signing-1366.png') });
  await signAll(window, PIN);
  await expect(window.getByText('Đã ký số 1 bản sao.')).toBeVisible({ timeout: 60_000 });
  await closeSigning(window);

  const panel = page.getByRole('group', { name: 'Bản sao' });
  await expect(panel.locator('[data-verdict="HOP_LE_CANH_BAO"]')).toBeVisible({ timeout: 30_000 });
  await panel.scrollIntoViewIfNeeded();
  await page.screenshot({ path: testInfo.outputPath('copy-signed-1366.png') });
  await expect(page.getByText(/Đã đồng bộ/)).toBeVisible({ timeout: 60_000 });
  await panel.getByRole('button', { name: 'Xem' }).click();
  await expect(page.locator('canvas[data-drawn="true"]').first()).toBeVisible({ timeout: 30_000 });
  const copy = testInfo.outputPath('ban-sao.pdf');
  await app.evaluate(({ dialog: files }, filePath) => {
    files.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
  }, copy);
  await page.getByRole('button', { name: 'Lưu một bản' }).first().click();
  await expect(page.getByText(/Đã lưu/).first()).toBeVisible({ timeout: 20_000 });
  expect(execFileSync('pdfsig', ['-nocert', copy], { encoding: 'utf8' })).toContain(
    'Signature is Valid',
  );
  expect(execFileSync('pdftotext', ['-layout', copy, '-'], { encoding: 'utf8' })).toMatch(
    /SAO Y[\s\S]+\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+07:00/,
  );
  await page.keyboard.press('Escape');

  // A copy on paper of the same paper takes the next number of the series, and is printed with its block.
  await page.getByRole('button', { name: 'Làm bản sao…' }).click();
  await dialog
    .getByLabel('Hình thức sao')
    .selectOption({ label: 'Sao y: từ bản giấy sang bản giấy' });
  await dialog.getByLabel('Người ký bản sao').selectOption({ index: 1 });
  await dialog.getByLabel('Thẩm quyền ký').fill('TL. CHỦ TỊCH');
  await dialog.getByLabel('Nơi nhận bản sao').fill('Đảng ủy xã\nLưu: VT');
  await expectFits(page, 'copy-paper', 'Làm bản sao và lấy số');
  await dialog.getByRole('button', { name: 'Làm bản sao và lấy số' }).click();
  await expect(page.getByText('02/SY-UBND')).toBeVisible({ timeout: 30_000 });
  await page.getByRole('button', { name: 'In bản sao…' }).click();
  await expect(dialog.getByText('Số: 02/SY-UBND')).toBeVisible();
  await page.screenshot({ path: testInfo.outputPath('copy-print-1366.png') });
  await page.keyboard.press('Escape');
  await page.setViewportSize({ width: 1920, height: 1080 });
  await panel.scrollIntoViewIfNeeded();
  await page.screenshot({ path: testInfo.outputPath('copies-1920.png') });

  await page.getByRole('button', { name: 'Sổ đăng ký', exact: true }).click();
  await page
    .getByRole('article', { name: 'Sổ bản sao' })
    .getByRole('button', { name: 'Xem sổ' })
    .click();
  await expect(page.getByText('01/SY-UBND')).toBeVisible({ timeout: 30_000 });
  await page.screenshot({ path: testInfo.outputPath('copy-book-1920.png') });
  expect((await checkRegisters(server.db())).findings).toEqual([]);
  await authority.stop();
});
