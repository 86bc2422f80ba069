import { statfs } from 'node:fs/promises';
import type { FileHash } from '@shared/kernel/ids';
import type { LogDep } from '../../platform/log';
import type { ContentStore, StoredFile } from './content-store';

/** Below this nothing is fetched ahead, and copies make room (sync §14). */
const LEAST_FREE_BYTES = 2 * 1024 ** 3;
/** Copies are kept up to here, as long as the disk has room. */
const MOST_COPIED_BYTES = 20 * 1024 ** 3;
/** Longer than the journal keeps settled work, which a restored server may ask for again with its files (§13.2). */
const OWN_FOR_MS = 40 * 86_400_000;
const EVERY_MS = 3_600_000;

export interface FileCacheDeps extends LogDep {
  readonly store: Pick<ContentStore, 'own' | 'copies' | 'release' | 'removeCopy'>;
  /** Bytes free for this user where the files lie; undefined when the system does not tell. */
  readonly freeBytes: () => Promise<number | undefined>;
  /** The server's clock at the newest contact: that of this PC may jump (I-17). Undefined before the first. */
  readonly serverTimeMs: () => number | undefined;
  /** Files whose only whole copy may lie here. */
  readonly pinned: () => ReadonlySet<FileHash>;
  /** Should lie here before anyone asks. */
  readonly wanted: () => readonly FileHash[];
}

/** Keeps the copies of files within bounds, the least recently used going first (§10.3); own files are never removed. */
export function createFileCache(deps: FileCacheDeps) {
  const { store, log } = deps;
  let timer: NodeJS.Timeout | undefined;

  /** Own files that the server has had for long become copies; so does what no saved act ever named. */
  async function releaseOld(): Promise<void> {
    const now = deps.serverTimeMs() ?? 0;
    const old = (await store.own()).filter(({ usedAtMs }) => now - usedAtMs > OWN_FOR_MS);
    for (const { sha256 } of old) if (!deps.pinned().has(sha256)) await store.release(sha256);
  }

  async function tidy(): Promise<void> {
    await releaseOld();
    const copies = await store.copies();
    const free = (await deps.freeBytes()) ?? LEAST_FREE_BYTES;
    const staying = new Set([...deps.wanted(), ...deps.pinned()]);
    const going = toEvict(
      copies.filter(({ sha256 }) => !staying.has(sha256)),
      Math.max(LEAST_FREE_BYTES - free, total(copies) - MOST_COPIED_BYTES),
    );
    for (const { sha256 } of going) await store.removeCopy(sha256);
    if (going.length > 0) log.info('copies of files made room', { files: going.length });
  }

  const tidied = (): Promise<void> =>
    tidy().catch((cause: unknown) => log.error('copies of files were not tidied', { cause }));

  return {
    tidy,
    /** Whether the disk has room for what nobody has asked for yet. */
    hasRoom: async (): Promise<boolean> =>
      ((await deps.freeBytes()) ?? LEAST_FREE_BYTES) >= LEAST_FREE_BYTES,
    start(): void {
      void tidied();
      timer = setInterval(() => void tidied(), EVERY_MS);
    },
    stop: (): void => clearInterval(timer),
  };
}

/** The least recently used files that together make as much room as is asked for. */
export function toEvict(copies: readonly StoredFile[], bytes: number): readonly StoredFile[] {
  const going: StoredFile[] = [];
  for (const copy of copies.toSorted((a, b) => a.usedAtMs - b.usedAtMs)) {
    if (total(going) >= bytes) break;
    going.push(copy);
  }
  return going;
}

const total = (files: readonly StoredFile[]): number =>
  files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);

/** Bytes that this user may still write in a folder. */
export async function freeBytesIn(folder: string): Promise<number | undefined> {
  const space = await statfs(folder).catch(() => undefined);
  return space && space.bavail * space.bsize;
}
