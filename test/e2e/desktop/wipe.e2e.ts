import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readWork } from '../../../src/main/features/backup/read-work';
import { nodeFiles } from '../../../src/main/platform/file-port';
import { createRelayKeys } from '../../../sync-server/src/features/relay/relay-keys';
import { readServerState } from '../../../sync-server/src/features/health/server-state';
import { PASSWORD } from '../../support/builders';
import { searchDeeply } from '../support/deep-search';
import { expect, test } from '../support/office';
import { expectAccessible, expectFits } from '../support/screens';
import { enrol, registerPaper, signIn } from '../support/workstation';

const before = 'Thông báo trước khi mất máy MATMAYZQX';
const unsent = 'Công văn chưa gửi CHUAGUIVKW';

test('§7.2: a lost machine removes what it holds once it is heard of; unsent work stays, sealed for the province', async ({
  server,
  office,
  freshPc,
}) => {
  test.setTimeout(180_000);
  const admin = server.admin();
  const pc = freshPc();
  let opened = await pc.open();
  await enrol(
    opened.page,
    server.address,
    await admin.createActivationCode(office.office.id),
    'Máy sẽ mất',
  );
  await signIn(opened.page, office.clerk.login, PASSWORD);
  await registerPaper(opened.page, { issuer: 'Sở Nội vụ', code: '11/SNV', subject: before });
  await expect(opened.page.getByText(/Đã đồng bộ/)).toBeVisible({ timeout: 60_000 });
  await server.killNode();
  await registerPaper(opened.page, { issuer: 'Sở Nội vụ', code: '12/SNV', subject: unsent });
  await opened.close();
  expect(searchDeeply(pc.folder, 'MATMAYZQX').length).toBeGreaterThan(0);
  expect(searchDeeply(pc.folder, 'CHUAGUIVKW').length).toBeGreaterThan(0);

  await server.start();
  const [device] = await server.admin().listDevices(office.office.id);
  const deviceId = device?.deviceId ?? '';
  await server.admin().disableDevice(office.office.id, deviceId, {}, true);
  opened = await pc.open();
  await expect(
    opened.page.getByRole('heading', { name: 'Dữ liệu trên máy này đã được xóa' }),
  ).toBeVisible({ timeout: 60_000 });
  await expectFits(opened.page, 'wiped', 'Đóng phần mềm');
  await expectAccessible(opened.page);
  for (const name of ['keys.json', 'device.bin', 'users', 'journal', 'files'])
    expect(existsSync(join(pc.folder, name))).toBe(false);
  await opened.close();

  // Chromium lets go of its files with the process: the next start removes what it had kept.
  opened = await pc.open();
  await expect(
    opened.page.getByRole('heading', { name: 'Dữ liệu trên máy này đã được xóa' }),
  ).toBeVisible({ timeout: 60_000 });
  await opened.close();
  expect(searchDeeply(pc.folder, 'MATMAYZQX')).toEqual([]);
  expect(searchDeeply(pc.folder, 'CHUAGUIVKW')).toEqual([]);

  const { tokenKey } = await readServerState(server.db());
  const subjects: unknown[] = [];
  const read = await readWork(
    {
      files: nodeFiles,
      path: join(pc.folder, 'viec-chua-gui.tcv'),
      passphrase: createRelayKeys(tokenKey).keepKeyOf(deviceId),
    },
    {
      operation: async ({ body }) => void subjects.push(JSON.stringify(body)),
      file: async () => {},
    },
  );
  expect(read.ok).toBe(true);
  expect(subjects.join('\n')).toContain('CHUAGUIVKW');
  expect(readdirSync(pc.folder)).toContain('thu-hoi.json');
});
