import { expect, test } from 'vitest';
import { utf8 } from '../../../../src/shared/kernel/bytes';
import { manualTimers } from '../../../support/manual-timers';
import { aDevice, aWorld, isSkipped, opened, RSA } from './token-world';

const device = await aDevice();
const real = test.skipIf(isSkipped);
const data = utf8('các thuộc tính được ký');
const failure = (code: string, more: object = {}) => ({ ok: false, error: { code, ...more } });
const moduleId = 'fault';
const plain = { id: 'plain', path: device?.soft.modulePath ?? '' };

/** Longer than any test may last: what ends it is the limit under test. */
const FOR_EVER = 600_000;

real(
  'A-2, T-2: a crash inside C_Sign is "result unknown", and the next attempt works',
  async () => {
    const { open, fault } = aWorld(device);
    const session = await opened(open(RSA));
    fault.set('crash C_Sign 0');

    expect(await session.sign(data, 'SHA-256')).toEqual(
      failure('token.result-unknown', { moduleId }),
    );
    fault.set();
    const again = await opened(open(RSA));

    expect((await again.sign(data, 'SHA-256')).ok).toBe(true);
  },
);

real('A-2: a driver that falls silent inside C_Sign is killed: "result unknown"', async () => {
  const { open, fault } = aWorld(device, { limits: { sign: 300 } });
  const session = await opened(open(RSA));
  fault.set(`sleep C_Sign 0 ${FOR_EVER}`);

  expect(await session.sign(data, 'SHA-256')).toEqual(
    failure('token.result-unknown', { moduleId }),
  );
});

real(
  'A-2, O-3: a driver silent inside C_Login is named; another driver still answers',
  async () => {
    const { token, open, fault, thumbprint, soft } = aWorld(device, {
      limits: { login: 2000, listSuspect: 300 },
      others: [plain],
    });
    await token.list();
    fault.set(`sleep C_Login 0 ${FOR_EVER}`, `sleep C_GetSlotList 0 ${FOR_EVER}`);

    expect(await open(RSA)).toEqual(failure('token.driver-silent', { moduleId }));
    const { certificates, tokens, troubles } = await token.list();

    expect(troubles).toEqual([{ moduleId, failure: { code: 'token.driver-silent', moduleId } }]);
    expect(tokens).toMatchObject([{ moduleId: 'plain', serial: soft.serial }]);
    expect(certificates.map((one) => one.thumbprint)).toContain(thumbprint(RSA));
    const session = await opened(open(RSA));
    expect((await session.sign(data, 'SHA-256')).ok).toBe(true);

    // K-2: the driver that worked last stays the first one for this token.
    fault.set();
    await token.list();
    expect((await token.list()).tokens).toMatchObject([{ moduleId: 'plain' }]);
  },
);

real(
  'O-3: what is shown waits for no silent driver: the other two are told, and this one as late',
  async () => {
    const { token, fault, thumbprint } = aWorld(device, {
      limits: { listPatience: 2_000 },
      others: [plain, { ...plain, id: 'third' }],
    });
    await token.list();
    fault.set(`sleep C_GetSlotList 0 ${FOR_EVER}`);
    const asBefore = await token.list('soon');

    expect(asBefore.troubles).toEqual([]);
    expect(asBefore.certificates.map((one) => one.thumbprint)).toContain(thumbprint(RSA));

    const again = aWorld(device, { limits: { listPatience: 2_000, list: 4_000 }, others: [plain] });
    await again.token.list();
    again.fault.set('fail C_Login 0 0xa0');
    expect((await again.open(RSA)).ok).toBe(false);
    again.fault.set(`sleep C_GetSlotList 0 ${FOR_EVER}`);
    const { tokens, troubles } = await again.token.list('soon');

    expect(troubles).toEqual([{ moduleId, failure: { code: 'token.driver-late', moduleId } }]);
    expect(tokens).toMatchObject([{ moduleId: 'plain' }]);
    expect((await again.token.list()).troubles).toEqual([
      { moduleId, failure: { code: 'token.driver-silent', moduleId } },
    ]);
  },
);

real('A-2: a crash while the tokens are listed is named, and the next listing works', async () => {
  const { token, fault } = aWorld(device);
  fault.set('crash C_GetSlotList 0');
  const first = await token.list();
  fault.set();

  expect(first.troubles).toEqual([
    { moduleId, failure: { code: 'token.driver-crashed', moduleId } },
  ]);
  expect((await token.list()).certificates).toHaveLength(3);
});

