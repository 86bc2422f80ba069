import { expect, test } from 'vitest';
import { utf8 } from '../../../../src/shared/kernel/bytes';
import { Redacted } from '../../../../src/shared/kernel/redacted';
import { createSoftToken, replaceCertificate } from '../../../support/soft-token';
import { temporaryFolder } from '../../../support/temporary-folder';
import { aDevice, ASKS_EACH_TIME, aWorld, isSkipped, opened, RSA } from './token-world';

const device = await aDevice();
const real = test.skipIf(isSkipped);
const data = utf8('các thuộc tính được ký');
const failure = (code: string, more: object = {}) => ({ ok: false, error: { code, ...more } });

real(
  'K-8: a wrong PIN costs exactly one login and is told with the state of the token',
  async () => {
    const { open, fault } = aWorld(device);

    const result = await open(RSA, '000000');

    expect(result).toEqual(failure('token.pin-wrong', { pin: 'countLow' }));
    expect(fault.calls('C_Login')).toHaveLength(1);
  },
);

real('K-7: failures are counted by the program until a login succeeds', async () => {
  const { open, token } = aWorld(device);
  const counted = async () => (await token.list()).tokens.map((one) => one.failedLogins);

  await open(RSA, '000000');
  await open(RSA, '111111');
  expect(await counted()).toEqual([2]);

  await (await opened(open(RSA))).close();
  expect(await counted()).toEqual([0]);
});

real.each([
  ['COUNT_LOW', 'countLow'],
  ['FINAL_TRY', 'finalTry'],
  ['LOCKED', 'locked'],
  ['TO_BE_CHANGED', 'toBeChanged'],
])('K-7: the flag %s is told before anybody types a PIN', async (flag, pin) => {
  const { token, fault } = aWorld(device);
  fault.set(`flag ${flag}`);

  expect((await token.list()).tokens).toMatchObject([{ pin }]);
});

real.each([
  ['LOCKED', 'token.pin-locked'],
  ['TO_BE_CHANGED', 'token.pin-to-be-changed'],
])('K-7: with the flag %s the token gets no PIN', async (flag, code) => {
  const { open, fault } = aWorld(device);
  fault.set(`flag ${flag}`);

  expect(await open(RSA)).toEqual(failure(code));
  expect(fault.calls('C_Login')).toEqual([]);
});

real('K-7: a token that locks itself at this login is told as locked', async () => {
  const { open, fault, token } = aWorld(device);
  await token.list();
  fault.set('fail C_Login 0 0xa4');

  expect(await open(RSA)).toEqual(failure('token.pin-locked'));
});

real.each([
  ['Vietnamese letters', 'mậtkhẩu'],
  ['full-width digits', '１２３４５６'],
  ['a space at the end', '135790 '],
  ['a space at the start', ' 135790'],
  ['a control character', '13579\t'],
  ['three characters', '135'],
  ['nothing', ''],
  ['more than the token takes', '1'.repeat(256)],
])('K-9: a PIN of %s never reaches the token', async (_kind, pin) => {
  const { open, fault } = aWorld(device);

  expect(await open(RSA, pin)).toEqual(failure('token.pin-unusable'));
  expect(fault.calls('C_Login')).toEqual([]);
});

real('K-13: a typed PIN for a device with its own keys never reaches it', async () => {
  const { open, fault } = aWorld(device);
  fault.set('flag PROTECTED');

  expect(await open(RSA)).toEqual(failure('token.pin-unusable'));
  expect(fault.calls('C_Login')).toEqual([]);
});

real(
  'K-10, T-8: the PIN is in one message alone, in no answer, and its bytes are wiped',
  async () => {
    const right = '9Dau7Vet3';
    const wrong = '8Nham2Lan4';
    const folder = temporaryFolder();
    if (!device) throw new Error('skipped');
    const soft = createSoftToken({
      folder,
      pki: device.pki,
      pin: right,
      identities: [{ commonName: 'Nguyễn Văn Dấu', asksEachTime: true }],
    });
    const { token, traffic, thumbprint } = aWorld(device, { soft });
    const typed = [wrong, right].map((pin) => utf8(pin));
    const answers: unknown[] = [await token.list()];

    for (const pin of typed) {
      const result = await token.openSession(thumbprint(0), new Redacted(pin));
      answers.push(result);
      if (result.ok) {
        answers.push(await result.value.sign(data, 'SHA-256'));
        await result.value.close();
      }
    }

    const holders = [...traffic, ...answers].filter((message) =>
      [right, wrong].some((pin) => textOf(message).includes(pin)),
    );
    expect(holders).toMatchObject([{ ask: 'open' }, { ask: 'open' }]);
    expect(traffic.length).toBeGreaterThan(9);
    expect(typed.every((bytes) => bytes.every((byte) => byte === 0))).toBe(true);
  },
);

real('K-10: a PIN that is refused at once is wiped too', async () => {
  const { open, token, thumbprint } = aWorld(device);
  await opened(open(ASKS_EACH_TIME));
  const pin = utf8('135790');

  expect(await token.openSession(thumbprint(RSA), new Redacted(pin))).toEqual(
    failure('token.busy'),
  );
  expect(pin.every((byte) => byte === 0)).toBe(true);
});

real('K-5: a certificate that was replaced since the choice gets no PIN', async () => {
  if (!device) throw new Error('skipped');
  const folder = temporaryFolder();
  const soft = createSoftToken({
    folder,
    pki: device.pki,
    identities: [{ commonName: 'Nguyễn Văn Cũ' }],
  });
  const { open, token, fault } = aWorld(device, { soft });
  await token.list();
  const other = device.pki.issue({ commonName: 'Người Khác' });
  replaceCertificate(soft, folder, { id: '01', der: other.certificate });

  expect(await open(RSA)).toEqual(failure('token.certificate-changed'));
  expect(fault.calls('C_Login')).toEqual([]);
});

/** A message as one text in which bytes stand as the letters they would be. */
function textOf(message: unknown): string {
  return JSON.stringify(message, (_key, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
  );
}
