import { useMemo } from 'react';
import type { Output } from '@shared/ipc/contract';
import { useBridge, watchAnswer } from '../../../data/bridge';
import { liveAnswer, type Live } from '../../../data/live';
import { useLive } from '../../../data/use-live';
import { useIncomingRepository } from '../../../data/workspace';
import type { SyncFacts } from '../headline';

/** What main says of pending work and of the line, now and after each announcement, with the open conflicts held here. */
export function useSyncFacts(): Live<SyncFacts> {
  const bridge = useBridge();
  const incoming = useIncomingRepository();
  const conflicts = useLive(useMemo(() => incoming.watchConflictedCount(), [incoming]));
  const status = liveAnswer(
    useLive(
      useMemo(() => watchAnswer(bridge, 'sync.status', undefined, 'sync.statusChanged'), [bridge]),
    ),
  );
  if (status.status !== 'ready') return status;
  const openConflicts = conflicts.status === 'ready' ? conflicts.value : 0;
  return { status: 'ready', value: { status: status.value, openConflicts } };
}

/** The signed-in user's acts that wait or need a person. */
export function useWorkItems(): Live<Output<'operations.list'>> {
  const bridge = useBridge();
  return liveAnswer(
    useLive(
      useMemo(
        () => watchAnswer(bridge, 'operations.list', undefined, 'sync.statusChanged'),
        [bridge],
      ),
    ),
  );
}
