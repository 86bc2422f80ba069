import { verify, X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { utf8 } from '../../../../src/shared/kernel/bytes';
import { aDevice, ASKS_EACH_TIME, aWorld, EC, isSkipped, opened, RSA } from './token-world';

const device = await aDevice();
const real = test.skipIf(isSkipped);
const data = utf8('các thuộc tính được ký');

/** What other software says of a signature. */
const isRight = (place: number, hash: string, signature: Uint8Array): boolean => {
  const certificate = device?.soft.identities[place]?.certificate ?? new Uint8Array(0);
  return verify(hash, data, new X509Certificate(certificate).publicKey, signature);
};

real(
  'K-5, T-1: certificates are listed without a login, each with the others of its token',
  async () => {
    const { token, fault, soft, thumbprint } = aWorld(device);

    const { certificates, tokens, troubles } = await token.list();

    expect(certificates.map((one) => one.thumbprint).toSorted()).toEqual(
      [RSA, EC, ASKS_EACH_TIME].map(thumbprint).toSorted(),
    );
    expect(certificates[0]?.others).toHaveLength(3);
    expect(tokens).toMatchObject([
      { moduleId: 'fault', serial: soft.serial, label: soft.label, pin: 'ok', failedLogins: 0 },
    ]);
    expect(troubles).toEqual([]);
    expect(fault.calls('C_Login')).toEqual([]);
  },
);

real.each([
  ['SHA-256', 'sha256', '0x40'],
  ['SHA-384', 'sha384', '0x41'],
  ['SHA-512', 'sha512', '0x42'],
] as const)('K-14: an RSA key signs %s with the mechanism that hashes', async (hash, name, ckm) => {
  const { open, fault } = aWorld(device);
  const session = await opened(open(RSA));

  const signed = await session.sign(data, hash);

  expect(signed.ok && isRight(RSA, name, signed.value)).toBe(true);
  expect(fault.calls('C_SignInit')).toEqual([`C_SignInit mechanism=${ckm}`]);
});

real('K-14: without it, the token pads a DigestInfo of ours', async () => {
  const { open, fault } = aWorld(device);
  fault.set('hide-mechanism 0x40');
  const session = await opened(open(RSA));

  const signed = await session.sign(data, 'SHA-256');

  expect(signed.ok && isRight(RSA, 'sha256', signed.value)).toBe(true);
  expect(fault.calls('C_SignInit')).toEqual(['C_SignInit mechanism=0x1']);
});

real.each([
  ['SHA-256', 'sha256'],
  ['SHA-512', 'sha512'],
] as const)('K-14: an EC key signs %s; the value is DER', async (hash, name) => {
  const { open } = aWorld(device);
  const session = await opened(open(EC));

  const signed = await session.sign(data, hash);

  expect(signed.ok && isRight(EC, name, signed.value)).toBe(true);
});

real('K-14: a key without a mechanism is named, and nothing is signed', async () => {
  const { open, fault } = aWorld(device);
  fault.set('hide-mechanism 0x1041');
  const session = await opened(open(EC));

  const signed = await session.sign(data, 'SHA-256');

  expect(signed).toEqual({ ok: false, error: { code: 'token.mechanism-missing' } });
  expect(fault.calls('C_SignInit')).toEqual([]);
});

real('K-14: a signature with one wrong bit is never handed out', async () => {
  const { open, fault } = aWorld(device);
  fault.set('flip-signature');
  const session = await opened(open(RSA));

  const signed = await session.sign(data, 'SHA-256');

  expect(signed).toEqual({ ok: false, error: { code: 'token.signature-wrong' } });
});

real('K-12: a key that asks each time signs three in a row with one PIN', async () => {
  const { open, fault } = aWorld(device);
  const session = await opened(open(ASKS_EACH_TIME));

  for (let i = 0; i < 3; i++) {
    const signed = await session.sign(data, 'SHA-256');
    expect(signed.ok && isRight(ASKS_EACH_TIME, 'sha256', signed.value)).toBe(true);
  }

  expect(fault.calls('C_Login user=1')).toHaveLength(1);
  expect(fault.calls('C_Login user=2')).toHaveLength(3);
});

real('K-13: on a device with its own keys C_Login gets no PIN, in no login', async () => {
  const pin = device?.soft.pin ?? '';
  const { token, fault, thumbprint } = aWorld(device, { typedPin: pin });
  fault.set('flag PROTECTED');

  expect((await token.list()).tokens).toMatchObject([{ typesPinOnDevice: true }]);
  const session = await opened(token.openSession(thumbprint(ASKS_EACH_TIME), 'onDevice'));
  const signed = await session.sign(data, 'SHA-256');

  expect(signed.ok && isRight(ASKS_EACH_TIME, 'sha256', signed.value)).toBe(true);
  expect(fault.calls('C_Login')).toEqual(['C_Login user=1 length=0', 'C_Login user=2 length=0']);
});

real('K-11: one session over all tokens; the next may open after the logout', async () => {
  const { open, fault } = aWorld(device);
  const session = await opened(open(RSA));

  const second = await open(EC);
  await session.close();

  expect(second).toEqual({ ok: false, error: { code: 'token.busy' } });
  expect(fault.calls('C_Logout')).toHaveLength(1);
  expect((await open(EC)).ok).toBe(true);
  expect(await session.sign(data, 'SHA-256')).toEqual({
    ok: false,
    error: { code: 'token.session-over' },
  });
});

real('K-15: twenty interleaved signatures are all right', async () => {
  const { open } = aWorld(device);
  const session = await opened(open(RSA));

  const all = await Promise.all(Array.from({ length: 20 }, () => session.sign(data, 'SHA-256')));

  expect(all.every((one) => one.ok && isRight(RSA, 'sha256', one.value))).toBe(true);
});

real('K-2: two drivers that see one token show it once', async () => {
  const { token, soft, thumbprint } = aWorld(device, {
    others: [{ id: 'plain', path: device?.soft.modulePath ?? '' }],
  });

  const { certificates, tokens } = await token.list();

  expect(tokens.map(({ serial, moduleId }) => [serial, moduleId])).toEqual([
    [soft.serial, 'fault'],
  ]);
  expect(certificates.filter((one) => one.thumbprint === thumbprint(RSA))).toHaveLength(1);
});
