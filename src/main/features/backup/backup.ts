import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BackupStatus } from '@shared/ipc/backup';
import type { Output } from '@shared/ipc/contract';
import { toBase64 } from '@shared/kernel/bytes';
import type { Timers } from '@shared/kernel/clock';
import { createRecoveryKey, RECOVERY_KEY_GROUPS } from '@shared/kernel/recovery-key';
import { err, ok, type Result } from '@shared/kernel/result';
import type { FilePort } from '../../platform/file-port';
import type { Box } from '../../platform/keyring';
import type { LogDep } from '../../platform/log';
import { backupFailure, type BackupFailure } from './backup-failure';
import { openBackupFolder } from './backup-folder';
import { folderStore, type CopyTarget } from './backup-store';
import { isSameDisk, judgePlace } from './backup-place';
import { createBackupSettings, type BackupSettings } from './backup-settings';
import { readerOf } from './copy-reader';
import { LOCK_NAME, makeLock } from './recovery-lock';
import { createSecondCopy } from './second-copy';
import { BackupStopped, createBackupMemory, writeBackup, type BackupSource } from './write-backup';

const EVERY_MS = 15 * 60_000;
/** After a failure, and after the start, when the disk may just have been plugged in. */
const SOON_MS = 60_000;
/** What the last backup may keep a closing program waiting. */
const LAST_MS = 4000;
const OLD_MS = 3 * 86_400_000;

export interface BackupDeps extends LogDep {
  readonly files: FilePort;
  readonly dataFolder: string;
  readonly box: Box;
  readonly source: BackupSource;
  /** This machine's place at the office's hub; undefined where no hub is set. */
  readonly hub: () => CopyTarget | undefined;
  readonly nowMs: () => number;
  readonly timers: Timers;
  /** What the screens show of the backup changed. */
  readonly changed: () => void;
}

export type Backup = Awaited<ReturnType<typeof createBackup>>;

