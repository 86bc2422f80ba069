import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { fromUtf8, utf8 } from '@shared/kernel/bytes';
import { readRecoveryKey } from '@shared/kernel/recovery-key';
import { createBox, passwordKey } from '../../platform/keyring';
import type { BackupStore } from './backup-store';

/** The only file of a backup that is not sealed by its key: it holds that key, sealed by the recovery key. */
export const LOCK_NAME = 'khoa.json';

const Lock = z.object({
  version: z.literal(1),
  salt: z.base64(),
  /** The backup's key under scrypt(recovery key, salt). */
  wrapped: z.base64(),
});

/** What is laid there; who had another recovery key before can no longer open a backup with this lock. */
export async function makeLock(key: Uint8Array, recoveryKey: string): Promise<Uint8Array> {
  const salt = randomBytes(16);
  const wrapped = createBox(await passwordKey(recoveryKey, salt)).seal(key);
  return utf8(JSON.stringify({ version: 1, salt: base64(salt), wrapped: base64(wrapped) }));
}

/** The key of the backup in this place; undefined when it is another backup's recovery key, or no backup. */
export async function unlockBackup(
  store: BackupStore,
  typed: string,
): Promise<Uint8Array | undefined> {
  const reading = readRecoveryKey(typed);
  const bytes = await store.read(LOCK_NAME);
  if (reading.state !== 'whole' || !bytes) return undefined;
  const lock = readLock(bytes);
  if (!lock) return undefined;
  const key = await passwordKey(reading.key, Buffer.from(lock.salt, 'base64'));
  return createBox(key).open(Buffer.from(lock.wrapped, 'base64'));
}

/** Undefined for what was never a lock, or was cut: another backup beside it may still open. */
function readLock(bytes: Uint8Array): z.infer<typeof Lock> | undefined {
  try {
    return Lock.safeParse(JSON.parse(fromUtf8(bytes))).data;
  } catch {
    return undefined;
  }
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
