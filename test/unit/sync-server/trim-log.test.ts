import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { trimLog } from '../../../sync-server/src/features/hub/trim-log';
import { temporaryFolder } from '../../support/temporary-folder';

test('§20: a grown log is set aside once and goes on short, in the file that its program holds open', () => {
  const path = join(temporaryFolder(), 'hub.log');
  expect(trimLog(path, 10)).toBe(false);
  // As `launchProgram` hands it to the hub: at the end of the file, wherever that is.
  const handle = openSync(path, 'a', 0o600);
  const say = (text: string): void =>
    void spawnSync('printf', ['%s', text], { stdio: ['ignore', handle, 'ignore'] });
  say('mười hai chữ');
  expect(trimLog(path, 100)).toBe(false);
  expect(trimLog(path, 10)).toBe(true);
  say('sau');
  closeSync(handle);

  expect(readFileSync(path, 'utf8')).toBe('sau');
  expect(readFileSync(`${path}.1`, 'utf8')).toBe('mười hai chữ');
});
