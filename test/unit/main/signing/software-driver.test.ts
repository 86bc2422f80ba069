import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPrivateKey, verify, X509Certificate } from 'node:crypto';
import { afterAll, expect, test } from 'vitest';
import { utf8 } from '@shared/kernel/bytes';
import { createSoftwareDriver } from '../../../../src/main/features/signing/software-driver';
import { pauseMs } from '../../../../src/main/features/signing/software-key-file';
import { fakeClock } from '../../../support/fake-clock';
import { makeP12Files, PASSWORD } from '../../../support/p12-files';
import { temporaryFolder } from '../../../support/temporary-folder';

const made = mkdtempSync(join(tmpdir(), 'tcv-p12-'));
afterAll(() => rmSync(made, { recursive: true, force: true }));
const files = makeP12Files(made);
const PIN = 'Ma-PIN-87654321';
const data = utf8('các thuộc tính được ký');

async function aDriver(name: 'rsa' | 'ec' = 'rsa') {
  const folder = temporaryFolder();
  const clock = fakeClock();
  let driver = createSoftwareDriver({ folder, clock });
  const importing = {
    file: files.exported(name, ['-certfile', 'chain.pem']),
    password: utf8(PASSWORD),
    pin: utf8(PIN),
  };
  const imported = await driver.answer({ id: 1, ask: 'importKey', ...importing });
  if (imported.answer !== 'imported') throw new Error(JSON.stringify(imported));
  const { thumbprint } = imported;
  return {
    folder,
    clock,
    thumbprint,
    path: join(folder, `${thumbprint}.key.json`),
    answer: (...[request]: Parameters<typeof driver.answer>) => driver.answer(request),
    open: (pin: string) =>
      driver.answer({ id: 2, ask: 'open', serial: '', thumbprint, pin: utf8(pin) }),
    sign: () => driver.answer({ id: 3, ask: 'sign', data, hash: 'SHA-256' }),
    /** The process is killed and started again. */
    restart: () => {
      driver = createSoftwareDriver({ folder, clock });
    },
  };
}

const failed = (failure: object) => ({ answer: 'failed', failure });

test.each(['rsa', 'ec'] as const)(
  'software keys: a key (%s) signs under its own PIN and what it signs verifies',
  async (name) => {
    const { open, sign, answer } = await aDriver(name);

    expect(await sign()).toEqual(failed({ code: 'token.session-over' }));
    expect(await open(PIN)).toEqual({ answer: 'opened' });
    const signed = await sign();

    const { publicKey } = new X509Certificate(files.certificateOf(name));
    const value = signed.answer === 'signed' ? signed.signature : new Uint8Array();
    expect(verify('sha256', data, publicKey, value)).toBe(true);
    await answer({ id: 4, ask: 'close' });
    expect(await sign()).toEqual(failed({ code: 'token.session-over' }));
  },
);

test('K-10: neither the key nor the file’s password nor the PIN stands in the folder', async () => {
  const { folder } = await aDriver();

  const held = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
  const texts = held.flatMap((bytes) => [bytes, ...stringsOf(JSON.parse(bytes.toString()))]);
  const key = createPrivateKey(files.keyPemOf('rsa'));
  const { d = '', p = '' } = key.export({ format: 'jwk' });
  const secrets = [
    Buffer.from(PIN),
    Buffer.from(PASSWORD),
    Buffer.from(d, 'base64url').subarray(0, 32),
    Buffer.from(p, 'base64url').subarray(0, 32),
    Buffer.from(p),
    key.export({ format: 'der', type: 'pkcs8' }).subarray(30, 60),
  ];
  expect(texts.length).toBeGreaterThan(4);
  for (const secret of secrets) expect(texts.some((text) => text.includes(secret))).toBe(false);
});

/** Every text of the file, as it stands and as base64 of bytes. */
const stringsOf = (value: unknown): readonly Buffer[] =>
  typeof value === 'string'
    ? [Buffer.from(value, 'base64')]
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap(stringsOf)
      : [];

test('K-8: a wrong PIN is one try, counted before it is made and kept over a restart', async () => {
  const { open, path, restart, answer } = await aDriver();
  const failures = () => (JSON.parse(readFileSync(path, 'utf8')) as { failures: number }).failures;

  expect(await open('Ma-PIN-00000000')).toEqual(
    failed({ code: 'token.pin-wrong', pin: 'countLow' }),
  );
  expect(failures()).toBe(1);
  restart();
  expect(await open('Ma-PIN-00000001')).toMatchObject(failed({ code: 'token.pin-wrong' }));
  expect(failures()).toBe(2);
  expect(await answer({ id: 5, ask: 'list' })).toMatchObject({ tokens: [{ pin: 'countLow' }] });
  expect(await open(PIN)).toEqual({ answer: 'opened' });
  expect(failures()).toBe(0);
});

test('K-9: what cannot be a PIN is no try', async () => {
  const { open, path } = await aDriver();

  for (const pin of ['1234567', 'mật khẩu dài', ' 12345678', '']) {
    expect(await open(pin)).toEqual(failed({ code: 'token.pin-unusable' }));
  }
  expect(readFileSync(path, 'utf8')).toContain('"failures":0');
});

test('software keys: after five wrong PINs the key rests, longer each time; it is never destroyed', async () => {
  const { open, clock, path } = await aDriver();
  const file = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  writeFileSync(path, JSON.stringify({ ...file, failures: 4 }));
  expect(await open('Ma-PIN-00000000')).toMatchObject(failed({ code: 'token.pin-wrong' }));

  expect(await open(PIN)).toEqual(failed({ code: 'softwareKey.paused' }));
  clock.advance(59_000);
  expect(await open(PIN)).toEqual(failed({ code: 'softwareKey.paused' }));
  expect(readFileSync(path, 'utf8')).toContain('"failures":5');
  clock.advance(1_000);
  expect(await open('Ma-PIN-00000000')).toMatchObject(failed({ code: 'token.pin-wrong' }));
  clock.advance(-3_600_000);
  expect(await open(PIN)).toEqual(failed({ code: 'softwareKey.paused' }));
  clock.advance(120_000);
  expect(await open(PIN)).toEqual({ answer: 'opened' });
  expect([4, 5, 6, 7, 60].map(pauseMs)).toEqual([0, 60_000, 120_000, 240_000, 86_400_000]);
});

test('K-5: a certificate that was exchanged in the file gets no PIN', async () => {
  const { open, path } = await aDriver();
  const file = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  const other = Buffer.from(files.certificateOf('ec')).toString('base64');
  writeFileSync(path, JSON.stringify({ ...file, certificate: other }));

  expect(await open(PIN)).toEqual(failed({ code: 'token.certificate-changed' }));
});

test('software keys: the PIN is changed with the old one alone, and only then', async () => {
  const { open, answer, thumbprint } = await aDriver();
  const change = (pin: string, newPin: string) =>
    answer({ id: 6, ask: 'changePin', thumbprint, pin: utf8(pin), newPin: utf8(newPin) });

  expect(await change('Ma-PIN-00000000', 'Ma-PIN-moi-1')).toMatchObject(
    failed({ code: 'token.pin-wrong' }),
  );
  expect(await change(PIN, 'ngan')).toEqual(failed({ code: 'token.pin-unusable' }));
  expect(await change(PIN, 'Ma-PIN-moi-1')).toEqual({ answer: 'pinChanged' });
  expect(await open(PIN)).toMatchObject(failed({ code: 'token.pin-wrong' }));
  expect(await open('Ma-PIN-moi-1')).toEqual({ answer: 'opened' });
});
