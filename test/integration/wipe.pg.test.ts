import { sign } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { err, ok } from '@shared/kernel/result';
import { EnrolReply, type WipeOrder } from '@shared/protocol/session';
import { readDeviceOverview } from '../../sync-server/src/features/admin/device-overview';
import { createDeviceKey, type Device } from '../../src/main/features/session/device-store';
import { fetchWipeOrder } from '../../src/main/features/wipe/fetch-order';
import type { ServerClient } from '../../src/main/platform/server-client';
import { codeOf, expectOk, overApp, seedOffice } from '../support/builders';
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
  return { aDevice, client, disable, overview };
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
