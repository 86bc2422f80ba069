import { sign } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { err, ok } from '@shared/kernel/result';
import { EnrolReply, type WipeOrder } from '@shared/protocol/session';
import { readDeviceOverview } from '../../sync-server/src/features/admin/device-overview';
import { readServerState } from '../../sync-server/src/features/health/server-state';
import { createRelayKeys } from '../../sync-server/src/features/relay/relay-keys';
import { createDeviceKey, type Device } from '../../src/main/features/session/device-store';
import { readWork } from '../../src/main/features/backup/read-work';
import { fetchWipeOrder } from '../../src/main/features/wipe/fetch-order';
import { KEPT_WORK } from '../../src/main/features/wipe/remove-data';
import { nodeFiles } from '../../src/main/platform/file-port';
import type { ServerClient } from '../../src/main/platform/server-client';
import { codeOf, expectOk, overApp, PASSWORD, seedOffice } from '../support/builders';
import { registering } from '../support/headless/office-work';
import { startProvince } from '../support/hub-office';
import { startProgram } from '../support/main-program';
import { temporaryFolder } from '../support/temporary-folder';
import { aTestNode, createTestDatabase } from '../support/test-database';

async function aScene() {
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  const node = await aTestNode(database);
  const post = overApp(node.app);
  const { office } = await seedOffice(node.admin);
  const aDevice = async (): Promise<Device> => {
    const { publicKey, privateKey } = createDeviceKey();
    const code = await node.admin.createActivationCode(office.id);
    const reply = expectOk(
      await post('/devices/enrol', { code, deviceName: 'Máy thử', devicePublicKey: publicKey }),
      EnrolReply,
    );
    return {
      deviceId: reply.deviceId,
      deviceName: 'Máy thử',
      serverAddress: 'https://x',
      office,
      provinceKey: reply.provinceKey,
      sign: (bytes) => sign(null, bytes, privateKey),
    };
  };
  /** The routes of the real server; `forge` changes an order on its way. */
  const client = (forge: (order: WipeOrder) => WipeOrder = (order) => order): ServerClient =>
    ({
      call: async ({ path, body, answer }: Parameters<ServerClient['call']>[0]) => {
        const reply = await post(path, body);
        if (reply.status !== 200) return err({ code: (codeOf(reply) ?? '') as 'device.bad-proof' });
        const value = answer.parse(reply.body) as { order?: WipeOrder | null };
        return ok(value.order ? { order: forge(value.order) } : value);
      },
    }) as unknown as ServerClient;
  const disable = (device: Device, wipe: boolean) =>
    node.admin.disableDevice(office.id, device.deviceId, {}, wipe);
  const overview = async ({ deviceId }: Device) =>
    (await readDeviceOverview(database.db, Date.now(), office.id)).find(
      (one) => one.deviceId === deviceId,
    );
  const audited = async ({ deviceId }: Device): Promise<readonly unknown[]> => {
    const { rows } = await database.db.query(
      `select event from audit where device_id = $1 and event in ('device.disabled', 'device.wipeOrdered') order by n`,
      [deviceId],
    );
    return rows.map((row) => z.object({ event: z.string() }).parse(row).event);
  };
  return { aDevice, client, disable, overview, audited };
}

test('§7.2: a lost machine is given a signed order; the office sees that it was heard', async () => {
  const { aDevice, client, disable, overview } = await aScene();
  const device = await aDevice();
  await disable(device, true);
  expect(await overview(device)).toMatchObject({ state: 'disabled', wipe: { toldAt: null } });

  const order = await fetchWipeOrder(client(), device);

  expect(order).toMatchObject({ ok: true, value: { deviceId: device.deviceId } });
  const again = await fetchWipeOrder(client(), device);
  expect(again).toEqual(order);
  expect((await overview(device))?.wipe?.toldAt).not.toBeNull();
});

test('§7.2: without an order nothing is ordered, and it may be given after the machine was disabled', async () => {
  const { aDevice, client, disable } = await aScene();
  const [working, disabled] = [await aDevice(), await aDevice()];
  await disable(disabled, false);
  expect(await fetchWipeOrder(client(), working)).toEqual({ ok: true, value: undefined });
  expect(await fetchWipeOrder(client(), disabled)).toEqual({ ok: true, value: undefined });
  await disable(disabled, true);
  expect(await fetchWipeOrder(client(), disabled)).toMatchObject({
    ok: true,
    value: { deviceId: disabled.deviceId },
  });
});

