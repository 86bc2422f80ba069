import { createHash } from 'node:crypto';
import { aUser, PASSWORD } from '../../support/builders';
import { createDemoPki } from '../../support/demo-pki';
import { changeUser } from '../support/drafting';
import { expect, test } from '../support/office';
import { expectAccessible } from '../support/screens';
import { enrol, signIn } from '../support/workstation';

const SIZES = [
  [1920, 1080],
  [1366, 768],
] as const;

test('S-13: a leader makes a picture from a photo, the head of the office sees both and confirms it', async ({
  freshPc,
  office,
  server,
}, testInfo) => {
  test.setTimeout(150_000);
  const admin = server.admin();
  const { id } = office.office;
  const holderName = office.chairman.fullName;
  const { certificate } = createDemoPki().issue({ commonName: holderName });
  await admin.upsertSigningCertificate({
    id: crypto.randomUUID(),
    officeId: id,
    thumbprint: createHash('sha256').update(certificate).digest('hex'),
    owner: { kind: 'person', userId: office.chairman.id },
    holderName,
    picture: null,
    active: true,
  });
  const head = aUser({ officeId: id, login: 'chanhvp', fullName: 'Mai Văn Chánh' }, [
    { role: 'lanhDaoVanPhong', organId: office.organ.id },
  ]);
  await admin.createUser(head, PASSWORD);
  const { page } = await freshPc().open();
  await enrol(page, server.address, await admin.createActivationCode(id), 'Máy chung');
  await signIn(page, office.chairman.login, PASSWORD);
  const openPage = () => page.getByRole('button', { name: 'Thiết bị ký số', exact: true }).click();
  const shoot = async (name: string) => {
    for (const [width, height] of SIZES) {
      await page.setViewportSize({ width, height });
      await page.screenshot({ path: testInfo.outputPath(`${name}-${width}.png`) });
    }
  };
  await openPage();
  await expect(page.getByText('Chưa có ảnh')).toBeVisible({ timeout: 30_000 });

  await page.getByRole('button', { name: 'Đổi ảnh chữ ký…' }).click();
  await page
    .locator('input[type="file"]')
    .setInputFiles('test/fixtures/pdf/pictures/handwriting.png');
  const preview = page.getByRole('dialog').getByAltText(`Ảnh chữ ký của ${holderName}`);
  await expect(preview).toBeVisible({ timeout: 20_000 });
  // 45 mm, at 96 dots to the inch.
  expect((await preview.boundingBox())?.width).toBeCloseTo((45 * 96) / 25.4, 0);
  await expectAccessible(page);
  await shoot('dialog');
  await page.getByText('Đo bằng hai dấu trên ảnh').click();
  await expect(page.getByLabel('Dấu đo 2')).toBeVisible();
  await shoot('marks');
  await page.getByText('Nhập bề rộng').click();
  await page.getByRole('button', { name: 'Gửi đề nghị đổi ảnh' }).click();
  await expect(page.getByText('Ảnh mới đang chờ duyệt')).toBeVisible();
  await expect(page.getByText(/Đã đồng bộ/)).toBeVisible({ timeout: 60_000 });

  await changeUser(page, head.login, PASSWORD);
  await openPage();
  await page.getByRole('button', { name: 'Duyệt ảnh' }).click({ timeout: 30_000 });
  await shoot('decision');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Duyệt ảnh' }).last().click();
  await expect(page.getByRole('button', { name: 'Duyệt ảnh' })).toHaveCount(0);
  await expect(page.getByText(/Đã đồng bộ/)).toBeVisible({ timeout: 60_000 });

  const [record] = await admin.certificates.list(id);
  expect(record?.picture?.widthMm).toBe(45);
  expect(record?.pictureChange).toMatchObject({ state: 'daXacNhan', picture: null });
});
