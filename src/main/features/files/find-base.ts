import { createHash } from 'node:crypto';
import { FileHash } from '@shared/kernel/ids';
import type { ContentStore } from './content-store';

/** A file that another one begins with, byte by byte. */
export interface BaseFile {
  readonly sha256: FileHash;
  readonly sizeBytes: number;
}

/** Every revision of a PDF ends with it (ISO 32000-2 §7.5.5), and what is appended begins behind it. */
const END_OF_REVISION = Buffer.from('%%EOF');
/** Newest revisions looked at; more would be an oddity, not a document of the office. */
const MOST_REVISIONS = 16;

/**
 * The longest file of the store that this PDF extends, as a signed version extends the one that was signed. Found from
 * the bytes alone: nothing has to be remembered between signing and sending.
 */
export async function findBase(
  store: Pick<ContentStore, 'read' | 'has'>,
  sha256: FileHash,
): Promise<BaseFile | null> {
  const read = await store.read(sha256);
  if (!read.ok) return null;
  for (const base of beginnings(Buffer.from(read.value.buffer)).toReversed()) {
    if (await store.has(base.sha256)) return base;
  }
  return null;
}

/** Names of all files that end where a revision of this one ends, shortest first; hashed in one pass. */
function beginnings(bytes: Buffer): readonly BaseFile[] {
  const whole = createHash('sha256');
  let hashed = 0;
  return revisionEnds(bytes).map((end) => {
    whole.update(bytes.subarray(hashed, end));
    hashed = end;
    return { sha256: FileHash.parse(whole.copy().digest('hex')), sizeBytes: end };
  });
}

/** A file ends right behind the mark or behind its line end, of one byte or two. */
function revisionEnds(bytes: Buffer): readonly number[] {
  const marks: number[] = [];
  let at = bytes.lastIndexOf(END_OF_REVISION);
  while (at >= 0 && marks.length < MOST_REVISIONS) {
    marks.unshift(at + END_OF_REVISION.length);
    at = at === 0 ? -1 : bytes.lastIndexOf(END_OF_REVISION, at - 1);
  }
  return marks.flatMap((mark) => [mark, mark + 1, mark + 2]).filter((end) => end < bytes.length);
}
