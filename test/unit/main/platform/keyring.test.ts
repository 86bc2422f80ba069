import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { utf8 } from '@shared/kernel/bytes';
import {
  createBox,
  openKeyring,
  unlockKeyring,
  type SystemKeyring,
} from '../../../../src/main/platform/keyring';
import { temporaryFolder } from '../../../support/temporary-folder';

const keyring = (isAvailable: boolean): SystemKeyring => ({
  isAvailable: () => isAvailable,
  encrypt: (text) => Buffer.from(`wrapped:${text}`),
  decrypt: (bytes) => Buffer.from(bytes).toString().slice('wrapped:'.length),
});

test('with a system keyring the keys open without asking and stay the same', async () => {
  const deps = { folder: temporaryFolder(), system: keyring(true), machineId: 'm1' };
  const first = await openKeyring(deps);
  const second = await openKeyring(deps);

  if (first.kind !== 'open' || second.kind !== 'open') throw new Error('keys must open');
  const sealed = first.keys.box('journal').seal(utf8('nhật ký'));
  expect(second.keys.box('journal').open(sealed)).toEqual(Buffer.from(utf8('nhật ký')));
});

test('a key of one purpose opens nothing of another', async () => {
  const opened = await openKeyring({
    folder: temporaryFolder(),
    system: keyring(true),
    machineId: 'm1',
  });
  if (opened.kind !== 'open') throw new Error('keys must open');

  const sealed = opened.keys.box('journal').seal(utf8('x'));

  expect(opened.keys.box('vault').open(sealed)).toBeUndefined();
});

test('a profile copied to another machine cannot open what was sealed on the first', async () => {
  const folder = temporaryFolder();
  const here = await openKeyring({ folder, system: keyring(true), machineId: 'here' });
  const there = await openKeyring({ folder, system: keyring(true), machineId: 'there' });
  if (here.kind !== 'open' || there.kind !== 'open') throw new Error('keys must open');

  const sealed = here.keys.box('device').seal(utf8('x'));

  expect(there.keys.box('device').open(sealed)).toBeUndefined();
});

test('without a keyring the app asks for a passphrase and keeps no key in the open', async () => {
  const deps = { folder: temporaryFolder(), system: keyring(false), machineId: 'm1' };

  expect(await openKeyring(deps)).toEqual({ kind: 'needsPassphrase', chosen: false });
  const chosen = await unlockKeyring(deps, 'mật khẩu dài của cơ quan');
  expect(await openKeyring(deps)).toEqual({ kind: 'needsPassphrase', chosen: true });
  const wrong = await unlockKeyring(deps, 'mật khẩu khác hẳn');
  const right = await unlockKeyring(deps, 'mật khẩu dài của cơ quan');

  expect(chosen.ok && right.ok).toBe(true);
  expect(wrong).toEqual({ ok: false, error: { code: 'session.wrong-passphrase' } });
  expect(readFileSync(join(deps.folder, 'keys.json'), 'utf8')).toContain('"kind":"passphrase"');
});

test('a box gives nothing back for bytes that were changed', () => {
  const box = createBox(new Uint8Array(32).fill(7));
  const sealed = Uint8Array.from(box.seal(utf8('số 12')));
  sealed[15] = (sealed[15] ?? 0) ^ 1;

  expect(box.open(sealed)).toBeUndefined();
  expect(box.open(new Uint8Array(5))).toBeUndefined();
});
