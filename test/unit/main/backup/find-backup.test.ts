import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createRecoveryKey } from '@shared/kernel/recovery-key';
import { folderStore } from '../../../../src/main/features/backup/backup-store';
import { findBackup, listBackups } from '../../../../src/main/features/backup/find-backup';
import { LOCK_NAME, makeLock } from '../../../../src/main/features/backup/recovery-lock';
import { aBackupBench, BACKUP_KEY, USB } from '../../../support/backup-bench';

const aKey = (): string => createRecoveryKey((count) => randomBytes(count));

async function aBackup() {
  const bench = await aBackupBench();
  const recoveryKey = aKey();
  const { port } = bench.usb;
  await folderStore(port, USB).write(LOCK_NAME, await makeLock(BACKUP_KEY, recoveryKey));
  await bench.work('một');
  await bench.backUp();
  return { ...bench, port, recoveryKey };
}

test('§15: the recovery key as somebody types it opens the newest backup; another key opens nothing', async () => {
  const { port, recoveryKey } = await aBackup();
  const typed = recoveryKey.toLowerCase().replaceAll('-', ' ');

  expect(await findBackup([folderStore(port, USB)], typed)).toMatchObject({
    isOlder: false,
    manifest: { deviceName: 'Máy một cửa', rows: 1 },
  });
  expect(await findBackup([folderStore(port, USB)], aKey())).toBe('locked');
  expect(await findBackup([folderStore(port, USB)], 'chưa đủ')).toBe('locked');
});

test('§15: one recovery key picks its own PC among several on a stick, past a lock that was cut', async () => {
  const { port, recoveryKey } = await aBackup();
  await folderStore(port, '/usb/other').write(
    LOCK_NAME,
    await makeLock(new Uint8Array(32), aKey()),
  );
  await (await port.create(`/usb/cut/${LOCK_NAME}`)).append(new Uint8Array([0x7b]));

  const folders = ['/usb/cut', '/usb/other', USB].map((at) => folderStore(port, at));
  expect(await findBackup(folders, recoveryKey)).toMatchObject({
    manifest: { deviceName: 'Máy một cửa' },
  });
});

test('§15: when the newest backup is not whole the one before is taken, and said to be older', async () => {
  const { port, recoveryKey, work, backUp } = await aBackup();
  const before = await port.list(`${USB}/du-lieu`);
  const file = await work('hai');
  await backUp();
  const added = (await port.list(`${USB}/du-lieu`)).filter((name) => !before.includes(name));
  expect(added.length, file).toBe(2);
  for (const name of added) await port.remove(`${USB}/du-lieu/${name}`);

  expect(await findBackup([folderStore(port, USB)], recoveryKey)).toMatchObject({
    isOlder: true,
    manifest: { rows: 1 },
  });
  for (const name of before) await port.remove(`${USB}/du-lieu/${name}`);
  expect(await findBackup([folderStore(port, USB)], recoveryKey)).toBe('damaged');
});

test('§15: a new recovery key opens the same backups, the old one no longer does', async () => {
  const { port, recoveryKey } = await aBackup();
  const next = aKey();
  await folderStore(port, USB).write(LOCK_NAME, await makeLock(BACKUP_KEY, next));

  expect(await findBackup([folderStore(port, USB)], next)).toMatchObject({ isOlder: false });
  expect(await findBackup([folderStore(port, USB)], recoveryKey)).toBe('locked');
});

test('§15: the chosen folder may be a backup itself or hold several', async () => {
  const { port } = await aBackup();
  const flat = { ...port, list: async () => ['tram', 'anh.jpg'] };

  expect(await listBackups(flat, USB)).toHaveLength(1);
  expect(await listBackups(flat, '/usb')).toHaveLength(1);
  expect(await listBackups(flat, '/nowhere')).toEqual([]);
});
