import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { randomUUID } from 'node:crypto';

export interface Written {
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** Writes beside, flushes, renames: the name stands for the whole content or does not exist. The folder must be there. */
export async function writeBeside(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
): Promise<Written> {
  const beside = `${path}.${randomUUID()}.new`;
  try {
    const written = await writeFlushed(beside, chunks);
    await rename(beside, path);
    await flushFolder(dirname(path));
    return written;
  } catch (cause) {
    await rm(beside, { force: true });
    throw cause;
  }
}

/** Writes a new file that this user alone may read, flushed. */
export async function writeFlushed(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
): Promise<Written> {
  const hash = createHash('sha256');
  let bytes = 0;
  const handle = await open(path, 'wx', 0o600);
  try {
    for await (const chunk of chunks) {
      hash.update(chunk);
      bytes += chunk.length;
      await handle.appendFile(chunk);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** What a file holds now, read from the disk. */
export async function readBack(path: string): Promise<Written> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** Makes names durable; Windows has no folder handles to flush. */
export async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
