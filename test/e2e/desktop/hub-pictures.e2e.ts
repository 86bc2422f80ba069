import type { Locator, Page } from '@playwright/test';
import { fromHex, toHex } from '@shared/kernel/bytes';
import { hubCode } from '@shared/relay/hub-code';
import { sha256 } from '../../../src/main/platform/system';
import { aUser, PASSWORD } from '../../support/builders';
import { startTestServer } from '../../support/test-server';
import { expect, test } from '../support/office';
import { expectAccessible } from '../support/screens';
import { enrol, registerPaper, signIn } from '../support/workstation';

const SIZES = [
  { width: 1920, height: 1080 },
  { width: 1366, height: 768 },
] as const;

/** The guide "Khi mất mạng": its pictures of the office's hub and of bundles are those that this test leaves. */
test('§20: through the screens an office meets its hub, leases a book to it and works on without the province', async ({
  enrolledPc,
  freshPc,
  office,
  server,
}, testInfo) => {
  test.setTimeout(420_000);
  const admin = server.admin();
  const { id } = office.office;
  const head = aUser({ officeId: id, login: 'chanhvp', fullName: 'Mai Văn Chánh' }, [
    { role: 'lanhDaoVanPhong', organId: office.organ.id },
  ]);
  await admin.createUser(head, PASSWORD);
  const clerkPc = (await enrolledPc('Máy văn thư')).opened;
  const leaderPc = await freshPc().open();
  const [clerk, leader] = [clerkPc.page, leaderPc.page];
  await enrol(leader, server.address, await admin.createActivationCode(id), 'Máy lãnh đạo');
  await signIn(leader, office.chairman.login, PASSWORD);
  await synced(leader);
  await synced(clerk);
  await changeTo(clerk, head.login);
  await open(clerk, 'Sổ đăng ký');
  await clerk.getByRole('button', { name: 'Cho phép giao sổ', exact: true }).click();
  await clerk.getByRole('dialog').getByRole('button', { name: 'Cho phép giao sổ' }).click();
  await expect(clerk.getByRole('button', { name: 'Không cho giao sổ' })).toBeVisible();
  await synced(clerk);

  const hub = await startTestServer({
    args: ['--relay'],
    env: {
      HOST: '127.0.0.1',
      PROVINCE_URL: server.address,
      HUB_CODE: await admin.createActivationCode(id, 1, {}, 'hub'),
      HUB_NAME: 'Trạm UBND xã Thử Nghiệm',
      HUB_ANCHOR_FOLDERS: testInfo.outputPath('so-dang-ky'),
    },
  });
  const fingerprint = toHex(fromHex((hub.ready().fingerprint ?? '').replaceAll(':', '')));
  const code = hubCode({ address: hub.address, fingerprint }, sha256);
  // Both machines hear of each other and of the hub at the next sign-in.
  await changeTo(clerk, office.clerk.login);
  await changeTo(leader, office.chairman.login);
  for (const page of [clerk, leader]) {
    await synced(page);
    await page.getByRole('button', { name: 'Xem việc chưa gửi và việc cần xử lý' }).click();
    await page.getByLabel('Mã kết nối trạm').fill(code);
    const connect = page.getByRole('button', { name: 'Kết nối trạm' });
    if (page === clerk) await picture(page, 'tram-ma-ket-noi', connect);
    await connect.click();
    await expect(page.getByText(/^Đã nối với trạm/)).toBeVisible({ timeout: 30_000 });
  }
  await picture(clerk, 'tram-da-ket-noi', clerk.getByRole('button', { name: 'Bỏ trạm này' }));

  await open(clerk, 'Sổ đăng ký');
  const lease = clerk.getByRole('button', { name: 'Giao sổ cho trạm của cơ quan' });
  await lease.click();
  await picture(clerk, 'giao-so-cho-tram', clerk.getByRole('dialog'));
  await clerk
    .getByRole('dialog')
    .getByRole('button', { name: 'Giao sổ cho trạm của cơ quan' })
    .click();
  await expect(clerk.getByRole('dialog')).toBeHidden();
  await synced(clerk);
  // What is leased to it the hub hears of when it asks again.
  await hub.kill();
  await hub.start();
  await open(clerk, 'Sổ đăng ký');
  await expect(clerk.getByText(/^Máy Trạm .* giữ sổ từ/)).toBeVisible({ timeout: 60_000 });

  await server.killNode();
  await open(clerk, 'Văn bản đến');
  await registerPaper(clerk, {
    issuer: 'Sở Nội vụ',
    code: '15/SNV-TCHC',
    subject: 'Báo cáo công tác văn thư quý IV',
  });
  await clerk.keyboard.press('Escape');
  const byHub = clerk.getByText(/^Đang làm việc qua trạm của cơ quan/);
  await expect(byHub).toBeVisible({ timeout: 60_000 });
  await expect(clerk.getByRole('row').filter({ hasText: '15/SNV-TCHC' })).toContainText(
    'Đã vào sổ',
    {
      timeout: 60_000,
    },
  );
  await open(leader, 'Văn bản đến');
  const row = leader.getByRole('row').filter({ hasText: '15/SNV-TCHC' });
  await expect(row).toBeVisible({ timeout: 60_000 });
  await picture(clerk, 'qua-tram', byHub);
  await picture(leader, 'cua-dong-nghiep-danh-sach', row);
  await row.dblclick();
  const mark = leader.getByText(/Chưa được máy chủ xác nhận \(do Trần Thị Văn Thư/).first();
  await expect(mark).toBeVisible();
  await picture(leader, 'cua-dong-nghiep', mark);
  await leader.getByRole('button', { name: 'Lập gói trình ký / chuyển tay' }).click();
  await picture(leader, 'goi-lap', leader.getByRole('dialog'));
  await leader.keyboard.press('Escape');
  await open(leader, 'Văn bản đi');
  await picture(leader, 'goi-nhan', leader.getByRole('button', { name: 'Nhận gói chuyển tay…' }));

  await server.start();
  await synced(leader);
  await expectAccessible(leader);
  await leaderPc.killGroup();
  await hub.stop();
});

const synced = (page: Page): Promise<void> =>
  expect(page.getByText(/^Đã đồng bộ/)).toBeVisible({ timeout: 90_000 });

const open = (page: Page, name: string): Promise<void> =>
  page
    .getByRole('navigation', { name: 'Chức năng' })
    .getByRole('button', { name, exact: true })
    .click();

async function changeTo(page: Page, login: string): Promise<void> {
  await page.getByRole('button', { name: /^Đổi người dùng/ }).click();
  await signIn(page, login, PASSWORD);
}

/** At both sizes nothing is cut off at the side, and what the picture is about is in it. */
async function picture(page: Page, name: string, subject: Locator): Promise<void> {
  for (const { width, height } of SIZES) {
    await page.setViewportSize({ width, height });
    await subject.scrollIntoViewIfNeeded();
    await page.screenshot({ path: test.info().outputPath(`${name}-${width}.png`) });
    const over = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect.soft([name, width, over <= 0]).toEqual([name, width, true]);
    await expect.soft(subject).toBeInViewport({ ratio: 1 });
  }
}
