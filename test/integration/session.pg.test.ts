import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SessionReply } from '@shared/protocol/session';
import { officeScope, userScope } from '@shared/sync/record';
import type { Server } from '../../sync-server/src/compose';
import {
  aRegistering,
  aSigningPair,
  aUser,
  codeOf,
  enrolTestDevice,
  expectOk,
  overApp,
  PASSWORD,
  renew,
  seedOffice,
  signIn,
  sync,
  tryRenew,
  trySignIn,
  trySync,
  type Post,
  type SeededOffice,
} from '../support/builders';
import { aTestNode, createTestDatabase, type TestDatabase } from '../support/test-database';

let database: TestDatabase;
let node: Omit<Server, 'stop'>;
let post: Post;
let seeded: SeededOffice;
/** Milliseconds that the server's clock is ahead. */
let ahead = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  node = await aTestNode(database, { nowMs: () => Date.now() + ahead });
  post = overApp(node.app);
  seeded = await seedOffice(node.admin);
});
afterAll(() => database.drop());

const aDevice = async () =>
  enrolTestDevice(post, await node.admin.createActivationCode(seeded.office.id));

describe('enrolment', () => {
  test('a code turns an installation into a device of its office, typed in any case and with spaces', async () => {
    const code = await node.admin.createActivationCode(seeded.office.id);

    const device = await enrolTestDevice(post, ` ${code.toLowerCase().replaceAll('-', ' ')} `);

    expect(device.officeId).toBe(seeded.office.id);
    const listed = await node.admin.listDevices(seeded.office.id);
    expect(listed.find(({ deviceId }) => deviceId === device.deviceId)).toMatchObject({
      inc: 1,
      state: 'active',
      lastN: 0,
    });
  });

  test('a code is used once; another installation finds it used', async () => {
    const code = await node.admin.createActivationCode(seeded.office.id);
    await enrolTestDevice(post, code);

    const again = await post('/devices/enrol', {
      code,
      deviceName: 'Máy khác',
      devicePublicKey: aSigningPair().publicKey,
    });

    expect(codeOf(again)).toBe('device.code-used');
  });

  test('of two installations that use one code at the same moment one is enrolled', async () => {
    const code = await node.admin.createActivationCode(seeded.office.id);

    const answers = await Promise.all(
      [1, 2, 3, 4].map(() =>
        post('/devices/enrol', {
          code,
          deviceName: 'Máy',
          devicePublicKey: aSigningPair().publicKey,
        }),
      ),
    );

    const refused = answers.map(codeOf).filter((code) => code !== undefined);
    expect(refused).toEqual(Array<string>(3).fill('device.code-used'));
  });

  test('the same installation that lost the answer gets the same device again', async () => {
    const code = await node.admin.createActivationCode(seeded.office.id);
    const request = { code, deviceName: 'Máy', devicePublicKey: aSigningPair().publicKey };
    const first = await post('/devices/enrol', request);

    const second = await post('/devices/enrol', request);

    expect(second.status).toBe(200);
    const { deviceId } = first.body as { deviceId: string };
    expect(second.body).toMatchObject({ deviceId });
  });

  test('an expired and an unknown code are refused', async () => {
    const code = await node.admin.createActivationCode(seeded.office.id, 1);
    const devicePublicKey = aSigningPair().publicKey;
    const unknown = await post('/devices/enrol', {
      code: 'ABCD-EFGH-JKMN',
      deviceName: 'Máy',
      devicePublicKey,
    });

    ahead = 3_601_000;
    const expired = await post('/devices/enrol', { code, deviceName: 'Máy', devicePublicKey });
    ahead = 0;

    expect(codeOf(unknown)).toBe('device.code-unknown');
    expect(codeOf(expired)).toBe('device.code-expired');
  });

  test('a device key that is no Ed25519 key is refused', async () => {
    const code = await node.admin.createActivationCode(seeded.office.id);

    const answer = await post('/devices/enrol', {
      code,
      deviceName: 'Máy',
      devicePublicKey: Buffer.from('khóa giả').toString('base64'),
    });

    expect(codeOf(answer)).toBe('http.invalid-body');
  });
});

