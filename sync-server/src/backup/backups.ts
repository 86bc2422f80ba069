import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EmbeddedPostgres } from '../embedded/embedded-postgres';
import type { Log } from '../log';
import { writeSecret } from '../embedded/cluster-folder';
import {
  archivedSegments,
  GENERATION_FILE,
  listBases,
  prune,
  stampOf,
  unbroken,
} from './backup-folder';
import { createObjectCopier } from './copy-objects';
import { takeBase } from './take-base';
import { createWalArchive } from './wal-archive';

/** At most so much is lost with the disk (recovery point, §13.1). */
const EVERY_MS = 60_000;
const BASE_EVERY_MS = 24 * 3_600_000;
const BASES_KEPT = 3;

export interface BackupDeps {
  readonly postgres: Pick<EmbeddedPostgres, 'connectionString' | 'directory'>;
  readonly dataDir: string;
  /** Another disk, a USB disk or a share. */
  readonly backup: string;
  /** Complete files of the folder store; undefined when they lie in a store with versions of its own. */
  readonly objects: string | undefined;
  readonly log: Log;
  readonly nowMs: () => number;
}

/** Keeps a backup of the embedded server up to date (§5.3, §13.1). */
export async function createBackups(deps: BackupDeps) {
  const { postgres, backup, log, nowMs } = deps;
  const generation = await generationOf(deps);
  const archive = createWalArchive({ directory: postgres.directory, backup, generation, log });
  const copier = () =>
    deps.objects === undefined
      ? undefined
      : createObjectCopier(deps.objects, join(backup, 'objects'));
  let objects = copier();
  let timer: NodeJS.Timeout | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  /** Files before the log that speaks of them: what a restored database knows, its backup has. */
  async function copyNews(): Promise<void> {
    const segments = await archive.waiting();
    const copied = await objects?.copy();
    if (copied && copied.damaged.length > 0)
      log.error({ files: copied.damaged.slice(0, 10) }, 'files do not read as they are named');
    await archive.take(segments);
  }

  async function base(): Promise<void> {
    const startedAt = nowMs();
    // Another disk may lie there by now: a new copy is made with every file looked for again.
    objects = copier();
    const { manifest } = await takeBase({
      connectionString: postgres.connectionString,
      directory: postgres.directory,
      secret: join(deps.dataDir, 'postgres-password'),
      backup,
      generation,
      archive: copyNews,
      isArchived: archive.has,
      nowMs,
    });
    log.info({ files: manifest.files.length, tookMs: nowMs() - startedAt }, 'backup made');
    await prune(backup, generation, BASES_KEPT);
  }

  /** Also when the log has a gap since the newest copy: it was given up, or the backup was switched off for a while. */
  async function isBaseDue(): Promise<boolean> {
    const newest = (await listBases(backup)).find((it) => it.generation === generation);
    if (!newest || nowMs() - Date.parse(newest.manifest.startedAt) > BASE_EVERY_MS) return true;
    const segments = await archivedSegments(backup, generation);
    return unbroken(segments, newest.manifest.startWal).at(-1) !== segments.at(-1);
  }

  async function pass(): Promise<void> {
    try {
      await copyNews();
      if (await isBaseDue()) await base();
    } catch (cause) {
      log.error({ err: cause }, 'the backup could not be written');
      objects = copier();
      await archive.giveUp();
    }
  }

  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const done = turn.then(work);
    turn = done.catch(() => undefined);
    return done;
  };

  return {
    start(): void {
      void inTurn(pass);
      timer = setInterval(() => void inTurn(pass), EVERY_MS);
    },
    /** Waits for what is under way. */
    stop: async (): Promise<void> => {
      clearInterval(timer);
      await turn;
    },
    /** After PostgreSQL has stopped and closed its last segment. */
    takeRest: (): Promise<void> =>
      inTurn(copyNews).catch((cause: unknown) =>
        log.error({ err: cause }, 'the backup lacks the end'),
      ),
  };
}

export type Backups = Awaited<ReturnType<typeof createBackups>>;

/** Name of this cluster's history; a restored cluster has none and gets another. */
async function generationOf({ dataDir, nowMs }: BackupDeps): Promise<string> {
  const path = join(dataDir, GENERATION_FILE);
  const known = await readFile(path, 'utf8').catch(() => '');
  if (/^\d{8}T\d{6}Z-[0-9a-f]{8}$/.test(known)) return known;
  const name = `${stampOf(nowMs())}-${randomBytes(4).toString('hex')}`;
  await writeSecret(path, name);
  return name;
}
