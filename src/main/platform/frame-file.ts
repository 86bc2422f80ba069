import { createCipheriv, createDecipheriv } from 'node:crypto';
import { dirname } from 'node:path';
import { concatBytes } from '@shared/kernel/bytes';
import type { FilePort, OpenFile } from './file-port';

/**
 * A file of frames that are sealed one by one, behind a header in the open:
 *
 *     header      its last 8 bytes are random
 *     frame *     length u32 LE of what follows | AES-256-GCM ciphertext | 16-byte tag
 *
 * Nonce of a frame = those 8 bytes ‖ frame index u32 BE; the header and the index are authenticated with it, so that no
 * frame can be moved, left out or exchanged. The first plain byte of a frame is its kind; the last frame is of kind `end`:
 * without it the file was cut off.
 */
const TAG_BYTES = 16;
/** Larger than any frame of ours: the length field is damaged. */
const MAX_FRAME_BYTES = 2 * 1024 * 1024;

export interface Frame<Kind extends string> {
  readonly kind: Kind;
  readonly payload: Uint8Array;
}

export interface FrameSealing<Kind extends string> {
  /** Whose key serves one file alone. */
  readonly key: Uint8Array;
  readonly header: Uint8Array;
  /** By their number in the file; `end` among them. */
  readonly kinds: readonly (Kind | 'end')[];
}

/** The frame at this place is not what was written there, or the file ends before its end. */
export class DamagedFrame extends Error {
  readonly index: number;
  constructor(index: number) {
    super(`frame ${index} cannot be read`);
    this.index = index;
  }
}

/**
 * Writes beside, flushes, renames: under the name there is a whole file or none, and what was there before stays until
 * then. Throws as the disk does, and leaves no half behind.
 */
export async function writeFrames<Kind extends string>(
  files: FilePort,
  path: string,
  sealing: FrameSealing<Kind>,
  frames: AsyncIterable<Frame<Kind>>,
): Promise<void> {
  const beside = `${path}.new`;
  try {
    await files.makeFolder(dirname(path));
    await writeAll(await files.create(beside), sealing, frames);
    await files.rename(beside, path);
    await files.flushFolder(dirname(path));
  } catch (cause) {
    // The stick may be gone.
    await files.remove(beside).catch(() => {});
    throw cause;
  }
}

async function writeAll<Kind extends string>(
  file: OpenFile,
  sealing: FrameSealing<Kind>,
  frames: AsyncIterable<Frame<Kind>>,
): Promise<void> {
  try {
    await file.append(sealing.header);
    let index = 0;
    for await (const frame of frames) await file.append(sealFrame(sealing, index++, frame));
    await file.append(sealFrame(sealing, index, { kind: 'end', payload: new Uint8Array() }));
    await file.flush();
  } finally {
    await file.close();
  }
}

/** The frames without `end`, in order; throws `DamagedFrame` at the place where the file cannot be read. */
export async function* readFrames<Kind extends string>(
  file: OpenFile,
  sealing: FrameSealing<Kind>,
): AsyncGenerator<Frame<Kind>> {
  let at = sealing.header.length;
  for (let index = 0; ; index++) {
    const sealed = await readSealed(file, at);
    const frame = sealed && openFrame(sealing, index, sealed);
    if (!frame) throw new DamagedFrame(index);
    const { kind, payload } = frame;
    if (kind === 'end') return;
    yield { kind, payload };
    at += 4 + sealed.length;
  }
}

function sealFrame<Kind extends string>(
  { key, header, kinds }: FrameSealing<Kind>,
  index: number,
  { kind, payload }: Frame<Kind | 'end'>,
): Uint8Array {
  const cipher = createCipheriv('aes-256-gcm', key, nonceOf(header, index));
  cipher.setAAD(boundTo(header, index));
  const body = concatBytes(
    cipher.update(concatBytes(new Uint8Array([kinds.indexOf(kind)]), payload)),
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

function openFrame<Kind extends string>(
  { key, header, kinds }: FrameSealing<Kind>,
  index: number,
  sealed: Uint8Array,
): Frame<Kind | 'end'> | undefined {
  const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(header, index));
  decipher.setAAD(boundTo(header, index));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  try {
    const plain = concatBytes(decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final());
    const kind = kinds[plain[0] ?? 0];
    return kind && { kind, payload: plain.subarray(1) };
  } catch {
    return undefined;
  }
}

function nonceOf(header: Uint8Array, index: number): Uint8Array {
  const nonce = new Uint8Array(12);
  nonce.set(header.subarray(-8), 0);
  new DataView(nonce.buffer).setUint32(8, index);
  return nonce;
}

function boundTo(header: Uint8Array, index: number): Uint8Array {
  const bound = new Uint8Array(header.length + 4);
  bound.set(header, 0);
  new DataView(bound.buffer).setUint32(header.length, index);
  return bound;
}