describe('signing in', () => {
  test('the right password opens a session with the person, the office and its organs', async () => {
    const device = await aDevice();

    const session = await signIn(post, device, seeded.clerk);

    expect(session.user).toEqual(seeded.clerk);
    expect(session.office).toEqual(seeded.office);
    expect(session.organs).toEqual([seeded.organ]);
    expect(session.offlineDays).toBe(30);
  });

  test('a password typed in decomposed letters is the same password', async () => {
    const device = await aDevice();

    const answer = await trySignIn(post, device, seeded.clerk, PASSWORD.normalize('NFD'));

    expect(answer.status).toBe(200);
  });

  test('after five wrong passwords each further try waits, also with the right one, then it opens', async () => {
    const device = await aDevice();
    const wrong: (string | undefined)[] = [];
    for (let i = 0; i < 5; i++) {
      wrong.push(codeOf(await trySignIn(post, device, seeded.clerk, 'sai mật khẩu')));
    }

    const waiting = await trySignIn(post, device, seeded.clerk);
    ahead = 61_000;
    const wrongAgain = await trySignIn(post, device, seeded.clerk, 'vẫn sai');
    const longer = await trySignIn(post, device, seeded.clerk);
    ahead = 61_000 + 121_000;
    const open = await trySignIn(post, device, seeded.clerk);
    ahead = 0;

    expect(wrong).toEqual(Array(5).fill('session.wrong-password'));
    expect(codeOf(waiting)).toBe('session.wait-before-retry');
    expect(Number(waiting.headers.get('retry-after'))).toBeGreaterThan(50);
    expect(codeOf(wrongAgain)).toBe('session.wrong-password');
    expect(Number(longer.headers.get('retry-after'))).toBeGreaterThan(110);
    expect(open.status).toBe(200);
  });

  test('a login that does not exist is answered and throttled like a wrong password', async () => {
    const device = await aDevice();
    const nobody = { id: seeded.clerk.id, login: 'khongai' };
    const codes: (string | undefined)[] = [];
    for (let i = 0; i < 6; i++) codes.push(codeOf(await trySignIn(post, device, nobody)));

    expect(codes).toEqual([
      ...Array<string>(5).fill('session.wrong-password'),
      'session.wait-before-retry',
    ]);
  });

  test('waiting on one device does not keep the person out on another', async () => {
    const [tried, other] = [await aDevice(), await aDevice()];
    for (let i = 0; i < 5; i++) await trySignIn(post, tried, seeded.chairman, 'sai');

    const answer = await trySignIn(post, other, seeded.chairman);

    expect(answer.status).toBe(200);
  });

  test('I-13: a login is looked up in the office of the device', async () => {
    const elsewhere = await seedOffice(node.admin, { name: 'UBND xã Bên' });
    const stranger = aUser({ officeId: elsewhere.office.id, login: 'nguoila' }, [
      { role: 'vanThu', organId: elsewhere.organ.id },
    ]);
    await node.admin.createUser(stranger, PASSWORD);
    const device = await aDevice();

    const answer = await trySignIn(post, device, stranger);

    expect(codeOf(answer)).toBe('session.wrong-password');
  });

  test('I-13: a disabled person and one without any role are refused', async () => {
    const device = await aDevice();
    const disabled = aUser({ officeId: seeded.office.id, active: false }, [
      { role: 'vanThu', organId: seeded.organ.id },
    ]);
    const roleless = aUser({ officeId: seeded.office.id });
    await node.admin.createUser(disabled, PASSWORD);
    await node.admin.createUser(roleless, PASSWORD);

    expect(codeOf(await trySignIn(post, device, disabled))).toBe('session.user-disabled');
    expect(codeOf(await trySignIn(post, device, roleless))).toBe('session.role-missing');
  });

  test('another device key, an old nonce and a nonce of another device prove nothing', async () => {
    const device = await aDevice();
    const impostor = { ...device, key: aSigningPair() };
    const { nonce } = (await post('/session/challenge', { deviceId: device.deviceId })).body as {
      nonce: string;
    };

    const wrongKey = await trySignIn(post, impostor, seeded.clerk);
    ahead = 125_000;
    const old = await post('/session/renew', {
      deviceId: device.deviceId,
      nonce,
      deviceProof: 'AAAA',
      user: null,
    });
    ahead = 0;

    expect(codeOf(wrongKey)).toBe('device.bad-proof');
    expect(codeOf(old)).toBe('device.bad-proof');
  });
});

