import type { Result } from '@shared/kernel/result';
import { EnrolReply } from '@shared/protocol/session';
import { proveDevice } from '../../platform/device-proof';
import type { ServerClient } from '../../platform/server-client';
import type { Device, NewDeviceKey } from './device-store';

/**
 * Asks for the next incarnation of this device, whose history forked (§13.3): by the key of the old one and the password of
 * one of its people. The new one has a key of its own, which no copy of the old profile holds.
 */
export async function requestIncarnation(
  client: ServerClient,
  device: Pick<Device, 'deviceId' | 'sign'>,
  by: { readonly login: string; readonly password: string; readonly key: NewDeviceKey },
): Promise<Result<EnrolReply>> {
  const { login, password, key } = by;
  const proven = await proveDevice(client, device, { purpose: 'enrolAgain', subject: login });
  if (!proven.ok) return proven;
  return client.call({
    method: 'POST',
    path: '/devices/enrol-again',
    body: { ...proven.value, login, password, devicePublicKey: key.publicKey },
    answer: EnrolReply,
  });
}
