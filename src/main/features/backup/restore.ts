import type { RestorableBackup } from '@shared/ipc/backup';
import { err, ok, type Result } from '@shared/kernel/result';
import type { FilePort } from '../../platform/file-port';
import type { BackupStore } from './backup-store';
import { findBackup, listBackups, type FoundBackup } from './find-backup';

/** The steps of a guided restore: where the backups are, which key opens one, then the act itself. */
export function createRestore(files: FilePort) {
  let backups: readonly BackupStore[] = [];
  let found: FoundBackup | undefined;

  return {
    async choose(folder: string): Promise<Result<{ readonly backups: number }>> {
      found = undefined;
      backups = await listBackups(files, folder).catch(() => []);
      return backups.length > 0
        ? ok({ backups: backups.length })
        : err({ code: 'backup.none-there' });
    },

    async open(recoveryKey: string): Promise<Result<RestorableBackup>> {
      found = undefined;
      const opened = await findBackup(backups, recoveryKey);
      if (opened === 'locked') return err({ code: 'backup.wrong-recovery-key' });
      if (opened === 'damaged') return err({ code: 'backup.none-whole' });
      found = opened;
      const { deviceName, officeName, people, createdAt, pending, rows } = opened.manifest;
      const { isOlder } = opened;
      const fileCount = opened.manifest.files.length;
      return ok({
        deviceName,
        officeName,
        people,
        createdAt,
        pending,
        rows,
        files: fileCount,
        isOlder,
      });
    },

    /** What `open` has found. */
    found: (): Result<FoundBackup> => (found ? ok(found) : err({ code: 'backup.none-there' })),
  };
}
