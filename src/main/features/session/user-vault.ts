import {
  createPrivateKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  type KeyObject,
} from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Office, Organ } from '@shared/domain/organ/organ';
import { User } from '@shared/domain/organ/user';
import { fromUtf8, utf8 } from '@shared/kernel/bytes';
import type { Clock } from '@shared/kernel/clock';
import { err, ok, type Result } from '@shared/kernel/result';
import { readIfThere, writeDurably } from '../../platform/durable-file';
import { createBox, passwordKey, type Box } from '../../platform/keyring';

/** Tries before each further one costs a wait (§3.1). */
const FREE_TRIES = 5;
const WAIT_MS = 60_000;

const StoredUser = z.object({
  version: z.literal(1),
  user: User,
  office: Office,
  organs: z.array(Organ),
  /** Milliseconds since the epoch; after it this person needs a line to sign in here. */
  offlineUntil: z.number(),
  failedTries: z.int().nonnegative(),
  /** Milliseconds since the epoch. */
  nextTryAt: z.number(),
  salt: z.base64(),
  /** The person's secrets under a key from the password: Ed25519 PKCS#8 and a content key. */
  locked: z.base64(),
});
type StoredUser = z.infer<typeof StoredUser>;

const Secrets = z.object({ opKey: z.base64(), contentKey: z.base64() });

/** A person who has given their password on this machine. */
export interface UnlockedUser {
  readonly user: User;
  readonly office: Office;
  readonly organs: readonly Organ[];
  /** SPKI DER of the operation key, base64. */
  readonly opPublicKey: string;
  /** Ed25519 by the operation key, 64 bytes. */
  readonly sign: (bytes: Uint8Array) => Uint8Array;
  /** 32 bytes, for what belongs to this person alone. */
  readonly contentKey: Uint8Array;
}

export interface Profile {
  readonly user: User;
  readonly office: Office;
  readonly organs: readonly Organ[];
  readonly offlineDays: number;
}

export interface OperationKey {
  readonly privateKey: KeyObject;
  readonly publicKey: string;
}

export type OfflineFailure =
  | { readonly code: 'session.offline-not-allowed' }
  | { readonly code: 'session.wrong-password' }
  | { readonly code: 'session.wait-before-retry'; readonly seconds: number };

export function createOperationKey(): OperationKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return {
    privateKey,
    publicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
  };
}

/**
 * The people who may sign in on this machine without a line: one sealed file each, whose secrets open only with the
 * person's password (scrypt over 64 MiB, §3.1).
 */
export function createUserVault(folder: string, box: Box, clock: Clock) {
  const pathOf = (userId: string) => join(folder, `${userId}.bin`);

  async function readUser(path: string): Promise<StoredUser | undefined> {
    const sealed = await readIfThere(path);
    const opened = sealed && box.open(sealed);
    return opened && StoredUser.parse(JSON.parse(fromUtf8(opened)));
  }

  async function readAll(): Promise<readonly StoredUser[]> {
    const names = await readdir(folder).catch(() => []);
    const users = await Promise.all(
      names.filter((name) => name.endsWith('.bin')).map((name) => readUser(join(folder, name))),
    );
    return users.filter((user) => user !== undefined);
  }

  const write = (stored: StoredUser): Promise<void> =>
    writeDurably(pathOf(stored.user.id), box.seal(utf8(JSON.stringify(stored))));

  return {
    list: async (): Promise<readonly User[]> => (await readAll()).map(({ user }) => user),

    /** Keeps a person after an online sign-in, for as many days as the server allows. */
    async keep(profile: Profile, password: string, key: OperationKey): Promise<UnlockedUser> {
      const salt = randomBytes(16);
      const contentKey = randomBytes(32);
      const secrets = JSON.stringify({
        opKey: key.privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
        contentKey: contentKey.toString('base64'),
      });
      const { user, office, organs, offlineDays } = profile;
      await write({
        version: 1,
        user,
        office,
        organs: [...organs],
        offlineUntil: clock.nowMs() + offlineDays * 86_400_000,
        failedTries: 0,
        nextTryAt: 0,
        salt: salt.toString('base64'),
        locked: Buffer.from(
          createBox(await passwordKey(password, salt)).seal(utf8(secrets)),
        ).toString('base64'),
      });
      return unlockedFrom(profile, key.privateKey, key.publicKey, contentKey);
    },

    /** Checks a password on this machine alone. Every wrong one after the fifth costs a minute. */
    async unlock(login: string, password: string): Promise<Result<UnlockedUser, OfflineFailure>> {
      const stored = (await readAll()).find(({ user }) => user.login === login);
      if (!stored || stored.offlineUntil < clock.nowMs())
        return err({ code: 'session.offline-not-allowed' });
      const waitMs = stored.nextTryAt - clock.nowMs();
      // A clock set back must not lock a person out for longer than the wait itself.
      if (waitMs > 0 && waitMs <= WAIT_MS) {
        return err({ code: 'session.wait-before-retry', seconds: Math.ceil(waitMs / 1000) });
      }
      const key = await passwordKey(password, Buffer.from(stored.salt, 'base64'));
      const opened = createBox(key).open(Buffer.from(stored.locked, 'base64'));
      if (!opened) {
        const failedTries = stored.failedTries + 1;
        const nextTryAt = failedTries >= FREE_TRIES ? clock.nowMs() + WAIT_MS : 0;
        await write({ ...stored, failedTries, nextTryAt });
        return err({ code: 'session.wrong-password' });
      }
      if (stored.failedTries > 0) await write({ ...stored, failedTries: 0, nextTryAt: 0 });
      const secrets = Secrets.parse(JSON.parse(fromUtf8(opened)));
      const privateKey = createPrivateKey({
        key: Buffer.from(secrets.opKey, 'base64'),
        format: 'der',
        type: 'pkcs8',
      });
      return ok(
        unlockedFrom(
          stored,
          privateKey,
          publicKeyOf(privateKey),
          Buffer.from(secrets.contentKey, 'base64'),
        ),
      );
    },

    /** The server said that this person may no longer work here. */
    forget: (userId: string): Promise<void> => rm(pathOf(userId), { force: true }),
  };
}

export type UserVault = ReturnType<typeof createUserVault>;

/** The public half of an Ed25519 key, SPKI DER in base64: the fixed prefix of RFC 8410 and the 32 bytes of the point. */
function publicKeyOf(privateKey: KeyObject): string {
  const { x } = privateKey.export({ format: 'jwk' });
  const prefix = Buffer.from('302a300506032b6570032100', 'hex');
  return Buffer.concat([prefix, Buffer.from(x ?? '', 'base64url')]).toString('base64');
}

const unlockedFrom = (
  { user, office, organs }: Pick<Profile, 'user' | 'office' | 'organs'>,
  privateKey: KeyObject,
  opPublicKey: string,
  contentKey: Uint8Array,
): UnlockedUser => ({
  user,
  office,
  organs,
  opPublicKey,
  sign: (bytes) => sign(null, bytes, privateKey),
  contentKey,
});
