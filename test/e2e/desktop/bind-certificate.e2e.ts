import { mkdirSync } from 'node:fs';
import { aUser, PASSWORD } from '../../support/builders';
import { startAuthority } from '../../support/demo-authority';
import { createSoftToken, findSoftHsm } from '../../support/soft-token';
import { changeUser } from '../support/drafting';
import { expect, test } from '../support/office';
import { expectAccessible } from '../support/screens';
import { closeSigning, signAll, tokenEnv } from '../support/signing';
import { enrol, signIn } from '../support/workstation';

const PIN = '90417253';

test('K-6, K-17: a leader tries the token, asks for it with the PIN, and the head of the office confirms it', async ({
  freshPc,
  office,
  server,
}, testInfo) => {
  test.setTimeout(150_000);
  test.skip(!findSoftHsm(), 'softhsm2 and opensc are not installed');
  const folder = testInfo.outputPath('token');
  mkdirSync(folder, { recursive: true });
  const authority = await startAuthority(folder);
  const token = createSoftToken({
    folder,
    pki: authority.pki,
    pin: PIN,
    identities: [{ commonName: office.chairman.fullName, organization: 'UBND xã Thử Nghiệm' }],
  });
  const admin = server.admin();
  const { id } = office.office;
  const head = aUser({ officeId: id, login: 'chanhvp', fullName: 'Mai Văn Chánh' }, [
    { role: 'lanhDaoVanPhong', organId: office.organ.id },
  ]);
  await admin.createUser(head, PASSWORD);
  const { page, app } = await freshPc(tokenEnv(token, authority)).open();
  await enrol(page, server.address, await admin.createActivationCode(id), 'Máy chung');
  await signIn(page, office.chairman.login, PASSWORD);
  const openCheck = () => page.getByRole('button', { name: 'Thiết bị ký số', exact: true }).click();
  await openCheck();

  const [trial] = await Promise.all([
    app.waitForEvent('window'),
    page.getByRole('button', { name: 'Ký thử…' }).click({ timeout: 30_000 }),
  ]);
  await signAll(trial, PIN);
  await expect(trial.getByText('Thiết bị ký được và chữ ký kiểm tra đúng.')).toBeVisible({
    timeout: 30_000,
  });
  await closeSigning(trial);

  const [binding] = await Promise.all([
    app.waitForEvent('window'),
    page.getByRole('button', { name: 'Đây là thiết bị của tôi…' }).click(),
  ]);
  await expect(binding.getByText('Đăng ký chứng thư chữ ký số')).toBeVisible({ timeout: 20_000 });
  await binding.setViewportSize({ width: 1366, height: 768 });
  await expectAccessible(binding);
  await binding.screenshot({ path: testInfo.outputPath('binding-1366.png') });
  await signAll(binding, PIN);
  await expect(binding.getByText('Đề nghị đã lưu trên máy')).toBeVisible({ timeout: 30_000 });
  await closeSigning(binding);
  await expect(page.getByText(`Người đề nghị: ${office.chairman.fullName}`)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Xác nhận' })).toHaveCount(0);
  await expect(page.getByText(/Đã đồng bộ/)).toBeVisible({ timeout: 60_000 });

  await changeUser(page, head.login, PASSWORD);
  await openCheck();
  await page.getByRole('button', { name: 'Xác nhận' }).click({ timeout: 30_000 });
  for (const [width, height] of [
    [1920, 1080],
    [1366, 768],
  ] as const) {
    await page.setViewportSize({ width, height });
    await page.screenshot({ path: testInfo.outputPath(`requests-${width}.png`) });
  }
  await page.getByRole('button', { name: 'Xác nhận' }).last().click();
  await expect(page.getByText('Đã xác nhận')).toBeVisible();
  await expect(page.getByText(/Đã đồng bộ/)).toBeVisible({ timeout: 60_000 });

  await changeUser(page, office.chairman.login, PASSWORD);
  await openCheck();
  await expect(page.getByText('Của bạn')).toBeVisible({ timeout: 30_000 });
  await authority.stop();
});
