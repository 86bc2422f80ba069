import { join } from 'node:path';
import { LeaseAnchor, type HolderBook } from '@shared/domain/register/lease-holder';
import { fromUtf8, utf8 } from '@shared/kernel/bytes';
import { err, ok, type Result } from '@shared/kernel/result';
import { readIfThere, writeDurably } from '../../platform/durable-file';
import { systemCode, type FilePort } from '../../platform/file-port';
import type { Box } from '../../platform/keyring';
import type { LogDep } from '../../platform/log';

/**
 * What is written outside the profile before a number is shown (sync §9.4 "Second anchor"): a profile that is restored
 * from a copy, or a lease that comes alive again, is behind it (N-8, N-10b).
 */
export interface AnchorStore {
  /** What the places remember of a book; a file of ours that cannot be read may know more than the journal. */
  readonly read: (
    book: HolderBook,
  ) => Promise<Result<readonly LeaseAnchor[], { readonly code: 'register.anchor-ahead' }>>;
  /** Durable in at least one place when it is ok. */
  readonly write: (
    book: HolderBook,
    anchor: LeaseAnchor,
  ) => Promise<Result<void, { readonly code: 'register.anchor-not-written' }>>;
}

export interface AnchorStoreDeps extends LogDep {
  /** Each outside the profile; one that this user may not write to is passed over. */
  readonly folders: readonly string[];
  readonly box: Box;
  readonly files: FilePort;
}

export function createAnchorStore({ folders, box, files, log }: AnchorStoreDeps): AnchorStore {
  const pathsOf = ({ lease }: HolderBook) =>
    folders.map((folder) => join(folder, `${lease.deviceId}-${lease.registerId}.anchor`));

  async function readOne(path: string): Promise<LeaseAnchor | 'none' | 'unreadable'> {
    try {
      const sealed = await readIfThere(path, files);
      if (sealed === undefined) return 'none';
      const bytes = box.open(sealed);
      const parsed = bytes && LeaseAnchor.safeParse(JSON.parse(fromUtf8(bytes)));
      return parsed?.success ? parsed.data : 'unreadable';
    } catch (cause) {
      log.warn('an anchor cannot be read', { code: systemCode(cause) });
      return 'unreadable';
    }
  }

  async function writeOne(path: string, bytes: Uint8Array): Promise<boolean> {
    try {
      await writeDurably(path, bytes, files);
      return true;
    } catch (cause) {
      log.warn('an anchor cannot be written', { code: systemCode(cause) });
      return false;
    }
  }

  return {
    read: async (book) => {
      const found = await Promise.all(pathsOf(book).map(readOne));
      if (found.includes('unreadable')) return err({ code: 'register.anchor-ahead' });
      return ok(found.filter((one) => typeof one === 'object'));
    },
    write: async (book, anchor) => {
      const bytes = utf8(JSON.stringify(anchor));
      const written = await Promise.all(
        pathsOf(book).map((path) => writeOne(path, box.seal(bytes))),
      );
      return written.includes(true) ? ok(undefined) : err({ code: 'register.anchor-not-written' });
    },
  };
}
