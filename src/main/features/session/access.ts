import { ok, type Result } from '@shared/kernel/result';
import type { Clock } from '@shared/kernel/clock';
import { utf8 } from '@shared/kernel/bytes';
import { ChallengeReply, proofText, RenewReply } from '@shared/protocol/session';
import type { ServerClient } from '../../platform/server-client';
import type { Device } from './device-store';
import type { UnlockedUser } from './user-vault';

/** A token is renewed this long before it ends, so that none ends on its way. */
const RENEW_BEFORE_MS = 60_000;

/**
 * Short access tokens (architecture.md §9), renewed with the keys of device and person, never with the password.
 * Without a signed-in person the token may only deliver pending work.
 */
export function createAccess(deps: {
  readonly client: ServerClient;
  readonly clock: Clock;
  readonly device: () => Device | undefined;
  readonly person: () => UnlockedUser | undefined;
  /** The server no longer lets this person work. */
  readonly refused?: (userId: string) => void;
  /** The server no longer lets this machine speak. */
  readonly disabled?: (device: Device) => void;
}) {
  let held:
    | { readonly token: string; readonly until: number; readonly userId: string | null }
    | undefined;

  async function renew(device: Device): Promise<Result<string>> {
    const person = deps.person();
    const challenge = await deps.client.call({
      method: 'POST',
      path: '/session/challenge',
      body: { deviceId: device.deviceId },
      answer: ChallengeReply,
    });
    if (!challenge.ok) return challenge;
    const { nonce } = challenge.value;
    const proof = (sign: (bytes: Uint8Array) => Uint8Array, subject: string) =>
      Buffer.from(sign(utf8(proofText('renew', nonce, subject)))).toString('base64');
    const renewed = await deps.client.call({
      method: 'POST',
      path: '/session/renew',
      body: {
        deviceId: device.deviceId,
        nonce,
        deviceProof: proof(device.sign, device.deviceId),
        user: person
          ? { userId: person.user.id, userProof: proof(person.sign, person.user.id) }
          : null,
      },
      answer: RenewReply,
    });
    if (!renewed.ok) {
      if (person && renewed.error.code === 'session.user-disabled') deps.refused?.(person.user.id);
      if (renewed.error.code === 'device.disabled') deps.disabled?.(device);
      return renewed;
    }
    take(renewed.value.accessToken, renewed.value.expiresIn, person?.user.id ?? null);
    return ok(renewed.value.accessToken);
  }

  function take(token: string, expiresInSeconds: number, userId: string | null): void {
    held = {
      token,
      until: deps.clock.monotonicMs() + expiresInSeconds * 1000 - RENEW_BEFORE_MS,
      userId,
    };
  }

  return {
    /** A token for who is signed in now; asks the server when the held one is old or another person's. */
    async token(device: Device): Promise<Result<string>> {
      const userId = deps.person()?.user.id ?? null;
      const isGood =
        held !== undefined && held.userId === userId && deps.clock.monotonicMs() < held.until;
      return isGood && held ? ok(held.token) : renew(device);
    },
    take,
    drop: () => {
      held = undefined;
    },
  };
}

export type Access = ReturnType<typeof createAccess>;
