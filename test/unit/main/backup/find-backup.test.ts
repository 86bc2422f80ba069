import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { invariant } from '@shared/kernel/assert';
import { createRecoveryKey } from '@shared/kernel/recovery-key';
import { folderStore, type BackupStore } from '../../../../src/main/features/backup/backup-store';
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
    newestWhole: 0,
    copies: [{ manifest: { deviceName: 'Máy một cửa', rows: 1 } }],
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
    copies: [{ manifest: { deviceName: 'Máy một cửa' } }],
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
    newestWhole: 1,
    copies: [{ manifest: { rows: 2 } }, { manifest: { rows: 1 } }],
  });
  for (const name of before) await port.remove(`${USB}/du-lieu/${name}`);
  expect(await findBackup([folderStore(port, USB)], recoveryKey)).toBe('damaged');
});

test('§15: of several copies that one key opens the newest is taken, and all are named, newest first', async () => {
  const { port, recoveryKey, work, backUpTo, source } = await aBackup();
  const [usb, later] = [folderStore(port, USB), folderStore(port, '/usb/later')];
  await later.write(LOCK_NAME, await makeLock(BACKUP_KEY, recoveryKey));
  const backUpAt = async (createdAt: number, store: BackupStore): Promise<void> => {
    await work(`lúc ${createdAt}`);
    const told = await source.describe();
    const from = { ...source, describe: async () => ({ ...told, createdAt }) };
    await backUpTo(store, undefined, from);
  };
  await backUpAt(20, later);
  await backUpAt(10, usb);
  await backUpAt(30, later);
  const opened = await findBackup([usb, later], recoveryKey);
  invariant(typeof opened === 'object', 'the key opens both');
  expect(opened.newestWhole).toBe(0);
  expect(opened.copies.map(({ manifest }) => manifest.createdAt)).toEqual([30, 20, 10, 1]);

  // In one place its numbers decide: the PC's clock may have been set back.
  await backUpAt(5, later);
  expect(await findBackup([later], recoveryKey)).toMatchObject({
    newestWhole: 0,
    copies: [{ manifest: { createdAt: 5 } }, {}, {}],
  });
});

test('§15: a new recovery key opens the same backups, the old one no longer does', async () => {
  const { port, recoveryKey } = await aBackup();
  const next = aKey();
  await folderStore(port, USB).write(LOCK_NAME, await makeLock(BACKUP_KEY, next));

  expect(await findBackup([folderStore(port, USB)], next)).toMatchObject({ newestWhole: 0 });
  expect(await findBackup([folderStore(port, USB)], recoveryKey)).toBe('locked');
});

test('§15: the chosen folder may be a backup itself or hold several', async () => {
  const { port } = await aBackup();
  const flat = { ...port, list: async () => ['tram', 'anh.jpg'] };

  expect(await listBackups(flat, USB)).toHaveLength(1);
  expect(await listBackups(flat, '/usb')).toHaveLength(1);
  expect(await listBackups(flat, '/nowhere')).toEqual([]);
});
