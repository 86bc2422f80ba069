import type { Page } from '@playwright/test';
import {
  aRegistering,
  aUser,
  enrolTestDevice,
  overHttp,
  PASSWORD,
  signIn as signInDevice,
  sync,
} from '../../support/builders';
import { expect, test } from '../support/office';
import { expectAccessible, expectFits } from '../support/screens';
import { enrol, signIn } from '../support/workstation';

const figures = {
  version: '1.0.0',
  pendingOperations: 12,
  pendingFiles: 3,
  pendingBytes: 5_400_000,
  oldestPendingMs: 86_400_000,
  clockDifferenceMs: 420_000,
  freeBytes: 1_200_000_000,
  healed: 0,
  refused: 2,
  held: 0,
  heldRegisters: 0,
  loadPercent: null,
};

const openDevices = (page: Page) =>
  page.getByRole('button', { name: 'Máy của cơ quan', exact: true }).click();

test('§15: the administrator sees every machine, issues a code for a new one and disables the lost one', async ({
  server,
  office,
  freshPc,
}) => {
  const admin = server.admin();
  const { id } = office.office;
  const administrator = aUser({ officeId: id, login: 'quantri', fullName: 'Đỗ Văn Quản Trị' }, [
    { role: 'quanTri', organId: office.organ.id },
  ]);
  await admin.createUser(administrator, PASSWORD);
  const post = overHttp(server.address);
  const lost = await enrolTestDevice(post, await admin.createActivationCode(id));
  const { accessToken: token } = await signInDevice(post, lost, office.clerk);
  await sync(post, lost, { token, ops: [aRegistering(lost, office)], over: { figures } });
  await server
    .db()
    .query(`update device set last_contact_at = now() - interval '14 days' where id = $1`, [
      lost.deviceId,
    ]);

  const { page, killGroup } = await freshPc().open();
  await enrol(page, server.address, await admin.createActivationCode(id), 'Máy quản trị');
  await signIn(page, 'quantri', PASSWORD);
  await openDevices(page);
  await expect(page.getByText(/không liên lạc từ ba ngày làm việc/)).toBeVisible();
  const rows = page.getByRole('row');
  await expect(rows.nth(1)).toContainText('12 việc, 3 tệp');
  // This machine told of itself with its exchange.
  const own = rows.filter({ hasText: 'Máy quản trị' });
  await expect
    .poll(async () => {
      await page.getByRole('button', { name: 'Tải lại' }).click();
      return own.textContent();
    })
    .toMatch(/Dưới 1 phút.*GB/);
  await expectFits(page, 'devices', 'Cấp mã kích hoạt…');
  await expectAccessible(page);

  await page.getByRole('button', { name: 'Cấp mã kích hoạt…' }).click();
  await page.getByRole('button', { name: 'Cấp mã', exact: true }).click();
  const code = await page.getByLabel('Mã kích hoạt', { exact: true }).textContent();
  await expectFits(page, 'devices-code', 'Đóng');
  await page.keyboard.press('Escape');
  expect((await enrolTestDevice(post, code ?? '')).officeId).toBe(id);

  await page.getByRole('row').getByRole('button', { name: 'Xem Máy thử' }).first().focus();
  await page.keyboard.press('Enter');
  await expectFits(page, 'device', 'Ngừng dùng máy này…');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Ngừng dùng máy này…' }).click();
  await expectFits(page, 'device-disable', 'Ngừng máy này');
  await page.getByRole('checkbox', { name: /^Tôi hiểu/ }).check();
  await page.getByRole('button', { name: 'Ngừng máy này' }).click();
  await expect(page.getByText('Đã ngừng')).toBeVisible();
  await expect(page.getByText('Cần xem ngay')).toBeHidden();
  const states = await admin.listDevices(id);
  expect(states.find(({ deviceId }) => deviceId === lost.deviceId)?.state).toBe('disabled');

  await server.killNode();
  await page.getByRole('button', { name: 'Tải lại' }).click();
  await expect(page.getByText('Trang này cần kết nối với máy chủ.')).toBeVisible();
  await expectFits(page, 'devices-offline', 'Thử lại');
  await server.start();
  await killGroup();
});
