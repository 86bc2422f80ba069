import { join } from 'node:path';
import { concatBytes } from '@shared/kernel/bytes';
import { decodeFrames, segmentHeader } from '@shared/sync/journal-codec';
import type { FilePort } from '../../platform/file-port';
import { writeDurably } from '../../platform/durable-file';
import { encodeRecords, openPayload, readSegment, type Sealer } from './segment-records';

export interface RepairedJournal {
  /** Names of the damaged files as they are kept. */
  readonly keptAside: readonly string[];
}

/**
 * Makes a damaged journal readable again (§4.2), when a person has asked for it: each damaged segment is copied aside,
 * durable, and then replaced by what can be read of it, in its order. Nothing is removed. Operations that were lost leave
 * a hole in the chain: the server finds it and puts it on record. Stopped anywhere, it is done again.
 */
export async function repairJournal(
  { folder, files, sealer }: JournalFolder,
  names: readonly string[],
): Promise<RepairedJournal> {
  const keptAside: string[] = [];
  for (const [place, name] of names.entries()) {
    const path = join(folder, `${name}.jnl`);
    const bytes = await files.read(path);
    const read = readSegment(sealer, bytes);
    const isWhole = read.ok
      ? !read.value.isTorn || place === names.length - 1
      : read.error.code !== 'journal.damaged';
    if (isWhole) continue;
    const aside = await freeName(files, folder, name);
    await writeDurably(join(folder, aside), bytes, files);
    const readable = decodeFrames(bytes).flatMap((payload) => {
      const records = openPayload(sealer, payload);
      return records.ok ? [encodeRecords(sealer, records.value)] : [];
    });
    await writeDurably(path, concatBytes(segmentHeader(), ...readable), files);
    keptAside.push(aside);
  }
  return { keptAside };
}

interface JournalFolder {
  readonly folder: string;
  readonly files: FilePort;
  readonly sealer: Sealer;
}

/** An earlier copy is never written over: it may be the one that could still be read elsewhere. */
async function freeName(files: FilePort, folder: string, name: string): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const aside = `${name}.hong-${attempt}`;
    if (!(await files.exists(join(folder, aside)))) return aside;
  }
}
