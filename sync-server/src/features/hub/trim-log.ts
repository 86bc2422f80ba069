import { copyFileSync, statSync, truncateSync } from 'node:fs';

/** So much is kept twice: in the log itself, and of what came before. */
const MOST_BYTES = 4 * 1024 * 1024;

/**
 * Sets a log that has grown aside as `….1`, in the place of the one before, and goes on with an empty one. The file stays the
 * same, for whoever began this program holds it open for its words, at its end.
 *
 * @returns whether it had grown
 */
export function trimLog(path: string, mostBytes = MOST_BYTES): boolean {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size <= mostBytes) return false;
  // At one stroke: no word of this program comes between the two.
  copyFileSync(path, `${path}.1`);
  truncateSync(path);
  return true;
}
