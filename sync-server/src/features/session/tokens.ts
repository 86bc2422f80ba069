import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
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

/** What a token is for, so that one never serves as the other. */
const PURPOSE = { access: 1, challenge: 2 } as const;
const UUID_BYTES = 16;
const HISTORY_BYTES = 4;
/** Half of SHA-256, as RFC 2104 §5 allows. */
const MAC_BYTES = 16;
/** Purpose, history, end in seconds since the epoch. */
const HEAD_BYTES = 1 + HISTORY_BYTES + 4;

/**
 * Access tokens and challenge nonces: both are made by this server and stored nowhere. They travel with every request
 * (B-4), hence bytes in base64url and no JSON: purpose 1 byte, history 4, end 4, what it says, HMAC-SHA-256 16 bytes.
 */
export function createTokens({ key, timeline, nowMs }: TokenDeps) {
  const mac = (bytes: Uint8Array): Buffer =>
    createHmac('sha256', key).update(bytes).digest().subarray(0, MAC_BYTES);
  const history = mac(Buffer.from(timeline)).subarray(0, HISTORY_BYTES);

  function issue(purpose: number, says: Uint8Array, seconds: number): string {
    const head = Buffer.alloc(HEAD_BYTES);
    head.writeUInt8(purpose);
    history.copy(head, 1);
    head.writeUInt32BE(Math.floor(nowMs() / 1000) + seconds, 1 + HISTORY_BYTES);
    const bytes = Buffer.concat([head, says]);
    return Buffer.concat([bytes, mac(bytes)]).toString('base64url');
  }

  /** What a token of this server says; `isOver` when its time or its history is. */
  function read(
    token: string,
    purpose: number,
  ): { readonly says: Buffer; readonly isOver: boolean } | undefined {
    const all = Buffer.from(token, 'base64url');
    if (all.length < HEAD_BYTES + MAC_BYTES) return undefined;
    const bytes = all.subarray(0, -MAC_BYTES);
    if (!timingSafeEqual(all.subarray(-MAC_BYTES), mac(bytes))) return undefined;
    if (bytes[0] !== purpose) return undefined;
    const isOurs = history.equals(bytes.subarray(1, 1 + HISTORY_BYTES));
    const endsMs = bytes.readUInt32BE(1 + HISTORY_BYTES) * 1000;
    return { says: bytes.subarray(HEAD_BYTES), isOver: !isOurs || nowMs() >= endsMs };
  }

  return {
    issueAccess: ({ dev, inc, office, user }: AccessClaims): string => {
      const place = Buffer.alloc(4);
      place.writeUInt32BE(inc);
      const ids = [dev, office, ...(user === undefined ? [] : [user])].map(bytesOf);
      return issue(PURPOSE.access, Buffer.concat([place, ...ids]), ACCESS_SECONDS);
    },

    /** Who holds one that is over gets another by their keys. */
    readAccess: (token: string): Result<AccessClaims, AccessFailure> => {
      const found = read(token, PURPOSE.access);
      if (!found) return err({ code: 'session.not-signed-in' });
      if (found.isOver) return err({ code: 'session.token-expired' });
      const { says } = found;
      const [dev, office, user] = [0, 1, 2].map((place) => uuidAt(says, 4 + place * UUID_BYTES));
      return ok(AccessClaims.parse({ dev, inc: says.readUInt32BE(), office, user }));
    },

    /** A nonce for one device. */
    issueNonce: (deviceId: string): string =>
      issue(
        PURPOSE.challenge,
        Buffer.concat([bytesOf(deviceId), randomBytes(UUID_BYTES)]),
        NONCE_SECONDS,
      ),

    isNonceOf: (deviceId: string, nonce: string): boolean => {
      const found = read(nonce, PURPOSE.challenge);
      return found !== undefined && !found.isOver && uuidAt(found.says, 0) === deviceId;
    },
  };
}

const bytesOf = (uuid: string): Buffer => Buffer.from(uuid.replaceAll('-', ''), 'hex');

function uuidAt(bytes: Buffer, at: number): string | undefined {
  if (bytes.length < at + UUID_BYTES) return undefined;
  const hex = bytes.toString('hex', at, at + UUID_BYTES);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

export type Tokens = ReturnType<typeof createTokens>;

export type AccessFailure = {
  readonly code: 'session.token-expired' | 'session.not-signed-in';
};
