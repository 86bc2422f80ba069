import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { createObjectCopier } from '../../../sync-server/src/backup/copy-objects';
import { temporaryFolder } from '../../support/temporary-folder';

function put(folder: string, content: string, named = content): string {
  const sha256 = createHash('sha256').update(named).digest('hex');
  const path = join('office', sha256.slice(0, 2), sha256);
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
  return path;
}

test('§13.1, I-18: complete files are copied once; one that does not read as it is named stays behind and is told', async () => {
  const [from, to] = [temporaryFolder(), temporaryFolder()];
  const good = put(from, 'một');
  const bad = put(from, 'hỏng', 'hai');
  writeFileSync(join(from, 'office', good.slice(7, 9), 'half.new'), 'x');
  const objects = createObjectCopier(from, to);

  expect(await objects.copy()).toEqual({ copied: 1, damaged: [bad] });
  expect([existsSync(join(to, good)), existsSync(join(to, bad))]).toEqual([true, false]);
  expect(await objects.copy()).toEqual({ copied: 0, damaged: [] });
  const late = put(from, 'ba');
  expect((await objects.copy()).copied).toBe(1);
  expect(existsSync(join(to, late))).toBe(true);
});
