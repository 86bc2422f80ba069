import { expect, type Page } from '@playwright/test';
import { fromHex, toHex } from '@shared/kernel/bytes';
import { hubCode } from '@shared/relay/hub-code';
import { sha256 } from '../../../src/main/platform/system';
import { PASSWORD, type SeededOffice } from '../../support/builders';
import { startTestServer, type TestServer } from '../../support/test-server';
import { signIn } from './workstation';

export interface OfficeHub {
  readonly server: TestServer;
  /** "Mã kết nối trạm". */
  readonly code: string;
}

/** A hub of the office in a process of its own, with its certificate. */
export async function startHub(
  province: TestServer,
  { office }: SeededOffice,
  anchorFolder: string,
): Promise<OfficeHub> {
  const server = await startTestServer({
    args: ['--relay'],
    env: {
      HOST: '127.0.0.1',
      PROVINCE_URL: province.address,
      HUB_CODE: await province.admin().createActivationCode(office.id, 1, {}, 'hub'),
      HUB_NAME: 'Trạm UBND xã Thử Nghiệm',
      HUB_ANCHOR_FOLDERS: anchorFolder,
    },
  });
  const fingerprint = toHex(fromHex((server.ready().fingerprint ?? '').replaceAll(':', '')));
  return { server, code: hubCode({ address: server.address, fingerprint }, sha256) };
}

export const synced = (page: Page): Promise<void> =>
  expect(page.getByText(/^Đã đồng bộ/)).toBeVisible({ timeout: 90_000 });

export async function changeTo(page: Page, login: string): Promise<void> {
  await page.getByRole('button', { name: /^Đổi người dùng/ }).click();
  await signIn(page, login, PASSWORD);
}

/** From the status line to the code's field, filled in; the machine knows the hub since its last sign-in. */
export async function typeHubCode(page: Page, code: string): Promise<void> {
  await synced(page);
  await page.getByRole('button', { name: 'Xem việc chưa gửi và việc cần xử lý' }).click();
  await page.getByLabel('Mã kết nối trạm').fill(code);
}

/** Enter connects. */
export async function joinHub(page: Page): Promise<void> {
  await page.getByLabel('Mã kết nối trạm').press('Enter');
  await expect(page.getByText(/^Đã nối với trạm/)).toBeVisible({ timeout: 30_000 });
}
