import { mkdirSync } from 'node:fs';
import { PASSWORD } from '../../support/builders';
import { startAuthority } from '../../support/demo-authority';
import { createSoftToken, findSoftHsm } from '../../support/soft-token';
import { expect, test } from '../support/office';
import { expectAccessible, expectFits } from '../support/screens';
import { registration, tokenEnv } from '../support/signing';
import { enrol, signIn } from '../support/workstation';

const DAY = 86_400_000;

test('K-17: a plugged-in token is checked: certificate, days left, whose it is; what ends soon is announced', async ({
  freshPc,
  office,
  server,
}, testInfo) => {
  test.setTimeout(120_000);
  test.skip(!findSoftHsm(), 'softhsm2 and opensc are not installed');
  const folder = testInfo.outputPath('token');
  mkdirSync(folder, { recursive: true });
  const authority = await startAuthority(folder);
  const organization = 'UBND xã Thử Nghiệm (TRÌNH DIỄN)';
  const token = createSoftToken({
    folder,
    pki: authority.pki,
    pin: '90417253',
    identities: [
      {
        commonName: office.chairman.fullName,
        organization,
        notAfter: new Date(Date.now() + 20 * DAY + DAY / 2),
      },
      { commonName: 'Người Khác', organization },
    ],
  });
  const [personal] = token.identities;
  if (!personal) throw new Error('the token has two identities');
  const admin = server.admin();
  await admin.upsertSigningCertificate(
    registration(personal, {
      officeId: office.office.id,
      owner: { kind: 'person', userId: office.chairman.id },
      holderName: office.chairman.fullName,
      picture: null,
    }),
  );

  const { page } = await freshPc(tokenEnv(token, authority)).open();
  const code = await admin.createActivationCode(office.office.id);
  await enrol(page, server.address, code, 'Máy lãnh đạo');
  await signIn(page, office.chairman.login, PASSWORD);
  await expect(
    page.getByText(`Chứng thư chữ ký số của ${office.chairman.fullName} sẽ hết hạn sau 20 ngày`),
  ).toBeVisible({ timeout: 20_000 });

  await page.getByRole('button', { name: 'Thiết bị ký số', exact: true }).click();
  await expect(page.getByText('(còn 20 ngày)')).toBeVisible({ timeout: 20_000 });
  await expect(page.getByText('Của bạn')).toBeVisible({ timeout: 20_000 });
  await expect(page.getByText('Chưa đăng ký')).toBeVisible();
  await expect(page.getByText('libsofthsm2.so: Dùng được')).toBeVisible();
  await page.getByRole('button', { name: 'Sao chép kết quả' }).click();
  await expect(page.getByText(/^Đã sao chép/)).toBeVisible();
  const text = await page.locator('body').innerText();
  expect(text).not.toContain(token.serial);
  await expectAccessible(page);
  await expectFits(page, 'token-check', 'Sao chép kết quả');
  await authority.stop();
});
