import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { aUser, PASSWORD } from '../../support/builders';
import { changeTo, joinHub, startHub, synced, typeHubCode } from '../support/hub';
import { expect, test } from '../support/office';
import { expectAccessible, expectShown } from '../support/screens';
import { enrol, registerPaper, signIn } from '../support/workstation';

const CODE = '15/SNV-TCHC';

/** Pictures of the guide "Khi mất mạng" are those that this test leaves at 1366×768, with a palette. */
test('§20: through the screens an office meets its hub, leases a book to it and works on without the province', async ({
  freshPc,
  office,
  server,
}, testInfo) => {
  test.setTimeout(300_000);
  const admin = server.admin();
  const { id } = office.office;
  const head = aUser({ officeId: id, login: 'chanhvp', fullName: 'Mai Văn Chánh' }, [
    { role: 'lanhDaoVanPhong', organId: office.organ.id },
  ]);
  await admin.createUser(head, PASSWORD);
  const stick = mkdtempSync(join(tmpdir(), 'tcv-usb-'));
  const answers = join(mkdtempSync(join(tmpdir(), 'tcv-dialogs-')), 'answers.json');
  const answer = (chosen: object): void =>
    writeFileSync(answers, JSON.stringify([{ canceled: false, ...chosen }]));
  const clerkPc = await freshPc().open();
  const leaderPc = await freshPc({ ELECTRON_HOST_DIALOGS: answers }).open();
  const [clerk, leader] = [clerkPc.page, leaderPc.page];
  for (const [page, login, name] of [
    [clerk, office.clerk.login, 'Máy văn thư'],
    [leader, office.chairman.login, 'Máy lãnh đạo'],
  ] as const) {
    await enrol(page, server.address, await admin.createActivationCode(id), name);
    await signIn(page, login, PASSWORD);
    await synced(page);
  }
  await changeTo(clerk, head.login);
  await open(clerk, 'Sổ đăng ký');
  await confirmed(clerk, 'Cho phép giao sổ');
  await expect(clerk.getByRole('button', { name: 'Không cho giao sổ' })).toBeVisible();
  await synced(clerk);

  const hub = await startHub(server, office, testInfo.outputPath('so-dang-ky'));
  // Both machines hear of each other and of the hub at the next sign-in.
  await changeTo(clerk, office.clerk.login);
  await changeTo(leader, office.chairman.login);
  await typeHubCode(leader, hub.code);
  await joinHub(leader);
  await typeHubCode(clerk, hub.code);
  await expectShown(clerk, 'tram-ma-ket-noi', clerk.getByRole('button', { name: 'Kết nối trạm' }));
  await joinHub(clerk);
  await expectShown(clerk, 'tram-da-ket-noi', clerk.getByRole('button', { name: 'Bỏ trạm này' }));
  await expectAccessible(clerk);

  await open(clerk, 'Sổ đăng ký');
  await clerk.getByRole('button', { name: LEASE }).click();
  await expectShown(clerk, 'giao-so-cho-tram', clerk.getByRole('dialog'));
  await clerk.getByRole('dialog').getByRole('button', { name: LEASE }).click();
  await expect(clerk.getByRole('dialog')).toBeHidden();
  await synced(clerk);
  // What is leased to it the hub hears of when it asks again.
  await hub.server.kill();
  await hub.server.start();
  const held = clerk.getByText(/^Trạm của cơ quan \(.*\) giữ sổ từ/);
  await expect(held).toBeVisible({ timeout: 60_000 });
  await expectShown(clerk, 'so-o-tram', held);

  await server.killNode();
  await open(clerk, 'Văn bản đến');
  const subject = 'Báo cáo công tác văn thư quý IV';
  await registerPaper(clerk, { issuer: 'Sở Nội vụ', code: CODE, subject });
  await clerk.keyboard.press('Escape');
  const byHub = clerk.getByText(/^Đang làm việc qua trạm của cơ quan, \d/);
  await expect(byHub).toBeVisible({ timeout: 60_000 });
  const own = clerk.getByRole('row').filter({ hasText: CODE });
  await expect(own).toContainText('Đã vào sổ', { timeout: 60_000 });
  await expectShown(clerk, 'qua-tram', byHub);

  await open(leader, 'Văn bản đến');
  const row = leader.getByRole('row').filter({ hasText: CODE });
  await expect(row).toContainText('Chưa xác nhận', { timeout: 60_000 });
  await expectShown(leader, 'dong-nghiep-danh-sach', row);
  await row.dblclick();
  const mark = leader.getByText(/Chưa được máy chủ xác nhận \(do Trần Thị Văn Thư/).first();
  await expect(mark).toBeVisible();
  // A double press on a word marks it.
  await leader.evaluate(() => getSelection()?.removeAllRanges());
  await expectShown(leader, 'viec-cua-dong-nghiep', mark);
  await expectAccessible(leader);
  await leader.getByRole('button', { name: 'Lập gói trình ký / chuyển tay' }).click();
  await expectShown(leader, 'goi-chuyen-tay', leader.getByRole('dialog'));
  answer({ filePath: join(stick, 'goi-15-SNV.tcvgoi') });
  await leader.getByRole('button', { name: 'Chọn nơi ghi và lập gói…' }).click();
  await expect(leader.getByText(/^Đã ghi và đọc lại gói/)).toBeVisible({ timeout: 30_000 });
  await expectShown(leader, 'goi-da-lap', leader.getByRole('dialog'));
  await expectAccessible(leader);
  await leader.keyboard.press('Escape');
  await open(leader, 'Văn bản đi');
  writeFileSync(join(stick, 'anh.jpg'), 'không phải gói');
  answer({ filePaths: [join(stick, 'anh.jpg')] });
  await leader.getByRole('button', { name: 'Nhận gói chuyển tay…' }).click();
  await expect(leader.getByText('Tệp này không phải gói chuyển tay.')).toBeVisible();
  await expectShown(leader, 'goi-khong-nhan', leader.getByRole('dialog'));
  await leader.keyboard.press('Enter');
  await expect(leader.getByRole('dialog')).toBeHidden();

  await server.start();
  await synced(leader);
  await synced(clerk);
  await open(clerk, 'Sổ đăng ký');
  await confirmed(clerk, 'Nhận lại sổ từ trạm');
  await expect(clerk.getByText('Máy chủ cấp số.')).toBeVisible({ timeout: 60_000 });
  for (const pc of [clerkPc, leaderPc]) await pc.killGroup();
  await hub.server.stop();
  rmSync(stick, { recursive: true });
});

const LEASE = 'Giao sổ cho trạm của cơ quan';

const open = (page: Page, name: string): Promise<void> =>
  page
    .getByRole('navigation', { name: 'Chức năng' })
    .getByRole('button', { name, exact: true })
    .click();

async function confirmed(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name, exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name }).click();
}
