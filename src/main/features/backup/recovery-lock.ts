import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { fromUtf8, utf8 } from '@shared/kernel/bytes';
import { readRecoveryKey } from '@shared/kernel/recovery-key';
import { readIfThere, writeDurably } from '../../platform/durable-file';
import type { FilePort } from '../../platform/file-port';
import { createBox, passwordKey } from '../../platform/keyring';

/** The only file of a backup that is not sealed by its key: it holds that key, sealed by the recovery key. */
export const LOCK_NAME = 'khoa.json';

const Lock = z.object({
  version: z.literal(1),
  salt: z.base64(),
  /** The backup's key under scrypt(recovery key, salt). */
  wrapped: z.base64(),
});

/** Lays the key of a backup into its folder; who had another recovery key before can no longer open it there. */
export async function lockBackup(
  files: FilePort,
  folder: string,
  { key, recoveryKey }: { readonly key: Uint8Array; readonly recoveryKey: string },
): Promise<void> {
  const salt = randomBytes(16);
  const wrapped = createBox(await passwordKey(recoveryKey, salt)).seal(key);
  const lock = { version: 1, salt: base64(salt), wrapped: base64(wrapped) };
  await writeDurably(join(folder, LOCK_NAME), utf8(JSON.stringify(lock)), files);
}

/** The key of the backup in this folder; undefined when it is another backup's recovery key, or no backup. */
export async function unlockBackup(
  files: FilePort,
  folder: string,
  typed: string,
): Promise<Uint8Array | undefined> {
  const reading = readRecoveryKey(typed);
  const bytes = await readIfThere(join(folder, LOCK_NAME), files);
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
