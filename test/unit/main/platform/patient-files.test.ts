import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { utf8 } from '@shared/kernel/bytes';
import { writeDurably } from '../../../../src/main/platform/durable-file';
import { nodeFiles, type FilePort } from '../../../../src/main/platform/file-port';
import { patientFiles } from '../../../../src/main/platform/patient-files';
import { systemError } from '../../../support/system-error';
import { temporaryFolder } from '../../../support/temporary-folder';
import { createWaitingClock } from '../../../support/troubled-files';

/** A disk whose renaming fails for so many milliseconds. */
function held(forMs: number, code: string) {
  const clock = createWaitingClock();
  const files: FilePort = {
    ...nodeFiles,
    rename: (from, to) =>
      clock.now() < forMs ? Promise.reject(systemError(code)) : nodeFiles.rename(from, to),
  };
  return { clock, files: patientFiles(files, clock.patience) };
}

test.each([
  ['EBUSY', 900],
  ['EPERM', 30_000],
  ['EACCES', 59_000],
  ['ENOENT', 4_000],
])('a file that is held with %s for %i ms is written all the same', async (code, forMs) => {
  const path = join(temporaryFolder(), 'a.bin');
  const { clock, files } = held(forMs, code);

  await writeDurably(path, utf8('mới'), files);
  expect(readFileSync(path, 'utf8')).toBe('mới');
  expect(clock.said).toEqual(forMs > 5000 ? ['a.bin.new', undefined] : []);
});

test('after a minute it is given up, and the old file stands', async () => {
  const path = join(temporaryFolder(), 'a.bin');
  writeFileSync(path, 'cũ');
  const { clock, files } = held(3_600_000, 'EBUSY');

  await expect(writeDurably(path, utf8('mới'), files)).rejects.toThrow('EBUSY');
  expect(clock.now()).toBeGreaterThanOrEqual(60_000);
  expect(readFileSync(path, 'utf8')).toBe('cũ');
  expect(clock.said.at(-1)).toBeUndefined();
});

test('what is no scanner is not waited for', async () => {
  const { clock, files } = held(3_600_000, 'ENOSPC');

  await expect(writeDurably(join(temporaryFolder(), 'a.bin'), utf8('mới'), files)).rejects.toThrow(
    'ENOSPC',
  );
  expect(clock.now()).toBe(0);
});

test('a file that vanished is never begun anew', async () => {
  const { patience } = createWaitingClock();
  const files = patientFiles(nodeFiles, patience);

  await expect(files.append(join(temporaryFolder(), 'gone'))).rejects.toThrow('ENOENT');
});
