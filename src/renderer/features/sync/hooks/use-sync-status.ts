import { useMemo } from 'react';
import type { Output } from '@shared/ipc/contract';
import type { PeerWorkView } from '@shared/ipc/hub';
import { useBridge, watchAnswer } from '../../../data/bridge';
import { liveAnswer, type Live } from '../../../data/live';
import { useConflictCount } from '../../../data/use-conflicts';
import { useLive } from '../../../data/use-live';
import type { SyncFacts } from '../headline';

/** What main says of pending work and of the line, now and after each announcement, with the open conflicts held here. */
export function useSyncFacts(): Live<SyncFacts> {
  const bridge = useBridge();
  const openConflicts = useConflictCount();
  const status = liveAnswer(
    useLive(
      useMemo(() => watchAnswer(bridge, 'sync.status', undefined, 'sync.statusChanged'), [bridge]),
    ),
  );
  if (status.status !== 'ready') return status;
  return { status: 'ready', value: { status: status.value, openConflicts } };
}

/** Colleagues' work that the server did not take, after it was shown here (sync §20). */
export function useRefusedOfColleagues(): PeerWorkView['refused'] {
  const bridge = useBridge();
  const work = liveAnswer(
    useLive(
      useMemo(() => watchAnswer(bridge, 'hub.peerWork', undefined, 'sync.statusChanged'), [bridge]),
    ),
  );
  return work.status === 'ready' ? work.value.refused : [];
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
