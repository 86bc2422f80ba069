import { afterEach, expect, test, vi } from 'vitest';
import { runDevices } from '../../../tools/devices';
import {
  aRegistering,
  enrolTestDevice,
  overApp,
  seedOffice,
  signedOperation,
  signIn,
  sync,
  trySync,
} from '../../support/builders';
import { aTestNode, createTestDatabase } from '../../support/test-database';

afterEach(() => void vi.restoreAllMocks());

test('§15: cli devices tells refused work, forks and losses of each device, figures alone (I-13)', async () => {
  const database = await createTestDatabase();
  const node = await aTestNode(database);
  const post = overApp(node.app);
  const seeded = await seedOffice(node.admin);
  const code = await node.admin.createActivationCode(seeded.office.id);
  const device = await enrolTestDevice(post, code);
  const { accessToken: token } = await signIn(post, device, seeded.clerk);
  const subject = 'Dấu hiệu riêng 987654';
  const refused = () =>
    signedOperation(device, {
      actor: seeded.clerk,
      kind: 'cmd.unheardOf',
      target: { type: 'register', id: seeded.register.id },
      body: {},
    });
  await sync(post, device, { token, ops: [aRegistering(device, seeded, { subject }), refused()] });
  const printed: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
  const run = () => runDevices(['--database', database.connectionString, '--json']);

  expect(await run()).toBe(0);
  expect(JSON.parse(printed.at(-1) ?? '')).toMatchObject({
    devices: [{ inc: 1, received: 2, rejected: 1, held: 0, leases: 0, losses: [], alerts: [] }],
  });
  // Two operations are lost on the machine; the one behind them is offered.
  refused();
  refused();
  const behind = [refused()];
  await trySync(post, device, { token, ops: behind });
  await trySync(post, device, { token, ops: [...behind, refused()] });
  expect(await run()).toBe(1);
  expect(JSON.parse(printed.at(-1) ?? '')).toMatchObject({
    devices: [
      {
        received: 2,
        losses: [{ from: 3, to: 4 }],
        isForked: true,
        alerts: ['lost', 'forked'],
        state: 'active',
      },
    ],
  });
  expect(printed.join('')).not.toContain(subject);
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  expect(await runDevices(['--was'])).toBe(2);
  await database.drop();
});

test('§20: IT staff get a code for an office’s hub; the machine that uses it is one', async () => {
  const database = await createTestDatabase();
  const node = await aTestNode(database);
  const seeded = await seedOffice(node.admin);
  const printed: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const at = ['--database', database.connectionString, '--hub-code'];

  expect(await runDevices(at)).toBe(2);
  expect(await runDevices([...at, '--office', seeded.office.id])).toBe(0);
  const { deviceId } = await enrolTestDevice(overApp(node.app), printed.at(-1) ?? '');
  const { rows } = await database.db.query('select kind from device where id = $1', [deviceId]);
  expect(rows).toEqual([{ kind: 'hub' }]);
  await database.drop();
});

test('§7.2: IT staff get the passphrase of what a lost machine left, once its removal was ordered', async () => {
  const database = await createTestDatabase();
  const node = await aTestNode(database);
  const seeded = await seedOffice(node.admin);
  const code = await node.admin.createActivationCode(seeded.office.id);
  const { deviceId } = await enrolTestDevice(overApp(node.app), code);
  const printed: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const run = () => runDevices(['--database', database.connectionString, '--kept-work', deviceId]);

  expect(await run()).toBe(2);
  expect(printed).toEqual([]);
  await node.admin.disableDevice(seeded.office.id, deviceId, {}, true);
  expect(await run()).toBe(0);
  expect(printed).toEqual([expect.stringMatching(/^[\w-]{43}$/)]);
  await database.drop();
});
