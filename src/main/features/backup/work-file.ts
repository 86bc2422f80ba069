import { randomBytes } from 'node:crypto';
import { concatBytes } from '@shared/kernel/bytes';
import type { FilePort } from '../../platform/file-port';
import {
  DamagedFrame,
  readFrames,
  writeFrames,
  type Frame as AnyFrame,
} from '../../platform/frame-file';
import { passwordKey } from '../../platform/keyring';

/**
 * A file with work that has not reached the server, for a USB stick (T-13): frames of `frame-file.ts` behind
 *
 *     magic        8 bytes   "TCVWRK01"
 *     salt        16 bytes   random; key = scrypt(passphrase, salt), N = 2^16, r = 8, p = 1, 32 bytes
 *     file nonce   8 bytes   random
 */
const MAGIC = new Uint8Array([0x54, 0x43, 0x56, 0x57, 0x52, 0x4b, 0x30, 0x31]);
const SALT_BYTES = 16;
const HEADER_BYTES = 32;

/** `head`: what this is. `operation`: one operation. `file`: name of the file whose `bytes` follow. */
const kinds = ['head', 'operation', 'file', 'bytes', 'end'] as const;
export type Frame = AnyFrame<Exclude<(typeof kinds)[number], 'end'>>;

export class UnreadableWorkFile extends Error {
  readonly reason: 'notOurs' | 'wrongPassphrase' | 'damaged';
  constructor(reason: UnreadableWorkFile['reason']) {
    super(reason);
    this.reason = reason;
  }
}

/** Under the name there is a whole file or none. Throws as the disk does. */
export async function writeWorkFile(
  files: FilePort,
  path: string,
  passphrase: string,
  frames: AsyncIterable<Frame>,
): Promise<void> {
  const header = concatBytes(MAGIC, randomBytes(SALT_BYTES), randomBytes(8));
  const key = await passwordKey(passphrase, header.subarray(8, 8 + SALT_BYTES));
  await writeFrames(files, path, { key, header, kinds }, frames);
}

/** The frames without `end`, in order; throws `UnreadableWorkFile` at the place where the file cannot be read. */
export async function* readWorkFile(
  files: FilePort,
  path: string,
  passphrase: string,
): AsyncGenerator<Frame> {
  const file = await files.openToRead(path);
  if (!file) throw new UnreadableWorkFile('notOurs');
  try {
    const header = await file.readAt(0, HEADER_BYTES);
    if (header.length < HEADER_BYTES || !MAGIC.every((byte, i) => header[i] === byte))
      throw new UnreadableWorkFile('notOurs');
    const key = await passwordKey(passphrase, header.slice(8, 8 + SALT_BYTES));
    yield* readFrames(file, { key, header, kinds });
  } catch (cause) {
    if (!(cause instanceof DamagedFrame)) throw cause;
    throw new UnreadableWorkFile(cause.index === 0 ? 'wrongPassphrase' : 'damaged');
  } finally {
    await file.close();
  }
}
