import type { Page } from '@playwright/test';
import { PASSWORD } from '../../support/builders';
import {
  addToDirectory,
  overServer,
  sealDocument,
  seedDispatchOffice,
  upload,
  type DispatchOffice,
} from '../../support/dispatch-office';
import { startAuthority, type DemoAuthority } from '../../support/demo-authority';
import type { TestServer } from '../../support/test-server';
import { expect, test } from '../support/office';
import { anOffice, fixture, issued } from '../../unit/shared/pades/helpers';
import { enrol, signIn, type OpenedPc, type TestPc } from '../support/workstation';

const SUBJECT = 'Phối hợp rà soát địa giới thôn giáp ranh';
const SLOW = { timeout: 30_000 };

/** A PC of an office with its clerk signed in. */
async function clerkPc(pc: TestPc, server: TestServer, of: DispatchOffice): Promise<OpenedPc> {
  const opened = await pc.open();
  const code = await server.admin().createActivationCode(of.office.id);
  await enrol(opened.page, server.address, code, 'Máy văn thư');
  await signIn(opened.page, of.clerk.login, PASSWORD);
  await opened.page.setViewportSize({ width: 1366, height: 768 });
  return opened;
}

/** The paper as people signed and sealed it, by keys of this authority. */
function sealedBy({ pki }: Pick<DemoAuthority, 'pki'>): Uint8Array {
  const leader = pki.issue({ commonName: 'Nguyễn Văn Mẫu' });
  const organ = pki.issue({ commonName: 'Ủy ban nhân dân xã Thượng Nguồn' });
  return issued({ ...anOffice(), pki, leader, organ }, fixture('chromium-draft.pdf'));
}

/** Two offices; a document of the first was sealed, by the acts of its people, and waits for its clerk. */
async function sealedForNeighbour(server: TestServer, authority: DemoAuthority) {
  const node = overServer(server);
  const sender = await seedDispatchOffice(node, 'H98.1', 'Ủy ban nhân dân xã Thượng Nguồn');
  const receiver = await seedDispatchOffice(node, 'H98.2', 'Ủy ban nhân dân xã Hạ Nguồn');
  await addToDirectory(node, sender, receiver);
  const sealed = sealedBy(authority);
  await sealDocument(node, sender, { to: [receiver], sealed });
  await upload(node, sender, sealed);
  return { sender, receiver };
}

const inDialog = (page: Page, name: string) =>
  page.getByRole('dialog').getByRole('button', { name, exact: true });

async function openSealed(page: Page): Promise<void> {
  await page
    .getByRole('navigation', { name: 'Chức năng' })
    .getByRole('button', { name: 'Văn bản đi' })
    .click();
  await page.getByRole('row').filter({ hasText: SUBJECT }).click(SLOW);
}

async function dispatchByScreen(page: Page): Promise<void> {
  await openSealed(page);
  await page.getByRole('button', { name: 'Phát hành', exact: true }).click();
  const linked = page.getByRole('dialog').getByRole('region', { name: 'Gửi liên thông' });
  await expect(linked.getByText('Ủy ban nhân dân xã Hạ Nguồn')).toBeVisible();
  await page.screenshot({ path: test.info().outputPath('dispatch-dialog.png') });
  await inDialog(page, 'Phát hành').click();
  await expect(page.getByText('Đã gửi tới')).toBeVisible(SLOW);
}

async function openArrived(page: Page): Promise<void> {
  await page.getByRole('button', { name: /Liên thông mới đến/ }).click();
  await expect(page.getByRole('article').getByText(SUBJECT)).toBeVisible(SLOW);
}

test('sync §12.5: a document goes from one office to the other, into its book, and the sender reads of it', async ({
  freshPc,
  server,
}, testInfo) => {
  const authority = await startAuthority(testInfo.outputPath('authority'));
  const trusting = { TCV_DEMO: '1', TCV_TRUST_FOLDER: authority.trustFolder };
  const { sender, receiver } = await sealedForNeighbour(server, authority);
  const ours = await clerkPc(freshPc(trusting), server, sender);
  const theirs = await clerkPc(freshPc(trusting), server, receiver);
  await dispatchByScreen(ours.page);
  const { page } = theirs;
  await openArrived(page);
  await page.screenshot({ path: test.info().outputPath('arrived.png') });
  await page.getByRole('button', { name: 'Xem cong-van.pdf' }).click();
  await expect(page.locator('canvas[data-page="1"][data-drawn]')).toBeVisible(SLOW);
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Đăng ký vào sổ' }).click();
  await expect(page.getByRole('textbox', { name: /^Trích yếu nội dung/ })).toHaveValue(SUBJECT);
  await page.getByLabel(/Tôi xác nhận văn bản này/).check();
  await page.screenshot({ path: test.info().outputPath('prefilled.png') });
  await page.keyboard.press('Control+s');
  await expect(page.getByRole('status').getByText(SUBJECT)).toBeVisible();
  await page.keyboard.press('Escape');

  const row = page.getByRole('row').filter({ hasText: SUBJECT });
  await expect(row.getByText('Đã vào sổ')).toBeVisible(SLOW);
  await expect(ours.page.getByText('Nơi nhận đã vào sổ')).toBeVisible(SLOW);
  await ours.page.screenshot({ path: test.info().outputPath('answered.png') });
  await ours.killGroup();
  await theirs.killGroup();
  await authority.stop();
});

test('doc §4.3: a refusal without a line waits on the machine, then reaches the sender with its reason', async ({
  freshPc,
  server,
}, testInfo) => {
  const authority = await startAuthority(testInfo.outputPath('authority'));
  const trusting = { TCV_DEMO: '1', TCV_TRUST_FOLDER: authority.trustFolder };
  const { sender, receiver } = await sealedForNeighbour(server, authority);
  const ours = await clerkPc(freshPc(trusting), server, sender);
  const theirs = await clerkPc(freshPc(trusting), server, receiver);
  await dispatchByScreen(ours.page);
  await openArrived(theirs.page);
  await server.killNode();
  await theirs.page.getByRole('button', { name: 'Từ chối nhận' }).click();
  await theirs.page.getByRole('dialog').getByRole('textbox').fill('Gửi sai nơi nhận');
  await inDialog(theirs.page, 'Từ chối nhận').click();
  await expect(theirs.page.getByText('Không có văn bản liên thông nào đang chờ')).toBeVisible();

  await server.start();

  await expect(ours.page.getByText('Nơi nhận từ chối')).toBeVisible({ timeout: 60_000 });
  await expect(ours.page.getByText('Gửi sai nơi nhận')).toBeVisible();
  await ours.killGroup();
  await theirs.killGroup();
  await authority.stop();
});

test('VB033: nothing goes out electronically before the revocation lists were seen', async ({
  freshPc,
  server,
}, testInfo) => {
  const authority = await startAuthority(testInfo.outputPath('authority'));
  const { sender } = await sealedForNeighbour(server, authority);
  await authority.stop();
  const ours = await clerkPc(
    freshPc({ TCV_DEMO: '1', TCV_TRUST_FOLDER: authority.trustFolder }),
    server,
    sender,
  );
  const { page } = ours;
  await openSealed(page);
  await page.getByRole('button', { name: 'Phát hành', exact: true }).click();
  await inDialog(page, 'Phát hành').click();

  await expect(page.getByText('Chưa kiểm tra được trạng thái thu hồi')).toBeVisible(SLOW);
  await page.keyboard.press('Escape');
  await expect(page.getByText('Đã đóng dấu').first()).toBeVisible();
  await ours.killGroup();
});
