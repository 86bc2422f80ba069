import { expect, test } from 'vitest';
import { daysLeft, endsSoon } from '@shared/domain/signing/certificate-expiry';
import { DeviceCheck } from '@shared/ipc/device-check';
import {
  createCheckDevices,
  maskSerial,
} from '../../../../src/main/features/signing/check-devices';
import { withFailureLog } from '../../../../src/main/features/signing/token-failure-log';
import type { TokenListing } from '../../../../src/main/features/signing/token-port';
import { Redacted } from '@shared/kernel/redacted';
import { utf8 } from '@shared/kernel/bytes';
import { anOffice, NOW } from '../../shared/pades/helpers';
import { PIN } from './scripted-token';
import { aSigningWorld, chairman, organ, thumbprintOf } from './signing-world';

const office = anOffice();
const DAY = 86_400_000;
const soon = office.pki.issue({
  commonName: 'Người Sắp Hết Hạn',
  notAfter: new Date(NOW + 30 * DAY + 1000),
});

/** The check over the scripted token, which shows one token with a long serial. */
async function aCheck(over: Partial<TokenListing> = {}) {
  const world = await aSigningWorld(office);
  world.token.identities.push(soon);
  const { token, lastFailures } = withFailureLog(world.token.port, world.clock);
  const list = async (): Promise<TokenListing> => {
    const listing = await token.list();
    const certificates = listing.certificates.map((one) => ({
      ...one,
      token: { ...one.token, serial: 'AB0123456789' },
    }));
    const tokens = certificates.slice(0, 1).map((one) => one.token);
    return { ...listing, certificates, tokens, modules: ['scripted'], ...over };
  };
  const check = createCheckDevices({ ...world.deps, token: { ...token, list }, lastFailures });
  return { ...world, check, token, script: world.token.script, logins: world.token.logins };
}

test('K-17: drivers, tokens and certificates without a login, a path or a whole serial', async () => {
  const { check, logins } = await aCheck();

  const found = await check();

  expect(DeviceCheck.parse(found)).toEqual(found);
  expect(found.modules).toEqual([{ id: 'scripted', failure: null, why: null }]);
  expect(found.tokens).toHaveLength(1);
  expect(found.tokens[0]).toMatchObject({ label: 'TOKEN', maskedSerial: '••••6789', pin: 'ok' });
  expect(JSON.stringify(found)).not.toContain('AB0123456789');
  expect(logins()).toBe(0);
});

test('K-17: each certificate says whose it is and how long it lasts', async () => {
  const { check } = await aCheck();

  const [token] = (await check()).tokens;

  const by = (thumbprint: string) =>
    token?.certificates.find((one) => one.thumbprint === thumbprint);
  expect(by(thumbprintOf(office.leader))).toMatchObject({ registeredFor: 'me', endsSoon: false });
  expect(by(thumbprintOf(office.organ))).toMatchObject({ registeredFor: 'organ' });
  expect(by(thumbprintOf(soon))).toMatchObject({
    holderName: 'Người Sắp Hết Hạn',
    registeredFor: null,
    daysLeft: 30,
    endsSoon: true,
  });
});

test('K-17: another person sees that a certificate is not theirs; a withdrawn record counts for none', async () => {
  const { check, now, registerCertificate } = await aCheck();
  await registerCertificate(soon, organ, { active: false });
  now.person = { ...chairman, id: office.organ.certificatePem as never };

  const [token] = (await check()).tokens;

  expect(token?.certificates.map(({ registeredFor }) => registeredFor).toSorted()).toEqual([
    null,
    'organ',
    'otherPerson',
  ]);
});

test('K-17, K-1: a driver that cannot be loaded is there with its reason, and once', async () => {
  const failure = { code: 'token.driver-unusable', moduleId: 'cu.dll', why: 'is32Bit' } as const;
  const silent = { code: 'token.driver-silent', moduleId: 'scripted' } as const;
  const { check } = await aCheck({
    troubles: [
      { moduleId: 'cu.dll', failure },
      { moduleId: 'scripted', failure: silent },
    ],
  });

  expect((await check()).modules).toEqual([
    { id: 'cu.dll', failure: 'token.driver-unusable', why: 'is32Bit' },
    { id: 'scripted', failure: 'token.driver-silent', why: null },
  ]);
});

test('K-17: the last errors of logins and signatures are told, the same one once, newest first', async () => {
  const { check, token, script, clock } = await aCheck();
  const leader = thumbprintOf(office.leader);
  await token.openSession(leader, new Redacted(utf8('000000')));
  await token.openSession(leader, new Redacted(utf8('000000')));
  clock.advance(1000);
  script.onSign = () => ({ code: 'token.unknown', ckr: '0x80000001' });
  const session = await token.openSession(leader, new Redacted(utf8(PIN)));
  if (session.ok) await session.value.sign(utf8('dữ liệu'), 'SHA-256');

  expect((await check()).lastFailures).toEqual([
    {
      at: new Date(NOW + 1000).toISOString(),
      during: 'sign',
      code: 'token.unknown',
      ckr: '0x80000001',
    },
    { at: new Date(NOW).toISOString(), during: 'login', code: 'token.pin-wrong', ckr: null },
  ]);
});

test('K-17: a serial of four characters or less is hidden whole', () => {
  expect(maskSerial('S1')).toBe('••••');
  expect(maskSerial('1234')).toBe('••••');
  expect(maskSerial('12345')).toBe('••••2345');
});

test('K-17: announced from 30 days before the end, not when it is over', () => {
  expect(daysLeft(NOW + 5 * DAY + 1, NOW)).toBe(5);
  expect(daysLeft(NOW - 1, NOW)).toBe(-1);
  expect([-1, 0, 30, 31].map(endsSoon)).toEqual([false, true, true, false]);
});

test('K-6: a renewed certificate of the same names is proposed; a stranger’s and a registered one are not', async () => {
  const { check, token, registerCertificate, now } = await aCheck();
  const named = { kind: 'person', userId: chairman.id } as const;
  const over = { holderName: 'Người Sắp Hết Hạn' };
  await registerCertificate(office.organ, named, over);
  const renewals = async () =>
    (await check()).tokens
      .flatMap(({ certificates }) => certificates)
      .filter(({ renews }) => renews)
      .map(({ thumbprint }) => thumbprint);

  expect((await token.list()).certificates).toHaveLength(3);
  expect(await renewals()).toEqual([thumbprintOf(soon)]);
  now.person = { ...chairman, id: 'a' as never };
  expect(await renewals()).toEqual([]);
});
