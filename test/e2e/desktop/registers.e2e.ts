import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { checkRegisters } from '../../../sync-server/src/features/registers/check-registers';
import { aUser, PASSWORD } from '../../support/builders';
import { expect, test } from '../support/office';
import { enrol, registerPaper, signIn } from '../support/workstation';

const openRegisters = (page: Page) =>
  page.getByRole('button', { name: 'Sổ đăng ký', exact: true }).click();

async function press(page: Page, act: string): Promise<void> {
  const button = page.getByRole('button', { name: act, exact: true });
  await button.first().click();
  await page.getByRole('dialog').getByRole('button', { name: act, exact: true }).click();
}

const rowOf = (page: Page, code: string) => page.getByRole('row').filter({ hasText: code });

test('sync §9.4: a register is lent, numbers without a line over a kill, and comes back whole', async ({
  office,
  server,
  freshPc,
}) => {
  const head = aUser(
    { officeId: office.office.id, login: 'chanhvp', fullName: 'Lê Thị Chánh Văn Phòng' },
    [
      { role: 'lanhDaoVanPhong', organId: office.organ.id },
      { role: 'vanThu', organId: office.organ.id },
    ],
  );
  await server.admin().createUser(head, PASSWORD);
  const anchors = mkdtempSync(join(tmpdir(), `tcv-anchors-${randomUUID()}`));
  const pcs = [freshPc({ TCV_ANCHOR_FOLDERS: anchors }), freshPc()] as const;
  const open = async (at: 0 | 1, name: string, login: string) => {
    const opened = await pcs[at].open();
    const code = await server.admin().createActivationCode(office.office.id);
    await enrol(opened.page, server.address, code, name);
    await signIn(opened.page, login, PASSWORD);
    return opened;
  };
  const second = await open(1, 'Máy một cửa', head.login);
  await openRegisters(second.page);
  await press(second.page, 'Cho phép giao sổ');

  const holder = await open(0, 'Máy văn thư', office.clerk.login);
  await openRegisters(holder.page);
  await press(holder.page, 'Giữ sổ cho máy này');
  await expect(holder.page.getByText('Sổ chưa cấp số nào – đúng với sổ?')).toBeVisible();
  await holder.page.getByRole('button', { name: 'Đúng với sổ' }).click();
  await openRegisters(second.page);
  await expect(second.page.getByText(/Máy Máy văn thư giữ sổ từ/)).toBeVisible();
  await server.killNode();

  await holder.page.getByRole('button', { name: 'Văn bản đến' }).click();
  for (const n of [1, 2]) {
    await registerPaper(holder.page, {
      issuer: 'Sở Y tế',
      code: `30${n}/SYT`,
      subject: `Tiêm chủng đợt ${n}`,
    });
    await holder.page.keyboard.press('Escape');
    await expect(rowOf(holder.page, `30${n}/SYT`).getByText('Đã vào sổ')).toBeVisible();
  }
  await holder.killGroup();

  const again = await pcs[0].open();
  await signIn(again.page, office.clerk.login, PASSWORD);
  await registerPaper(again.page, {
    issuer: 'Sở Y tế',
    code: '303/SYT',
    subject: 'Tiêm chủng đợt 3',
  });
  await again.page.keyboard.press('Escape');
  await expect(rowOf(again.page, '303/SYT').getByText('Chờ cấp số đến')).toBeVisible();
  await expect(again.page.getByText(/Số cuối cùng đã cấp: 2, ngày/)).toBeVisible();
  await again.page.getByRole('button', { name: 'Đúng với sổ' }).click();
  await expect(rowOf(again.page, '303/SYT').getByText('Đã vào sổ')).toBeVisible();

  await second.page.getByRole('button', { name: 'Văn bản đến' }).click();
  await registerPaper(second.page, {
    issuer: 'Sở Nội vụ',
    code: '400/SNV',
    subject: 'Chờ máy giữ sổ',
  });
  await second.page.keyboard.press('Escape');
  await expect(rowOf(second.page, '400/SNV').getByText('Chờ cấp số đến')).toBeVisible();

  await server.start();
  // The holder serves who waits elsewhere, then gives the book back.
  const served = rowOf(second.page, '400/SNV');
  await expect(served.getByText('Đã vào sổ')).toBeVisible({ timeout: 60_000 });
  await expect(served.getByRole('gridcell').or(served.getByRole('cell')).first()).toHaveText('04');
  await openRegisters(again.page);
  await press(again.page, 'Trả sổ');
  await expect(again.page.getByText('Máy chủ cấp số.')).toBeVisible({ timeout: 30_000 });
  const whole = await checkRegisters(server.db());
  expect(whole.findings).toEqual([]);
  const { rows: entries } = await server
    .db()
    .query('select number from register_entry where office_id = $1 order by number', [
      office.office.id,
    ]);
  expect(entries).toEqual([{ number: 1 }, { number: 2 }, { number: 3 }, { number: 4 }]);
  rmSync(anchors, { recursive: true, force: true });
  await again.killGroup();
  await second.killGroup();
});
