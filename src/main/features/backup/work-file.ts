import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { concatBytes } from '@shared/kernel/bytes';
import type { FilePort, OpenFile } from '../../platform/file-port';
import { passwordKey } from '../../platform/keyring';

/**
 * A file with work that has not reached the server, for a USB stick (T-13). Byte layout:
 *
 *     magic        8 bytes   "TCVWRK01"
 *     salt        16 bytes   random; key = scrypt(passphrase, salt), N = 2^16, r = 8, p = 1, 32 bytes
 *     file nonce   8 bytes   random
 *     frame *                length u32 LE of what follows | AES-256-GCM ciphertext | 16-byte tag
 *
 * Nonce of a frame = file nonce ‖ frame index u32 BE; the header and the index are authenticated with it, so that no frame
 * can be moved, left out or exchanged. The first plain byte of a frame is its kind; the last frame is of kind `end`:
 * without it the file was cut off.
 */
const MAGIC = new Uint8Array([0x54, 0x43, 0x56, 0x57, 0x52, 0x4b, 0x30, 0x31]);
const SALT_BYTES = 16;
const HEADER_BYTES = 32;
const TAG_BYTES = 16;
/** Larger than any frame of ours: the length field is damaged. */
const MAX_FRAME_BYTES = 2 * 1024 * 1024;

/** `head`: what this is. `operation`: one operation. `file`: name of the file whose `bytes` follow. */
export const frameKinds = ['head', 'operation', 'file', 'bytes', 'end'] as const;
export type FrameKind = (typeof frameKinds)[number];

export interface Frame {
  readonly kind: FrameKind;
  readonly payload: Uint8Array;
}

export class UnreadableWorkFile extends Error {
  readonly reason: 'notOurs' | 'wrongPassphrase' | 'damaged';
  constructor(reason: UnreadableWorkFile['reason']) {
    super(reason);
    this.reason = reason;
  }
}

/** Writes beside, flushes, renames: under the name there is a whole file or none. Throws as the disk does. */
export async function writeWorkFile(
  files: FilePort,
  path: string,
  passphrase: string,
  frames: AsyncIterable<Frame>,
): Promise<void> {
  const beside = `${path}.new`;
  await files.makeFolder(dirname(path));
  const file = await files.create(beside);
  try {
    const header = concatBytes(MAGIC, randomBytes(SALT_BYTES), randomBytes(8));
    const key = await passwordKey(passphrase, header.subarray(8, 8 + SALT_BYTES));
    await file.append(header);
    let index = 0;
    for await (const frame of frames) await file.append(sealFrame(key, header, index++, frame));
    await file.append(sealFrame(key, header, index, { kind: 'end', payload: new Uint8Array() }));
    await file.flush();
  } finally {
    await file.close();
  }
  await files.rename(beside, path);
  await files.flushFolder(dirname(path));
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
    let at = HEADER_BYTES;
    for (let index = 0; ; index++) {
      const sealed = await readSealed(file, at);
      const frame = sealed && openFrame(key, header, index, sealed);
      if (!frame) throw new UnreadableWorkFile(index === 0 ? 'wrongPassphrase' : 'damaged');
      if (frame.kind === 'end') return;
      yield frame;
      at += 4 + sealed.length;
    }
  } finally {
    await file.close();
  }
}

function sealFrame(
  key: Uint8Array,
  header: Uint8Array,
  index: number,
  { kind, payload }: Frame,
): Uint8Array {
  const cipher = createCipheriv('aes-256-gcm', key, nonceOf(header, index));
  cipher.setAAD(boundTo(header, index));
  const body = concatBytes(
    cipher.update(concatBytes(new Uint8Array([frameKinds.indexOf(kind)]), payload)),
    cipher.final(),
    cipher.getAuthTag(),
  );
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, body.length, true);
  return concatBytes(length, body);
}

async function readSealed(file: OpenFile, at: number): Promise<Uint8Array | undefined> {
  const length = (await file.readAt(at, 4)).slice();
  if (length.length < 4) return undefined;
  const bytes = new DataView(length.buffer).getUint32(0, true);
  if (bytes <= TAG_BYTES || bytes > MAX_FRAME_BYTES) return undefined;
  const sealed = await file.readAt(at + 4, bytes);
  return sealed.length === bytes ? sealed : undefined;
}

function openFrame(
  key: Uint8Array,
  header: Uint8Array,
  index: number,
  sealed: Uint8Array,
): Frame | undefined {
  const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(header, index));
  decipher.setAAD(boundTo(header, index));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  try {
    const plain = concatBytes(decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final());
    const kind = frameKinds[plain[0] ?? 0];
    return kind && { kind, payload: plain.subarray(1) };
  } catch {
    return undefined;
  }
}

function nonceOf(header: Uint8Array, index: number): Uint8Array {
  const nonce = new Uint8Array(12);
  nonce.set(header.subarray(HEADER_BYTES - 8), 0);
  new DataView(nonce.buffer).setUint32(8, index);
  return nonce;
}

function boundTo(header: Uint8Array, index: number): Uint8Array {
  const bound = new Uint8Array(HEADER_BYTES + 4);
  bound.set(header, 0);
  new DataView(bound.buffer).setUint32(HEADER_BYTES, index);
  return bound;
}
