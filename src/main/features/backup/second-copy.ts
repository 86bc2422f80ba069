import type { ErrorCode } from '@shared/errors/catalogue';
import type { BackupStatus } from '@shared/ipc/backup';
import { equalBytes, fromBase64 } from '@shared/kernel/bytes';
import type { LogDep } from '../../platform/log';
import { NotReadBack, openBackupFolder } from './backup-folder';
import type { BackupSettings } from './backup-settings';
import type { CopyTarget } from './backup-store';
import { HubStoreFailed } from './hub-store';
import { LOCK_NAME } from './recovery-lock';
import { BackupStopped, createBackupMemory, writeBackup, type BackupSource } from './write-backup';

export interface SecondCopyDeps extends LogDep {
  readonly hub: () => CopyTarget | undefined;
  readonly source: BackupSource;
  readonly nowMs: () => number;
  readonly isStopped: () => boolean;
}

/** The same backup once more, at the office's hub (§15, §20): by itself wherever a hub is set. */
export function createSecondCopy(deps: SecondCopyDeps) {
  let memory = createBackupMemory();
  let problem: ErrorCode | undefined;

  async function write(target: CopyTarget, { key, secondCopy }: BackupSettings): Promise<void> {
    if (!secondCopy) return;
    const store = target.store();
    const lock = fromBase64(secondCopy.lock);
    const there = await store.read(LOCK_NAME);
    if (!there || !equalBytes(there, lock)) {
      await store.write(LOCK_NAME, lock);
      const back = await store.read(LOCK_NAME);
      if (!back || !equalBytes(back, lock)) throw new NotReadBack();
    }
    await target.setReader(secondCopy.reader);
    const folder = openBackupFolder(store, fromBase64(key));
    await writeBackup({ folder, source: deps.source, memory, isStopped: deps.isStopped });
  }

  return {
    /** When the copy was made; undefined when none was. */
    async make(set: BackupSettings): Promise<number | undefined> {
      const target = deps.hub();
      if (!target || !set.secondCopy || deps.isStopped()) return undefined;
      try {
        await write(target, set);
        problem = undefined;
        return deps.nowMs();
      } catch (cause) {
        // The hub may be another one the next time: nothing is taken for granted then.
        memory = createBackupMemory();
        if (cause instanceof BackupStopped) return undefined;
        problem = codeOf(cause);
        deps.log.warn('the second copy failed', { cause });
        return undefined;
      }
    },

    status: ({ secondCopy }: BackupSettings): BackupStatus['atHub'] => ({
      lastAt: secondCopy?.lastAt ?? null,
      problem: secondCopy ? (problem ?? null) : 'backup.hub-needs-key',
    }),
  };
}

function codeOf(cause: unknown): ErrorCode {
  if (cause instanceof NotReadBack) return 'backup.hub-not-verified';
  if (!(cause instanceof HubStoreFailed)) return 'backup.interrupted';
  const { code } = cause.failure;
  return /^(server|http)\./.test(code) ? 'hub.unreachable' : code;
}
