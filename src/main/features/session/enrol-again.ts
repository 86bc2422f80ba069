import { utf8 } from '@shared/kernel/bytes';
import type { Result } from '@shared/kernel/result';
import { ChallengeReply, EnrolReply, proofText } from '@shared/protocol/session';
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
  const { deviceId } = device;
  const challenge = await client.call({
    method: 'POST',
    path: '/session/challenge',
    body: { deviceId },
    answer: ChallengeReply,
  });
  if (!challenge.ok) return challenge;
  const { nonce } = challenge.value;
  const { login, password, key } = by;
  const proof = device.sign(utf8(proofText('enrolAgain', nonce, login)));
  const deviceProof = Buffer.from(proof).toString('base64');
  return client.call({
    method: 'POST',
    path: '/devices/enrol-again',
    body: { deviceId, nonce, deviceProof, login, password, devicePublicKey: key.publicKey },
    answer: EnrolReply,
  });
}
