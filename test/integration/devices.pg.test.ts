import { expect, onTestFinished, test } from 'vitest';
import type { Role } from '@shared/domain/organ/user';
import {
  ActivationCodeReply,
  DevicesReply,
  type DeviceFigures,
} from '@shared/domain/organ/devices';
import { alertsOf } from '../../sync-server/src/features/admin/device-overview';
import {
  aRegistering,
  aUser,
  codeOf,
  enrolTestDevice,
  expectOk,
  overApp,
  PASSWORD,
  seedOffice,
  signedOperation,
  signIn,
  sync,
  trySync,
  type SeededOffice,
} from '../support/builders';
import { aTestNode, createTestDatabase } from '../support/test-database';

const figures: DeviceFigures = {
  version: '1.0.0',
  pendingOperations: 3,
  pendingFiles: 1,
  pendingBytes: 4096,
  oldestPendingMs: 3_600_000,
  clockDifferenceMs: -90_000,
  freeBytes: 7_000_000_000,
  healed: 0,
  refused: 1,
  held: 0,
  heldRegisters: 0,
  loadPercent: null,
};

async function aServer() {
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  const node = await aTestNode(database);
  const post = overApp(node.app);
  const get = async (path: string, token: string) => {
    const answer = await node.app.request(`http://test${path}`, {
      headers: { authorization: `Bearer ${token}`, 'accept-encoding': 'identity' },
    });
    return {
      status: answer.status,
      headers: answer.headers,
      body: (await answer.json()) as unknown,
    };
  };
  const office = async (login: string) => {
    const seeded = await seedOffice(node.admin, { name: `UBND xã ${login}` });
    const device = await enrolTestDevice(
      post,
      await node.admin.createActivationCode(seeded.office.id),
    );
    return { seeded, device };
  };
  const person = async ({ office: at, organ }: SeededOffice, role: Role) => {
    const user = aUser({ officeId: at.id, login: `nguoi-${role}` }, [{ role, organId: organ.id }]);
    await node.admin.createUser(user, PASSWORD);
    return user;
  };
  const audit = async (officeId: string) =>
    (
      await node.db.query(
        'select event, actor, device_id as device, detail::json as detail from audit where office_id = $1 order by n',
        [officeId],
      )
    ).rows as readonly { event: string; actor: string | null; device: string; detail: object }[];
  return { node, post, get, office, person, audit };
}

test('§15, I-13: the office’s administrator sees what its machines said, nobody else does, and nothing of another office', async () => {
  const { post, get, office, person } = await aServer();
  const { seeded, device } = await office('một');
  const other = await office('hai');
  const { accessToken: clerk } = await signIn(post, device, seeded.clerk);
  await sync(post, device, {
    token: clerk,
    ops: [aRegistering(device, seeded)],
    over: { figures },
  });
  await sync(post, device, { token: clerk });

  for (const role of ['quanTri', 'lanhDaoVanPhong'] as const) {
    const { accessToken } = await signIn(post, device, await person(seeded, role));
    const { devices } = expectOk(await get('/admin/devices', accessToken), DevicesReply);
    expect(devices).toMatchObject([
      { deviceId: device.deviceId, received: 1, silentDays: 0, figures, alerts: [] },
    ]);
    const oldest = Date.parse(devices[0]?.oldestPendingAt ?? '');
    expect(Date.now() - oldest).toBeGreaterThanOrEqual(3_600_000);
  }
  const refused = async (token: string) => codeOf(await get('/admin/devices', token));
  expect(await refused(clerk)).toBe('device.not-allowed');
  const { accessToken: chairman } = await signIn(post, device, seeded.chairman);
  expect(await refused(chairman)).toBe('device.not-allowed');
  const foreign = await signIn(post, other.device, await person(other.seeded, 'quanTri'));
  const seen = expectOk(await get('/admin/devices', foreign.accessToken), DevicesReply);
  expect(seen.devices.map(({ deviceId }) => deviceId)).toEqual([other.device.deviceId]);
  expect(
    codeOf(
      await post(
        '/admin/devices/disable',
        { deviceId: device.deviceId, wipe: false },
        { token: foreign.accessToken },
      ),
    ),
  ).toBe('device.unknown');
});

test('§20, I-13: who manages the machines, and nobody else, is given a code that makes a hub', async () => {
  const { node, post, office, person } = await aServer();
  const { seeded, device } = await office('một');
  const ask = async (user: Parameters<typeof signIn>[2], body: object) => {
    const { accessToken: token } = await signIn(post, device, user);
    return post('/admin/activation-codes', body, { token });
  };

  expect(codeOf(await ask(seeded.clerk, { kind: 'hub' }))).toBe('device.not-allowed');
  const admin = await person(seeded, 'quanTri');
  expect(codeOf(await ask(admin, { kind: 'province' }))).toBe('http.invalid-body');
  const { code } = expectOk(await ask(admin, { kind: 'hub' }), ActivationCodeReply);
  const hub = await enrolTestDevice(post, code);
  const { rows } = await node.db.query(`select id, kind from device where kind = 'hub'`);
  expect(rows).toEqual([{ id: hub.deviceId, kind: 'hub' }]);
});