describe('access tokens', () => {
  test('a token is worth fifteen minutes', async () => {
    const device = await aDevice();
    const { accessToken } = await signIn(post, device, seeded.clerk);

    ahead = 16 * 60_000;
    const late = await trySync(post, device, { token: accessToken });
    ahead = 0;
    const inTime = await trySync(post, device, { token: accessToken });

    expect(codeOf(late)).toBe('session.token-expired');
    expect(inTime.status).toBe(200);
  });

  test('no token, a rubbish token and a challenge nonce used as one are refused', async () => {
    const device = await aDevice();
    const { nonce } = (await post('/session/challenge', { deviceId: device.deviceId })).body as {
      nonce: string;
    };

    expect(codeOf(await post('/sync', {}))).toBe('session.not-signed-in');
    expect(codeOf(await trySync(post, device, { token: 'a.b.c' }))).toBe('session.not-signed-in');
    expect(codeOf(await trySync(post, device, { token: nonce }))).toBe('session.not-signed-in');
  });

  test('keys alone renew a session; with the person it pulls, without it only pushes', async () => {
    const device = await aDevice();
    await signIn(post, device, seeded.clerk);

    const alone = await renew(post, device, null);
    const pushing = await sync(post, device, {
      token: alone.accessToken,
      ops: [aRegistering(device, seeded)],
    });
    const withUser = await renew(post, device, seeded.clerk);
    const pulling = await sync(post, device, { token: withUser.accessToken });

    expect(alone.user).toBeNull();
    expect(pushing.results).toMatchObject([{ answer: 'final', outcome: { status: 'applied' } }]);
    expect(pushing.scopes).toEqual([]);
    expect(pushing.pages).toEqual([]);
    expect(withUser.user).toEqual(seeded.clerk);
    expect(pulling.scopes).toEqual([officeScope(seeded.office.id), userScope(seeded.clerk.id)]);
    expect(pulling.pages[0]?.entries.length).toBeGreaterThan(0);
  });

  test('renewing for a person who never signed in on this device proves nothing', async () => {
    const device = await aDevice();
    device.userKeys.set(seeded.chairman.id, aSigningPair());

    expect(codeOf(await tryRenew(post, device, seeded.chairman))).toBe('device.bad-proof');
  });

  test('I-13: from the moment a person is disabled their token gives no more scopes', async () => {
    const device = await aDevice();
    const leaving = aUser({ officeId: seeded.office.id }, [
      { role: 'vanThu', organId: seeded.organ.id },
    ]);
    await node.admin.createUser(leaving, PASSWORD);
    const { accessToken } = expectOk(await trySignIn(post, device, leaving), SessionReply);
    const before = await sync(post, device, { token: accessToken });

    await node.admin.updateUser({ ...leaving, active: false });
    const after = await sync(post, device, { token: accessToken });

    expect(before.scopes).toEqual([officeScope(seeded.office.id), userScope(leaving.id)]);
    expect(after.scopes).toEqual([]);
    expect(after.pages).toEqual([]);
    expect(codeOf(await tryRenew(post, device, leaving))).toBe('session.user-disabled');
  });

  test('I-13: from the moment a device is disabled its token is worth nothing', async () => {
    const device = await aDevice();
    const { accessToken } = await signIn(post, device, seeded.clerk);

    await node.admin.disableDevice(seeded.office.id, device.deviceId);

    expect(codeOf(await trySync(post, device, { token: accessToken }))).toBe('device.disabled');
    expect(codeOf(await tryRenew(post, device, null))).toBe('device.disabled');
    expect(codeOf(await trySignIn(post, device, seeded.clerk))).toBe('device.disabled');
  });
});