/** The automatic backup of this workstation (§15): set up once by a person, then made without anybody. */
export async function createBackup(deps: BackupDeps) {
  const { files, dataFolder, nowMs } = deps;
  const settings = createBackupSettings(files, dataFolder, deps.box);
  let set: BackupSettings | undefined = await settings.read();
  let memory = createBackupMemory();
  /** Chosen, and nothing written there yet. */
  let candidate: string | undefined;
  let offered: Output<'backup.makeKey'> | undefined;
  let problem: BackupFailure | undefined;
  let running: Promise<Result<void, BackupFailure>> | undefined;
  let cancelTimer = (): void => {};
  let isStopped = false;
  const secondCopy = createSecondCopy({ ...deps, isStopped: () => isStopped });

  function run(): Promise<Result<void, BackupFailure>> {
    cancelTimer();
    running ??= backUpEverywhere().finally(() => {
      running = undefined;
      if (!isStopped)
        cancelTimer = deps.timers.after(problem ? SOON_MS : EVERY_MS, () => void run());
      deps.changed();
    });
    deps.changed();
    return running;
  }

  /** One that begins now: what is under way may have missed the newest work. */
  async function runAfresh(): Promise<void> {
    await running;
    if (!isStopped) await run();
  }

  /** A disk that failed does not keep the second copy from being made, nor the other way round. */
  async function backUpEverywhere(): Promise<Result<void, BackupFailure>> {
    const done = await backUp();
    const at = set;
    const lastAt = at && (await secondCopy.make(at));
    if (at?.secondCopy && lastAt !== undefined && set === at) {
      set = { ...at, secondCopy: { ...at.secondCopy, lastAt } };
      await keep(set);
    }
    return done;
  }

  const keep = (next: BackupSettings): Promise<void> =>
    settings.write(next).catch((cause: unknown) => {
      deps.log.warn('the time of the last backup was not kept', { cause });
    });

  async function backUp(): Promise<Result<void, BackupFailure>> {
    const at = set;
    if (!at) return err({ code: 'backup.no-folder' });
    try {
      const isThere = await files.exists(join(at.folder, LOCK_NAME));
      if (!isThere) return failed({ code: 'backup.folder-missing' });
      const key = Buffer.from(at.key, 'base64');
      const { unreadable } = await writeBackup({
        folder: openBackupFolder(folderStore(files, at.folder), key),
        source: deps.source,
        memory,
        isStopped: () => isStopped || set?.folder !== at.folder,
      });
      if (unreadable > 0) deps.log.error('files could not be backed up', { files: unreadable });
      // Another place was chosen meanwhile: this backup says nothing of that one.
      if (set !== at) return ok(undefined);
      set = { ...at, lastAt: nowMs() };
      await keep(set);
      problem = undefined;
      return ok(undefined);
    } catch (cause) {
      if (cause instanceof BackupStopped) return err({ code: 'backup.interrupted' });
      deps.log.warn('the backup failed', { cause });
      return failed(backupFailure(cause));
    }
  }

  /** The disk may be another one when it comes back: nothing is taken for granted then. */
  function failed(failure: BackupFailure): Result<never, BackupFailure> {
    problem = failure;
    memory = createBackupMemory();
    return err(failure);
  }

  async function status(): Promise<BackupStatus> {
    const since = set && (set.lastAt ?? set.setUpAt);
    return {
      folder: set?.folder ?? null,
      isSameDisk: set !== undefined && (await isSameDisk(dataFolder, set.folder)),
      lastAt: set?.lastAt ?? null,
      isOld: since !== undefined && nowMs() - since > OLD_MS,
      isRunning: running !== undefined,
      problem: problem?.code ?? null,
      atHub: set && deps.hub() ? secondCopy.status(set) : null,
    };
  }

  /** The folder of this PC among those of others on the same disk. */
  const ownFolder = (chosen: string): string =>
    join(chosen, `tram-cong-vu-sao-luu-${randomBytes(4).toString('hex')}`);

  /** False when the disk is not there: the folder must not come into being on another one. */
  async function adopt(recoveryKey: string): Promise<boolean> {
    const present = candidate ?? (set && join(set.folder, LOCK_NAME));
    if (present === undefined || !(await files.exists(present))) return false;
    const fresh = (chosen: string): BackupSettings => ({
      version: 1,
      folder: ownFolder(chosen),
      key: randomBytes(32).toString('base64'),
      setUpAt: nowMs(),
      lastAt: null,
    });
    const next = candidate === undefined ? set : fresh(candidate);
    if (!next) return false;
    const key = Buffer.from(next.key, 'base64');
    const lock = await makeLock(key, recoveryKey);
    await folderStore(files, next.folder).write(LOCK_NAME, lock);
    const reader = await readerOf(recoveryKey);
    const locked = {
      ...next,
      secondCopy: { lock: toBase64(lock), reader, lastAt: next.secondCopy?.lastAt ?? null },
    };
    await settings.write(locked);
    if (next !== set) memory = createBackupMemory();
    set = locked;
    return true;
  }

  return {
    status,

    /** The folder that a person chose in the system's dialog. */
    async choose(chosen: string): Promise<Result<Output<'backup.chooseFolder'>>> {
      const place = await judgePlace(dataFolder, chosen);
      if (place === 'bad') return err({ code: 'backup.bad-place' });
      candidate = chosen;
      offered = undefined;
      return ok({ folder: chosen, isSameDisk: place === 'sameDisk' });
    },

    async makeKey(): Promise<Result<Output<'backup.makeKey'>>> {
      if (candidate === undefined && !set) return err({ code: 'backup.no-folder' });
      const { deviceName, officeName } = await deps.source.describe();
      offered = {
        deviceName,
        officeName,
        recoveryKey: createRecoveryKey((count) => randomBytes(count)),
        askedGroup: 1 + ((randomBytes(1)[0] ?? 0) % RECOVERY_KEY_GROUPS),
      };
      return ok(offered);
    },

    async confirmKey(group: string): Promise<Result<BackupStatus>> {
      if (!offered) return err({ code: 'backup.no-folder' });
      const { recoveryKey, askedGroup } = offered;
      if (group.trim().toUpperCase() !== recoveryKey.split('-')[askedGroup - 1])
        return err({ code: 'backup.group-differs' });
      try {
        if (!(await adopt(recoveryKey))) return err({ code: 'backup.folder-missing' });
      } catch (cause) {
        return err(backupFailure(cause));
      }
      offered = undefined;
      candidate = undefined;
      void runAfresh();
      return ok(await status());
    },

    async runNow(): Promise<Result<BackupStatus>> {
      const done = await run();
      return done.ok ? ok(await status()) : done;
    },

    /** Somebody signs out: what they did should not wait for the quarter of an hour. */
    nudge: (): void => void (set && runAfresh()),

    start: (): void => {
      cancelTimer = deps.timers.after(SOON_MS, () => void (set && run()));
    },

    /** Makes a last backup, for as long as a closing program can wait. */
    async stop(): Promise<void> {
      if (set) await Promise.race([runAfresh(), sleep(LAST_MS, undefined, { ref: false })]);
      isStopped = true;
      cancelTimer();
      await running;
    },
  };
}