real('A-2: a crash inside C_Login is named and is no wrong PIN', async () => {
  const { token, open, fault } = aWorld(device);
  await token.list();
  fault.set('crash C_Login 0');

  expect(await open(RSA)).toEqual(failure('token.driver-crashed', { moduleId }));
  fault.set();
  expect((await token.list()).tokens).toMatchObject([{ failedLogins: 0 }]);
});

real('A-1: a driver that cannot be loaded is named; another still answers', async () => {
  const { token } = aWorld(device, { others: [{ id: 'broken', path: '/dev/null' }] });

  const { certificates, troubles } = await token.list();

  const broken = { code: 'token.driver-unusable', moduleId: 'broken' };
  expect(troubles).toEqual([{ moduleId: 'broken', failure: broken }]);
  expect(certificates).toHaveLength(3);
});

real('K-4: a token that is removed ends the session; put back, it opens again', async () => {
  const { token, open, fault } = aWorld(device);
  const session = await opened(open(RSA));
  fault.set('absent');

  expect(await session.sign(data, 'SHA-256')).toEqual(failure('token.removed'));
  expect(await session.sign(data, 'SHA-256')).toEqual(failure('token.session-over'));
  expect((await token.list()).tokens).toEqual([]);
  expect(await open(RSA)).toEqual(failure('token.not-present'));
  fault.set();
  await opened(open(RSA));
});

real.each([
  ['CKR_DEVICE_REMOVED', '0x32', 'token.removed'],
  ['CKR_SESSION_HANDLE_INVALID', '0xb3', 'token.removed'],
  ['CKR_FUNCTION_CANCELED', '0x50', 'token.cancelled'],
])('K-4: %s at the second signature keeps the first', async (_name, ckr, code) => {
  const { open, fault } = aWorld(device);
  const session = await opened(open(RSA));
  fault.set(`fail C_Sign 2 ${ckr}`);

  expect((await session.sign(data, 'SHA-256')).ok).toBe(true);
  expect(await session.sign(data, 'SHA-256')).toEqual(failure(code));
});

real('K-3: a token is found although the driver froze its slot list', async () => {
  const { token, fault } = aWorld(device);
  fault.set('frozen', 'absent');
  expect((await token.list()).tokens).toEqual([]);

  fault.set('frozen');

  expect((await token.list()).tokens).toHaveLength(1);
});

real('K-3: a card that cannot be read does not hide its neighbours', async () => {
  const { token, fault } = aWorld(device);
  // SoftHSM's second slot holds a blank token.
  fault.set('fail C_GetTokenInfo 2 0x30');

  const { certificates, troubles } = await token.list();

  expect(certificates).toHaveLength(3);
  expect(troubles).toEqual([]);
});

real('K-16: a driver that can read no token says why', async () => {
  const { token, fault } = aWorld(device);
  fault.set('fail C_GetTokenInfo 0 0x30');

  const unknown = { code: 'token.unknown', ckr: 'CKR_DEVICE_ERROR' };
  expect((await token.list()).troubles).toEqual([{ moduleId, failure: unknown }]);
});

real('K-11: five idle minutes log out', async () => {
  const timers = manualTimers();
  const { open, fault } = aWorld(device, { timers });
  const session = await opened(open(RSA));

  timers.advance(4 * 60_000);
  expect((await session.sign(data, 'SHA-256')).ok).toBe(true);
  timers.advance(4 * 60_000);
  expect((await session.sign(data, 'SHA-256')).ok).toBe(true);
  timers.advance(5 * 60_000);

  expect(await session.sign(data, 'SHA-256')).toEqual(failure('token.session-over'));
  await session.close();
  expect(fault.calls('C_Logout')).toHaveLength(1);
  await opened(open(RSA));
});

real('K-11: fifteen minutes end a session, however busy it is', async () => {
  const timers = manualTimers();
  const { open } = aWorld(device, { timers });
  const session = await opened(open(RSA));

  for (let minutes = 3; minutes < 15; minutes += 3) {
    timers.advance(3 * 60_000);
    expect((await session.sign(data, 'SHA-256')).ok).toBe(true);
  }
  timers.advance(3 * 60_000);

  expect(await session.sign(data, 'SHA-256')).toEqual(failure('token.session-over'));
});

real('A-1: a process that dies between two signatures ends the session', async () => {
  const { token, open, fault } = aWorld(device);
  const session = await opened(open(RSA));
  fault.set('crash C_GetSlotList 0');
  await token.list();
  fault.set();

  expect(await session.sign(data, 'SHA-256')).toEqual(
    failure('token.driver-crashed', { moduleId }),
  );
  await opened(open(RSA));
});
