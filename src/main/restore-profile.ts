import { join } from 'node:path';
import { err, type Result } from '@shared/kernel/result';
import type { FoundBackup } from './features/backup/find-backup';
import { HubStoreFailed } from './features/backup/hub-store';
import { restoreBackup } from './features/backup/restore-backup';
import { createContentStore } from './features/files/content-store';
import { ofHub } from './features/relay/hub-link';
import { nodeFiles } from './platform/file-port';
import type { Keys } from './platform/keyring';
import type { LogDep } from './platform/log';
import { sha256, systemClock } from './platform/system';

interface ProfileAt extends LogDep {
  readonly dataFolder: string;
  readonly keys: Keys;
}

/** Brings a backup into a profile whose workstation is closed; a disk or a hub that fails on the way is a failure like any other. */
export async function restoreProfile(
  { dataFolder, keys, log }: ProfileAt,
  found: FoundBackup,
): Promise<Result<void>> {
  const store = createContentStore(join(dataFolder, 'files'), keys.key('content'));
  try {
    return await restoreBackup(found, {
      dataFolder,
      keys,
      sha256,
      files: nodeFiles,
      store: store.put,
      nowMs: systemClock.nowMs(),
    });
  } catch (cause) {
    log.error('the backup was not restored', { cause });
    if (cause instanceof HubStoreFailed) return err(ofHub(cause.failure));
    return err({ code: 'backup.restore-failed' });
  }
}
