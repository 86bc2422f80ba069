import { generateKeyPairSync, verify, createPublicKey } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Office } from '@shared/domain/organ/organ';
import { User } from '@shared/domain/organ/user';
import { utf8 } from '@shared/kernel/bytes';
import {
  createOperationKey,
  createUserVault,
} from '../../../../src/main/features/session/user-vault';
import { createBox } from '../../../../src/main/platform/keyring';
import { fakeClock } from '../../../support/fake-clock';
import { temporaryFolder } from '../../../support/temporary-folder';

const office = Office.parse({
  id: '0f8fad5b-d9cb-469f-a165-70867728950e',
  name: 'Xã Thử Nghiệm',
  placeName: 'Thử Nghiệm',
});
const user = User.parse({
  id: '7c9e6679-7425-40de-944b-e07fc1f90ae7',
  officeId: office.id,
  login: 'vanthu.a',
  fullName: 'Trần Thị Thử',
  position: 'Văn thư',
  unitId: null,
  grants: [],
  active: true,
});
const profile = { user, office, organs: [], offlineDays: 30 };
const DAY_MS = 86_400_000;

async function aVault() {
  const folder = temporaryFolder();
  const clock = fakeClock();
  const vault = createUserVault(folder, createBox(new Uint8Array(32)), clock);
  await vault.keep(profile, 'mật khẩu đúng', createOperationKey());
  return { vault, clock, folder };
}

test('sync §3.1: a person signs in without a line and signs with the same key', async () => {
  const { vault } = await aVault();
  const unlocked = await vault.unlock('vanthu.a', 'mật khẩu đúng');
  if (!unlocked.ok) throw new Error(unlocked.error.code);

  const signature = unlocked.value.sign(utf8('việc'));

  const publicKey = createPublicKey({
    key: Buffer.from(unlocked.value.opPublicKey, 'base64'),
    format: 'der',
    type: 'spki',
  });
  expect(verify(null, utf8('việc'), publicKey, signature)).toBe(true);
  expect(unlocked.value.user.fullName).toBe('Trần Thị Thử');
});

test('sync §3.1: after five wrong tries each further one waits a minute', async () => {
  const { vault, clock } = await aVault();
  for (let i = 0; i < 5; i++) {
    expect(await vault.unlock('vanthu.a', `sai ${i}`)).toMatchObject({
      error: { code: 'session.wrong-password' },
    });
  }

  const early = await vault.unlock('vanthu.a', 'mật khẩu đúng');
  clock.advance(61_000);
  const later = await vault.unlock('vanthu.a', 'mật khẩu đúng');

  expect(early).toEqual({ ok: false, error: { code: 'session.wait-before-retry', seconds: 60 } });
  expect(later.ok).toBe(true);
});

test('sync §3.1: thirty days after the last sign-in with a line the password alone is not enough', async () => {
  const { vault, clock } = await aVault();
  clock.advance(30 * DAY_MS + 1);

  expect(await vault.unlock('vanthu.a', 'mật khẩu đúng')).toEqual({
    ok: false,
    error: { code: 'session.offline-not-allowed' },
  });
});

test('I-17: a clock set back does not keep a person out', async () => {
  const { vault, clock } = await aVault();
  for (let i = 0; i < 5; i++) await vault.unlock('vanthu.a', 'sai');
  clock.setWall(Date.UTC(2020, 0, 1));

  expect((await vault.unlock('vanthu.a', 'mật khẩu đúng')).ok).toBe(true);
});

test('an unknown person is told that a line is needed', async () => {
  const { vault } = await aVault();

  expect(await vault.unlock('ai.do', 'x')).toEqual({
    ok: false,
    error: { code: 'session.offline-not-allowed' },
  });
});

test('nothing of a person lies on the disk in the open', async () => {
  const { folder } = await aVault();
  const bytes = Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));

  expect(bytes.includes('vanthu.a')).toBe(false);
  expect(bytes.includes('Trần')).toBe(false);
  expect(bytes.includes('mật khẩu đúng')).toBe(false);
});

test('a person whom the server refused is forgotten', async () => {
  const { vault } = await aVault();
  await vault.forget(user.id);

  expect(await vault.list()).toEqual([]);
});

test('operation keys are Ed25519 in SPKI form', () => {
  const { publicKey } = createOperationKey();
  const known = generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' });

  expect(Buffer.from(publicKey, 'base64').length).toBe(known.length);
  expect(Buffer.from(publicKey, 'base64').subarray(0, 12)).toEqual(known.subarray(0, 12));
});
