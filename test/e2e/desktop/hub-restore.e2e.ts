import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { createRecoveryKey } from '@shared/kernel/recovery-key';
import { PASSWORD } from '../../support/builders';
import { changeTo, joinHub, startHub, synced, typeHubCode } from '../support/hub';
import { expect, test } from '../support/office';
import { expectAccessible, expectShown } from '../support/screens';
import { enrol, registerPaper, signIn } from '../support/workstation';

test('§15 §20: a PC is lost with its stick, and a new one is restored from the hub through the screens', async ({
  freshPc,
  office,
  server,
}, testInfo) => {
  test.setTimeout(240_000);
  const folder = mkdtempSync(join(tmpdir(), 'tcv-usb-'));
  const [stick, answers] = [join(folder, 'usb'), join(folder, 'answers.json')];
  mkdirSync(stick);
  writeFileSync(answers, JSON.stringify([{ canceled: false, filePaths: [stick] }]));
  const lost = await freshPc({ ELECTRON_HOST_DIALOGS: answers }).open();
  const code = await server.admin().createActivationCode(office.office.id);
  await enrol(lost.page, server.address, code, 'Máy văn thư 1');
  await signIn(lost.page, office.clerk.login, PASSWORD);
  await synced(lost.page);
  const hub = await startHub(server, office, testInfo.outputPath('so-dang-ky'));
  await changeTo(lost.page, office.clerk.login);
  await typeHubCode(lost.page, hub.code);
  await joinHub(lost.page);

  const section = lost.page.getByRole('region', { name: 'Sao lưu và chuyển việc' });
  const recoveryKey = await setUpBackup(lost.page);
  const atHub = section.getByText(/Bản sao trên trạm của cơ quan: \d/);
  await expect(atHub).toBeVisible({ timeout: 30_000 });
  await expectShown(lost.page, 'sao-luu-o-tram', atHub);
  await expectAccessible(lost.page);
  await server.killNode();
  await lost.page.getByRole('button', { name: 'Văn bản đến' }).click();
  const subject = 'Dự toán thu chi năm sau';
  await registerPaper(lost.page, { issuer: 'Sở Tài chính', code: '88/STC-QLNS', subject });
  await lost.page.keyboard.press('Escape');
  await lost.page.getByRole('status').first().click();
  const now = section.getByRole('button', { name: 'Sao lưu ngay' });
  await now.click();
  await expect(now).toBeEnabled();
  await lost.killGroup();
  rmSync(stick, { recursive: true });

  const { page, killGroup } = await freshPc().open();
  await page.getByRole('button', { name: 'Khôi phục từ bản sao lưu' }).click();
  const fromHub = page.getByRole('button', { name: 'Lấy từ trạm của cơ quan' });
  await expectShown(page, 'khoi-phuc', fromHub);
  await fromHub.press('Enter');
  const codeField = page.getByRole('textbox', { name: /^Mã kết nối trạm/ });
  await expect(codeField).toBeFocused();
  const keyField = page.getByRole('textbox', { name: /^Khóa khôi phục/ });
  const tryWith = async (typed: string, key: string): Promise<void> => {
    await codeField.fill(typed);
    await keyField.fill(key);
    await keyField.press('Enter');
  };
  await tryWith(hub.code.slice(0, -4), recoveryKey);
  await expect(page.getByText('Mã kết nối trạm bị thiếu phần cuối.')).toBeVisible({
    timeout: 30_000,
  });
  await expectShown(page, 'khoi-phuc-sai-ma', page.getByRole('alert'));
  await tryWith(
    hub.code,
    createRecoveryKey((count) => randomBytes(count)),
  );
  await expect(page.getByText(/không mở được bản sao lưu nào trên trạm/)).toBeVisible({
    timeout: 30_000,
  });
  await expectShown(page, 'khoi-phuc-sai-khoa', page.getByRole('alert'));
  await expectAccessible(page);
  await tryWith(hub.code, recoveryKey);

  // Two copies: the newest is taken, the one before can be, and says that it is older.
  await expect(page.getByText('Bản sao lưu của máy “Máy văn thư 1”')).toBeVisible({
    timeout: 30_000,
  });
  const run = page.getByRole('button', { name: 'Khôi phục vào máy này' });
  await expect(run).toBeFocused();
  const copies = page.getByRole('radio');
  await expect(copies.first()).toBeChecked();
  expect(await copies.count()).toBeGreaterThan(1);
  await expectShown(page, 'khoi-phuc-chon-ban', run);
  await expectAccessible(page);
  await copies.last().check();
  await expect(page.getByText(/^Đây không phải bản mới nhất/)).toBeVisible({ timeout: 30_000 });
  await expectShown(page, 'khoi-phuc-ban-cu', run);
  await copies.first().check();
  await expect(page.getByText(/^Đây không phải bản mới nhất/)).toBeHidden();
  await run.press('Enter');
  await expect(page.getByText('Máy văn thư 1')).toBeVisible({ timeout: 30_000 });
  await signIn(page, office.clerk.login, PASSWORD);
  await expect(page.getByRole('row').filter({ hasText: '88/STC-QLNS' })).toHaveCount(1);

  await killGroup();
  await server.start();
  await hub.server.stop();
  rmSync(folder, { recursive: true });
});

/** Place, key and the group that is asked for; answers the key. */
async function setUpBackup(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Chọn nơi sao lưu' }).click();
  const dialog = page.getByRole('dialog', { name: 'Khóa khôi phục' });
  await expect(dialog.getByRole('listitem')).toHaveCount(7);
  const groups = (await dialog.getByRole('listitem').allInnerTexts()).map(
    (text) => text.split(' ').at(-1) ?? '',
  );
  const asked = Number(/nhóm thứ (\d)/.exec(await dialog.innerText())?.[1]);
  await dialog.getByRole('textbox').fill(groups[asked - 1] ?? '');
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden({ timeout: 30_000 });
  return groups.join('-');
}