test('§15: an administrator issues a code for a new machine and disables a lost one; both are in the audit', async () => {
  const { node, post, office, person, audit } = await aServer();
  const { seeded, device } = await office('một');
  const admin = await person(seeded, 'quanTri');
  const { accessToken: token } = await signIn(post, device, admin);

  const { code } = expectOk(
    await post('/admin/activation-codes', {}, { token }),
    ActivationCodeReply,
  );
  const lost = await enrolTestDevice(post, code);
  const clerk = await signIn(post, lost, seeded.clerk);
  const target = { type: 'register', id: seeded.register.id } as const;
  const { officeId } = lost;
  const head = await person(seeded, 'lanhDaoVanPhong');
  await signIn(post, device, head);
  const allow = { kind: 'cmd.allowLease', target, body: { allowed: true } } as const;
  const allowing = signedOperation(device, { ...allow, actor: head, role: 'lanhDaoVanPhong' });
  await sync(post, device, { token, ops: [allowing] });
  const lease = { kind: 'cmd.requestLease', target, body: {}, actor: seeded.clerk } as const;
  await sync(post, lost, { token: clerk.accessToken, ops: [signedOperation(lost, lease)] });
  const disable = (deviceId: string) =>
    post('/admin/devices/disable', { deviceId, wipe: false }, { token });

  expect(codeOf(await disable(device.deviceId))).toBe('device.is-own');
  expect((await disable(lost.deviceId)).status).toBe(200);
  expect((await disable(lost.deviceId)).status).toBe(200);
  expect(codeOf(await trySync(post, lost, { token: clerk.accessToken }))).toBe('device.disabled');
  // I-12: its book waits for the recall of §9.5.
  const { rows } = await node.db.query(`select custody->>'state' as state from register`);
  expect(rows).toEqual([{ state: 'FROZEN' }]);
  const acts = (await audit(officeId)).filter(({ actor }) => actor === admin.id);
  expect(acts.map(({ event, device: at }) => [event, at])).toEqual([
    ['session.signedIn', device.deviceId],
    ['activationCode.created', device.deviceId],
    ['device.disabled', lost.deviceId],
  ]);
});

test('§13.3, I-1: every hole that an incarnation leaves is on record, each once', async () => {
  const { post, office, audit } = await aServer();
  const { seeded, device } = await office('một');
  const { accessToken: token } = await signIn(post, device, seeded.clerk);
  const [one, , three, , , six] = Array.from({ length: 6 }, () => aRegistering(device, seeded));
  const offer = (...ops: readonly (typeof one)[]) =>
    trySync(post, device, { token, ops: ops.flatMap((op) => op ?? []) });
  await offer(one);
  await offer(three, six);
  await offer(three, six);
  // Worse came: the third is lost as well.
  await offer(six);

  const losses = (await audit(seeded.office.id))
    .filter(({ event }) => event === 'device.lostOperations')
    .map(({ detail }) => detail);
  expect(losses).toEqual([
    { inc: 1, from: 2, to: 2 },
    { inc: 1, from: 4, to: 5 },
    { inc: 1, from: 2, to: 5 },
  ]);
});

test('§15: a machine with unsent work is looked for after three silent working days; a machine without is not', () => {
  const now = Date.parse('2026-11-26T02:00:00.000Z');
  const device: Parameters<typeof alertsOf>[0] = {
    officeId: 'o' as never,
    deviceId: 'd' as never,
    inc: 1,
    name: 'Máy',
    state: 'active',
    wipe: null,
    received: 1,
    lastContactAt: '2026-11-20T02:00:00.000Z',
    silentDays: 3,
    isForked: false,
    rejected: 0,
    held: 0,
    leases: 0,
    losses: [],
    oldestPendingAt: null,
    figures,
  };
  const idle = { ...figures, pendingOperations: 0, pendingFiles: 0 };
  expect(alertsOf(device, now)).toEqual(['silent']);
  expect(alertsOf({ ...device, silentDays: 2 }, now)).toEqual([]);
  expect(alertsOf({ ...device, figures: idle }, now)).toEqual([]);
  expect(alertsOf({ ...device, figures: { ...idle, pendingFiles: 1 } }, now)).toEqual(['silent']);
  expect(alertsOf({ ...device, state: 'fenced', leases: 1 }, now)).toEqual(['lockedWithRegister']);
  const loss = { from: 2, to: 3, at: '2026-11-01T00:00:00.000Z' };
  expect(alertsOf({ ...device, silentDays: 0, losses: [loss] }, now)).toEqual(['lost']);
  const old = { ...loss, at: '2026-10-01T00:00:00.000Z' };
  expect(alertsOf({ ...device, silentDays: 0, losses: [old] }, now)).toEqual([]);
});
