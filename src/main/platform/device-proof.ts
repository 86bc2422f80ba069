import { utf8 } from '@shared/kernel/bytes';
import type { DeviceId } from '@shared/kernel/ids';
import { ok, type Result } from '@shared/kernel/result';
import { ChallengeReply, proofText } from '@shared/protocol/session';
import type { ServerClient } from './server-client';

type Sign = (bytes: Uint8Array) => Uint8Array;
export type ProofPurpose = Parameters<typeof proofText>[0];

/** What a request carries so that the server knows the device. */
export interface DeviceProof {
  readonly deviceId: DeviceId;
  readonly nonce: string;
  /** Base64. */
  readonly deviceProof: string;
}

/** Signs what proves a key for one purpose; base64. */
export const proofBy = (sign: Sign, ...of: Parameters<typeof proofText>): string =>
  Buffer.from(sign(utf8(proofText(...of)))).toString('base64');

/** Asks for a nonce and signs it with the device's key, for one purpose and subject. */
export async function proveDevice(
  client: ServerClient,
  { deviceId, sign }: { readonly deviceId: DeviceId; readonly sign: Sign },
  {
    purpose,
    subject,
    timeoutMs,
  }: {
    readonly purpose: ProofPurpose;
    readonly subject: string;
    readonly timeoutMs?: number;
  },
): Promise<Result<DeviceProof>> {
  const challenge = await client.call({
    method: 'POST',
    path: '/session/challenge',
    body: { deviceId },
    answer: ChallengeReply,
    ...(timeoutMs !== undefined && { timeoutMs }),
  });
  if (!challenge.ok) return challenge;
  const { nonce } = challenge.value;
  return ok({ deviceId, nonce, deviceProof: proofBy(sign, purpose, nonce, subject) });
}
