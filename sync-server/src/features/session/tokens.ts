import { jwtVerify, errors, SignJWT } from 'jose';
import { z } from 'zod';
import { DeviceId, OfficeId, UserId } from '@shared/kernel/ids';
import { err, ok, type Result } from '@shared/kernel/result';

/** Seconds an access token lives; its holder's rights are read anew at every request all the same (I-13). */
export const ACCESS_SECONDS = 15 * 60;
const NONCE_SECONDS = 2 * 60;

/** What an access token says: the device always, the person only after they proved themselves. */
export const AccessClaims = z
  .object({
    dev: DeviceId,
    inc: z.int().positive(),
    office: OfficeId,
    user: UserId.optional(),
  })
  .readonly();
export type AccessClaims = z.infer<typeof AccessClaims>;

export interface TokenDeps {
  /** HMAC key, 32 bytes, the same on every node. */
  readonly key: Uint8Array;
  /** Tokens of another history of this server are worth nothing here (I-23). */
  readonly timeline: string;
  readonly nowMs: () => number;
}

/**
 * Access tokens and challenge nonces: both are signed by this server and stored nowhere. The audience keeps them apart,
 * so that one never serves as the other.
 */
export function createTokens({ key, timeline, nowMs }: TokenDeps) {
  const sign = (claims: Record<string, unknown>, audience: string, seconds: number) => {
    const now = Math.floor(nowMs() / 1000);
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(timeline)
      .setAudience(audience)
      .setIssuedAt(now)
      .setExpirationTime(now + seconds)
      .sign(key);
  };
  const verify = (token: string, audience: string) =>
    jwtVerify(token, key, {
      algorithms: ['HS256'],
      issuer: timeline,
      audience,
      currentDate: new Date(nowMs()),
      requiredClaims: ['exp'],
    });

  /** Its time or its history is over; the signature was ours. Who holds it gets another one by their keys. */
  const isOver = (cause: unknown): boolean =>
    cause instanceof errors.JWTExpired ||
    (cause instanceof errors.JWTClaimValidationFailed && cause.claim === 'iss');

  return {
    issueAccess: (claims: AccessClaims): Promise<string> =>
      sign({ ...claims }, 'access', ACCESS_SECONDS),

    readAccess: async (token: string): Promise<Result<AccessClaims, AccessFailure>> => {
      try {
        const { payload } = await verify(token, 'access');
        return ok(AccessClaims.parse(payload));
      } catch (cause) {
        return err({ code: isOver(cause) ? 'session.token-expired' : 'session.not-signed-in' });
      }
    },

    /** A nonce for one device. */
    issueNonce: (deviceId: string): Promise<string> =>
      sign({ dev: deviceId, jti: globalThis.crypto.randomUUID() }, 'challenge', NONCE_SECONDS),

    isNonceOf: async (deviceId: string, nonce: string): Promise<boolean> => {
      try {
        return (await verify(nonce, 'challenge')).payload['dev'] === deviceId;
      } catch {
        return false;
      }
    },
  };
}

export type Tokens = ReturnType<typeof createTokens>;

export type AccessFailure = {
  readonly code: 'session.token-expired' | 'session.not-signed-in';
};
