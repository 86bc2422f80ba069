import { expect, test } from 'vitest';
import { claimFolder } from '../../../../src/main/platform/folder-claim';
import { temporaryFolder } from '../../../support/temporary-folder';

test('sync §4.2: exactly one process owns a data folder, and a released one can be claimed again', async () => {
  const folder = temporaryFolder();
  const first = await claimFolder(folder);
  const second = await claimFolder(folder);
  first?.release();
  const third = await claimFolder(folder);

  expect([first !== undefined, second, third !== undefined]).toEqual([true, undefined, true]);
  third?.release();
});
