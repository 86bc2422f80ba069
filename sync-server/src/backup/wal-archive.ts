import { createReadStream } from 'node:fs';
import { mkdir, readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createGzip } from 'node:zlib';
import type { Log } from '../log';
import { flushFolder, writeBeside } from '../storage/durable-files';
import { walFolder } from './backup-folder';

/** Of a backup disk that is away so many segments may wait (4 GB) before the log's own disk is in danger. */
const MOST_WAITING = 1024;

export interface WalArchiveDeps {
  /** The cluster's folder. */
  readonly directory: string;
  readonly backup: string;
  readonly generation: string;
  readonly log: Log;
}

/**
 * Takes finished segments of PostgreSQL's log into the backup, as its own archiver would with a command: it marks them
 * `.ready`, we store them and mark them `.done`, after which it may use them anew. Portable, and without a shell.
 */
export function createWalArchive({ directory, backup, generation, log }: WalArchiveDeps) {
  const status = join(directory, 'pg_wal', 'archive_status');
  const target = walFolder(backup, generation);

  async function waiting(): Promise<readonly string[]> {
    const names = await readdir(status).catch(() => []);
    return names.flatMap((name) => (name.endsWith('.ready') ? [name.slice(0, -6)] : [])).toSorted();
  }

  async function store(name: string): Promise<void> {
    const path = join(target, `${name}.gz`);
    // There already when a crash came between storing and marking.
    if (await stat(path).catch(() => undefined)) return;
    const zipped = createReadStream(join(directory, 'pg_wal', name)).pipe(createGzip());
    await writeBeside(path, zipped);
  }

  const markDone = (name: string): Promise<void> =>
    rename(join(status, `${name}.ready`), join(status, `${name}.done`));

  return {
    waiting,
    /** Stores what is given, oldest first. Throws when the backup cannot be written: nothing is marked then. */
    take: async (names: readonly string[]): Promise<void> => {
      await mkdir(target, { recursive: true, mode: 0o700 });
      for (const name of names) {
        await store(name);
        await markDone(name);
      }
      await flushFolder(status);
    },
    has: (name: string): Promise<boolean> =>
      stat(join(target, `${name}.gz`)).then(
        () => true,
        () => false,
      ),
    /** Gives segments up when too many wait: the office works on, and the copies made so far end here. */
    giveUp: async (): Promise<void> => {
      const names = await waiting();
      if (names.length <= MOST_WAITING) return;
      log.error({ segments: names.length }, 'the backup is away: its log has a gap from now on');
      for (const name of names) await markDone(name);
    },
  };
}
