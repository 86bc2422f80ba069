import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import {
  isWiped,
  KEPT_WORK,
  markWiped,
  removeData,
} from '../../../../src/main/features/wipe/remove-data';
import { temporaryFolder } from '../../../support/temporary-folder';

function aFolder(...paths: readonly string[]): string {
  const folder = temporaryFolder();
  for (const path of paths) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), 'x');
  }
  return folder;
}

test('§7.2: nothing of the machine stays but the order, the sealed work and the log', async () => {
  const folder = aFolder(
    'keys.json',
    'device.bin',
    'users/a.bin',
    'journal/1.seg',
    'files/ab/cd',
    'a folder of a later version/x',
    'IndexedDB/app_0/1.ldb',
    'Cookies',
    'Default/IndexedDB/app_0/1.ldb',
    'Default/Preferences',
    'Local State',
    'logs/main.log',
    KEPT_WORK,
  );
  await markWiped(folder, 1_000);

  expect(await removeData(folder)).toEqual([]);
  expect(readdirSync(folder).toSorted()).toEqual(
    ['Default', 'Local State', 'logs', 'thu-hoi.json', KEPT_WORK].toSorted(),
  );
  expect(existsSync(join(folder, 'Default/IndexedDB'))).toBe(false);
  expect(existsSync(join(folder, 'Default/Preferences'))).toBe(true);
  expect(await isWiped(folder)).toBe(true);
  expect(await removeData(folder)).toEqual([]);
});

test('§7.2: a machine without an order is not emptied', async () => {
  expect(await isWiped(aFolder('keys.json'))).toBe(false);
});
