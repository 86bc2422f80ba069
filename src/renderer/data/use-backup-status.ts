import { useMemo } from 'react';
import type { BackupStatus } from '@shared/ipc/backup';
import { useBridge, watchAnswer } from './bridge';
import { liveAnswer, type Live } from './live';
import { useLive } from './use-live';

/** How this workstation's backup stands, now and after each announcement. */
export function useBackupStatus(): Live<BackupStatus> {
  const bridge = useBridge();
  return liveAnswer(
    useLive(
      useMemo(
        () => watchAnswer(bridge, 'backup.status', undefined, 'sync.statusChanged'),
        [bridge],
      ),
    ),
  );
}
