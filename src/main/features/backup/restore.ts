import type { ErrorCode } from '@shared/errors/catalogue';
import type { RestorableBackup } from '@shared/ipc/backup';
import { readRecoveryKey } from '@shared/kernel/recovery-key';
import { err, ok, type Failure, type Result } from '@shared/kernel/result';
import type { FilePort } from '../../platform/file-port';
import type { ServerClient } from '../../platform/server-client';
import type { BackupStore } from './backup-store';
import { listHubBackups } from './copy-reader';
import { HubStoreFailed } from './hub-store';
import { findBackup, listBackups, type FoundBackup } from './find-backup';

export interface RestoreDeps {
  readonly files: FilePort;
  readonly openHub: (code: string) => Result<ServerClient>;
  /** What the line says is said of a hub, not of the province's server. */
  readonly inHubWords: (failure: Failure) => Failure;
  readonly nowMs: () => number;
}

/** The steps of a guided restore: where the backups are, which key opens one, then the act itself. */
export function createRestore({ files, openHub, inHubWords, nowMs }: RestoreDeps) {
  let backups: readonly BackupStore[] = [];
  let found: FoundBackup | undefined;

  async function openOne(
    recoveryKey: string,
    locked: ErrorCode,
  ): Promise<Result<RestorableBackup>> {
    found = undefined;
    const opened = await findBackup(backups, recoveryKey);
    if (opened === 'locked') return err({ code: locked });
    if (opened === 'damaged') return err({ code: 'backup.none-whole' });
    found = opened;
    const { manifest, isOlder } = opened;
    const { deviceName, officeName, people, createdAt, pending, rows } = manifest;
    const told = { deviceName, officeName, people, createdAt, pending, rows };
    return ok({ ...told, files: manifest.files.length, isOlder });
  }

  return {
    async choose(folder: string): Promise<Result<{ readonly backups: number }>> {
      found = undefined;
      backups = await listBackups(files, folder).catch(() => []);
      return backups.length > 0
        ? ok({ backups: backups.length })
        : err({ code: 'backup.none-there' });
    },

    open: (recoveryKey: string): Promise<Result<RestorableBackup>> =>
      openOne(recoveryKey, 'backup.wrong-recovery-key'),

    /** At the hub of this "mã kết nối trạm"; nobody is known there. */
    async openAtHub(code: string, typed: string): Promise<Result<RestorableBackup>> {
      found = undefined;
      const hub = openHub(code);
      if (!hub.ok) return hub;
      const reading = readRecoveryKey(typed);
      if (reading.state !== 'whole') return err({ code: 'backup.none-at-hub' });
      try {
        const listed = await listHubBackups(hub.value, reading.key, nowMs);
        if (!listed.ok) return err(inHubWords(listed.error));
        backups = listed.value;
        return await openOne(typed, 'backup.none-at-hub');
      } catch (cause) {
        if (cause instanceof HubStoreFailed) return err(inHubWords(cause.failure));
        throw cause;
      }
    },

    /** What was opened. */
    found: (): Result<FoundBackup> => (found ? ok(found) : err({ code: 'backup.none-there' })),
  };
}
