import { fromBase64, fromHex, utf8 } from '@shared/kernel/bytes';
import type { DeviceId } from '@shared/kernel/ids';
import { err, ok, type Result } from '@shared/kernel/result';
import { WipeReply, wipeText, type WipeOrder } from '@shared/protocol/session';
import { proveDevice } from '../../platform/device-proof';
import { verifyEd25519 } from '../../platform/relay-cipher';
import type { ServerClient } from '../../platform/server-client';

/** The machine as the province knows it. */
export interface OrderedMachine {
  readonly deviceId: DeviceId;
  /** SPKI DER of the province's Ed25519 key, base64. */
  readonly provinceKey?: string | undefined;
  /** Ed25519 by the device key. */
  readonly sign: (bytes: Uint8Array) => Uint8Array;
}

/**
 * Asks the server that has disabled this machine whether it is to remove what it holds (sync §7.2). Without the province's
 * signature nobody, not even who answers in its place, can order that.
 *
 * @returns undefined when there is no order
 */
export async function fetchWipeOrder(
  client: ServerClient,
  device: OrderedMachine,
): Promise<Result<WipeOrder | undefined>> {
  const { deviceId, provinceKey } = device;
  const proven = await proveDevice(client, device, { purpose: 'wipe', subject: deviceId });
  if (!proven.ok) return proven;
  const answered = await client.call({
    method: 'POST',
    path: '/session/wipe',
    body: proven.value,
    answer: WipeReply,
  });
  if (!answered.ok) return answered;
  const { order } = answered.value;
  if (order === null) return ok(undefined);
  const isOurs =
    order.deviceId === deviceId &&
    provinceKey !== undefined &&
    verifyEd25519(fromBase64(provinceKey), utf8(wipeText(order)), fromHex(order.sig));
  return isOurs ? ok(order) : err({ code: 'device.order-not-proven' });
}
