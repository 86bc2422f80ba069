import { ok, type Result } from '@shared/kernel/result';
import type { Clock } from '@shared/kernel/clock';
import { RenewReply } from '@shared/protocol/session';
import { proofBy, proveDevice } from '../../platform/device-proof';
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
  /** Sending, files, hints and others want a token at the same moment, after each sign-in: the server is asked once. */
  let asked: { readonly who: string; readonly answer: Promise<Result<string>> } | undefined;

  async function renew(device: Device): Promise<Result<string>> {
    const person = deps.person();
    const proven = await proveDevice(deps.client, device, {
      purpose: 'renew',
      subject: device.deviceId,
    });
    if (!proven.ok) return proven;
    const { nonce } = proven.value;
    const renewed = await deps.client.call({
      method: 'POST',
      path: '/session/renew',
      body: {
        ...proven.value,
        user: person
          ? {
              userId: person.user.id,
              userProof: proofBy(person.sign, 'renew', nonce, person.user.id),
            }
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
      if (isGood && held) return ok(held.token);
      const who = `${device.deviceId} ${userId}`;
      if (asked?.who !== who) {
        const asking = { who, answer: renew(device) };
        asked = asking;
        const end = (): void => {
          if (asked === asking) asked = undefined;
        };
        void asking.answer.then(end, end);
      }
      return asked.answer;
    },
    take,
    drop: () => {
      held = undefined;
    },
  };
}

export type Access = ReturnType<typeof createAccess>;
