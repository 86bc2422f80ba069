import { basename } from 'node:path';
import { systemCode, type FilePort } from './file-port';

export interface Patience {
  readonly monotonicMs: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** A file has been held for five seconds; undefined once none is held any more. */
  readonly held: (name: string | undefined) => void;
}

/** A virus scanner holds what was just written: the system says busy or forbidden, and means *not now*. */
const HELD: ReadonlySet<string> = new Set(['EBUSY', 'EPERM', 'EACCES']);
/** A scanner that moves a file aside to look at it: what must exist is not there for a while. */
const HELD_OR_AWAY: ReadonlySet<string> = new Set([...HELD, 'ENOENT']);

const FIRST_PAUSE_MS = 10;
const LAST_PAUSE_MS = 1000;
const NAMED_AFTER_MS = 5000;
const GIVEN_UP_AFTER_MS = 60_000;

/**
 * The same disk, for PCs whose scanners hold files: opening, renaming and removing are tried again for up to a minute,
 * and what is held is named after five seconds. Reading, writing and flushing an open file are left alone: after a
 * failed flush nobody knows what the disk holds.
 */
export function patientFiles(files: FilePort, { monotonicMs, sleep, held }: Patience): FilePort {
  const named = new Set<symbol>();

  async function patiently<T>(
    path: string,
    passing: ReadonlySet<string>,
    attempt: () => Promise<T>,
  ): Promise<T> {
    const startedAt = monotonicMs();
    const mark = Symbol(path);
    try {
      for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LAST_PAUSE_MS, pauseMs * 2)) {
        try {
          return await attempt();
        } catch (cause) {
          const waitedMs = monotonicMs() - startedAt;
          if (!passing.has(systemCode(cause)) || waitedMs >= GIVEN_UP_AFTER_MS) throw cause;
          if (waitedMs >= NAMED_AFTER_MS && !named.has(mark)) {
            named.add(mark);
            held(basename(path));
          }
          await sleep(pauseMs);
        }
      }
    } finally {
      if (named.delete(mark) && named.size === 0) held(undefined);
    }
  }

  return {
    makeFolder: (path) => patiently(path, HELD, () => files.makeFolder(path)),
    list: (folder) => patiently(folder, HELD, () => files.list(folder)),
    read: (path) => patiently(path, HELD_OR_AWAY, () => files.read(path)),
    create: (path) => patiently(path, HELD, () => files.create(path)),
    append: (path) => patiently(path, HELD_OR_AWAY, () => files.append(path)),
    openToRead: (path) => patiently(path, HELD, () => files.openToRead(path)),
    exists: (path) => patiently(path, HELD, () => files.exists(path)),
    describe: (path) => patiently(path, HELD, () => files.describe(path)),
    // Only a note for the order of use: not worth waiting for.
    touch: (path) => files.touch(path).catch(() => {}),
    rename: (from, to) => patiently(from, HELD_OR_AWAY, () => files.rename(from, to)),
    remove: (path) => patiently(path, HELD, () => files.remove(path)),
    flushFolder: (path) => patiently(path, HELD, () => files.flushFolder(path)),
  };
}