test('§7.2: an order that the province did not sign for this machine is none', async () => {
  const { aDevice, client, disable } = await aScene();
  const [device, other] = [await aDevice(), await aDevice()];
  await disable(device, true);
  await disable(other, true);
  const ofOther = await fetchWipeOrder(client(), other);
  if (!ofOther.ok || !ofOther.value) throw new Error('the other machine has its order');
  const foreign = ofOther.value;
  const refused = { ok: false, error: { code: 'device.order-not-proven' } };
  for (const forge of [
    (order: WipeOrder) => ({ ...order, keepKey: 'a key of somebody else' }),
    (order: WipeOrder) => ({ ...order, sig: '0'.repeat(128) }),
    () => foreign,
    () => ({ ...foreign, deviceId: device.deviceId }),
  ])
    expect(await fetchWipeOrder(client(forge), device)).toEqual(refused);
  const { provinceKey: _, ...unknowing } = device;
  expect(await fetchWipeOrder(client(), unknowing)).toEqual(refused);
});

test('§7.2: who does not hold the key of the machine is told nothing', async () => {
  const { aDevice, client, disable } = await aScene();
  const [device, other] = [await aDevice(), await aDevice()];
  await disable(device, true);
  expect(await fetchWipeOrder(client(), { ...device, sign: other.sign })).toEqual({
    ok: false,
    error: { code: 'device.bad-proof' },
  });
});

test('§7.2, I-1: an act that was answered as saved while the order came is at the province or in the kept work', async () => {
  const province = await startProvince();
  onTestFinished(() => province.stop());
  const seeded = await seedOffice(province.admin());
  const folder = join(temporaryFolder(), 'PC');
  const pc = await startProgram({ folder });
  const code = await province.admin().createActivationCode(seeded.office.id);
  const address = province.address();
  await pc.ask('session.enrol', { address, code, deviceName: 'Máy sẽ mất' });
  await pc.ask('session.signIn', { login: 'vanthu', password: PASSWORD });
  await pc.until(({ connection }) => connection === 'online');
  const [device] = await province.admin().listDevices(seeded.office.id);
  const deviceId = device?.deviceId ?? '';
  await province.admin().disableDevice(seeded.office.id, deviceId, {}, true);
  const saved: string[] = [];
  const work = async (): Promise<void> => {
    for (;;) {
      const drafts = registering(seeded, false);
      const answered = await pc.handlers['operations.append']({ drafts });
      if (!(answered as { ok: boolean }).ok) return;
      saved.push(drafts[0]?.target.id ?? '');
    }
  };

  await Promise.all([work(), pc.ask('sync.now', undefined).catch(() => undefined)]);

  const phase = async () => (await pc.ask('session.describe', undefined)).phase;
  await expect.poll(phase, { timeout: 30_000 }).toBe('wiped');
  await expect.poll(() => existsSync(join(folder, 'journal')), { timeout: 30_000 }).toBe(false);
  const { tokenKey } = await readServerState(province.db);
  const kept: string[] = [];
  const read = await readWork(
    {
      files: nodeFiles,
      path: join(folder, KEPT_WORK),
      passphrase: createRelayKeys(tokenKey).keepKeyOf(deviceId),
    },
    { operation: async ({ target }) => void kept.push(target.id), file: async () => {} },
  );
  expect(read.ok).toBe(true);
  expect(saved.length).toBeGreaterThan(0);
  const { rows } = await province.db.query('select target_id::text as id from op');
  const received = z.array(z.object({ id: z.string() })).parse(rows);
  const found = new Set([...kept, ...received.map(({ id }) => id)]);
  expect(saved.filter((id) => !found.has(id))).toEqual([]);
});

test('§7.2: who ordered it is in the audit, also for a machine that was disabled before; once', async () => {
  const { aDevice, disable, audited } = await aScene();
  const device = await aDevice();
  await disable(device, false);
  await disable(device, true);
  await disable(device, true);
  expect(await audited(device)).toEqual(['device.disabled', 'device.wipeOrdered']);
});
