import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { aUser, PASSWORD } from '../../support/builders';
import { expect, test } from '../support/office';
import { expectAccessible, expectFits, expectShown } from '../support/screens';
import { enrol, signIn } from '../support/workstation';
import { freePort } from '../../../sync-server/src/embedded/free-port';

const INSTALL = 'Dùng máy này làm trạm của cơ quan';
const REMOVE = 'Dừng dùng máy này làm trạm';

async function openHubHost(page: Page): Promise<void> {
  await page.getByRole('status').first().click();
  await expect(page.getByRole('heading', { name: 'Máy này làm trạm của cơ quan' })).toBeVisible();
}

test('§20: one press makes this PC the hub; it outlives the program and is found again by the next start', async ({
  server,
  office,
  freshPc,
}) => {
  test.setTimeout(180_000);
  const folder = mkdtempSync(join(tmpdir(), 'tcv-hub-'));
  const config = mkdtempSync(join(tmpdir(), 'tcv-config-'));
  const admin = server.admin();
  const { id } = office.office;
  const administrator = aUser({ officeId: id, login: 'quantri', fullName: 'Đỗ Văn Quản Trị' }, [
    { role: 'quanTri', organId: office.organ.id },
  ]);
  await admin.createUser(administrator, PASSWORD);
  const pc = freshPc({
    TCV_HUB_FOLDER: folder,
    TCV_HUB_PORT: String(await freePort()),
    XDG_CONFIG_HOME: config,
  });
  const first = await pc.open();
  await enrol(first.page, server.address, await admin.createActivationCode(id), 'Máy quản trị');
  await signIn(first.page, 'quantri', PASSWORD);
  await openHubHost(first.page);
  await expectAccessible(first.page);

  await first.page.getByRole('button', { name: INSTALL }).click();
  await expect(first.page.getByText('Trạm trên máy này đang chạy')).toBeVisible({
    timeout: 90_000,
  });
  // The same page joined this workstation to it.
  await expect(first.page.getByText(/địa chỉ https:\/\/127\.0\.0\.1:\d+/)).toBeVisible();
  await expectShown(first.page, 'hub-host', first.page.getByRole('button', { name: REMOVE }));
  await expectAccessible(first.page);
  await first.page.getByRole('button', { name: 'Mã kết nối cho máy khác…' }).click();
  await expectFits(first.page, 'hub-codes', 'In');
  await first.close();
  expect(existsSync(join(config, 'autostart', 'tram-cong-vu-hub.desktop'))).toBe(true);
  expect(existsSync(join(folder, 'hub-door.json'))).toBe(true);

  const { page } = await pc.open();
  await signIn(page, 'quantri', PASSWORD);
  await openHubHost(page);
  await expect(page.getByText('Trạm trên máy này đang chạy')).toBeVisible();
  await page.getByRole('button', { name: REMOVE }).click();
  await page.getByRole('button', { name: REMOVE }).last().click();
  await expect(page.getByRole('button', { name: INSTALL })).toBeVisible({ timeout: 60_000 });
  expect(existsSync(join(folder, 'hub-door.json'))).toBe(false);
  for (const path of [folder, config]) rmSync(path, { recursive: true });
});
