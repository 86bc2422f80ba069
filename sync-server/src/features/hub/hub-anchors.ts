import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LeaseAnchor, anchorOf, type HolderBook } from '@shared/domain/register/lease-holder';
import { utf8 } from '@shared/kernel/bytes';
import type { Log } from '../../log';
import { writeBeside } from '../../storage/durable-files';

export interface HubAnchors {
  /** What the places outside the database remember of a book; undefined when one of ours cannot be read. */
  readonly read: (book: HolderBook) => Promise<readonly LeaseAnchor[] | undefined>;
  /** True once it is durable in one place at least. */
  readonly write: (book: HolderBook) => Promise<boolean>;
}

/**
 * The second anchor of a hub's registers (sync §9.4): a database that was put back, or a disk that was copied, is behind
 * it and gives no number (N-8).
 *
 * @param folders outside the hub's data folder
 */
export function createHubAnchors({
  folders,
  log,
}: {
  readonly folders: readonly string[];
  readonly log: Log;
}): HubAnchors {
  const pathIn = (folder: string, { lease }: HolderBook): string =>
    join(folder, `${lease.deviceId}-${lease.registerId}.anchor`);

  async function readOne(path: string): Promise<LeaseAnchor | 'none' | 'unreadable'> {
    const bytes = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) =>
      cause.code === 'ENOENT' || cause.code === 'ENOTDIR' ? undefined : '',
    );
    if (bytes === undefined) return 'none';
    try {
      return LeaseAnchor.parse(JSON.parse(bytes));
    } catch {
      // It may know of numbers that this hub does not.
      return 'unreadable';
    }
  }

  async function writeOne(folder: string, book: HolderBook): Promise<boolean> {
    try {
      await mkdir(folder, { recursive: true });
      const bytes = utf8(JSON.stringify(anchorOf(book)));
      await writeBeside(pathIn(folder, book), onePiece(bytes));
      return true;
    } catch (cause) {
      log.warn({ folder, err: cause }, 'an anchor cannot be written');
      return false;
    }
  }

  return {
    read: async (book) => {
      const found = await Promise.all(folders.map((folder) => readOne(pathIn(folder, book))));
      if (found.includes('unreadable')) return undefined;
      return found.filter((anchor): anchor is LeaseAnchor => typeof anchor !== 'string');
    },
    write: async (book) => {
      const written = await Promise.all(folders.map((folder) => writeOne(folder, book)));
      return written.includes(true);
    },
  };
}

async function* onePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
