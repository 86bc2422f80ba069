import type { User } from '@shared/domain/organ/user';
import { utf8 } from '@shared/kernel/bytes';
import { err, ok, type Result } from '@shared/kernel/result';
import type { Authority } from '@shared/protocol/relay-message';
import { proofText, type RenewReply, type RenewRequest } from '@shared/protocol/session';
import { fromBase64 } from '@shared/kernel/bytes';
import { verifyEd25519 } from '../../platform';
import { refusalOf } from '../session/refusal';
import type { Sessions, SignInFailure } from '../session/session-service';
import { ACCESS_SECONDS, type Tokens } from '../session/tokens';

export interface HubSessionDeps {
  readonly authority: () => Authority;
  readonly tokens: Tokens;
  readonly nowMs: () => number;
  /** A machine or a person came whom the authority does not name. */
  readonly unknown: () => void;
}

type Device = Authority['devices'][number];

/**
 * Who is at the hub's door (§20): workstations and people prove themselves by the keys that the authority names, and are
 * looked up in it again at every request. No password is asked for here.
 */
export function createHubSessions({
  authority,
  tokens,
  nowMs,
  unknown,
}: HubSessionDeps): Pick<Sessions, 'challenge' | 'renew' | 'authenticate'> {
  const workstations = (deviceId: string): readonly Device[] =>
    authority().devices.filter((one) => one.deviceId === deviceId && one.kind === 'workstation');

  async function proveDevice(request: RenewRequest): Promise<Result<Device, SignInFailure>> {
    const { deviceId, nonce, deviceProof } = request;
    if (!tokens.isNonceOf(deviceId, nonce)) return err({ code: 'device.bad-proof' });
    const known = workstations(deviceId);
    if (known.length === 0) {
      unknown();
      return err({ code: 'device.not-enrolled' });
    }
    const text = proofText('renew', nonce, deviceId);
    const device = known.find(({ publicKey }) => isProven(publicKey, text, deviceProof));
    return device ? ok(device) : err({ code: 'device.bad-proof' });
  }

  function provePerson(
    { deviceId, nonce }: RenewRequest,
    { userId, userProof }: NonNullable<RenewRequest['user']>,
  ): Result<User, SignInFailure> {
    const { users, userKeys } = authority();
    const user = users.find(({ id }) => id === userId);
    const key = userKeys.findLast((one) => one.userId === userId && one.deviceId === deviceId);
    const text = proofText('renew', nonce, userId);
    if (!user || !key || !isProven(key.publicKey, text, userProof)) {
      // Also a person whose key is newer than the authority.
      unknown();
      return err({ code: 'device.bad-proof' });
    }
    const refusal = refusalOf(user);
    return refusal ? err(refusal) : ok(user);
  }

  return {
    challenge: async (deviceId) => ({
      nonce: tokens.issueNonce(deviceId),
      serverTime: nowMs(),
    }),

    renew: async (request): Promise<Result<RenewReply, SignInFailure>> => {
      const device = await proveDevice(request);
      if (!device.ok) return device;
      const person = request.user ? provePerson(request, request.user) : ok(null);
      if (!person.ok) return person;
      const { deviceId: dev, inc } = device.value;
      const { officeId: office } = authority();
      const user = person.value;
      return ok({
        accessToken: tokens.issueAccess({ dev, inc, office, ...(user && { user: user.id }) }),
        expiresIn: ACCESS_SECONDS,
        user,
        officeId: office,
        serverTime: nowMs(),
      });
    },

    authenticate: async (accessToken) => {
      const claims = tokens.readAccess(accessToken);
      if (!claims.ok) return claims;
      const { dev, inc, office, user: userId } = claims.value;
      const isKnown = workstations(dev).some((one) => one.inc === inc);
      if (!isKnown) return err({ code: 'device.not-enrolled' });
      const user = authority().users.find(({ id }) => id === userId);
      return ok({ deviceId: dev, inc, officeId: office, user });
    },
  };
}

const isProven = (publicKey: string, text: string, proof: string): boolean =>
  verifyEd25519(fromBase64(publicKey), utf8(text), Buffer.from(proof, 'base64'));
