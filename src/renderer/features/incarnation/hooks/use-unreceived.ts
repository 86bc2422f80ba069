import { useMemo, useState } from 'react';
import type { Output } from '@shared/ipc/contract';
import { useBridge, watchAnswer } from '../../../data/bridge';
import { liveAnswer, type Live } from '../../../data/live';
import { useLive } from '../../../data/use-live';

export type UnreceivedItem = Output<'unreceived.list'>['items'][number];
/** What an earlier incarnation left, as it stands now. */
export function useUnreceived(): Live<Output<'unreceived.list'>> {
  const bridge = useBridge();
  return liveAnswer(
    useLive(
      useMemo(
        () => watchAnswer(bridge, 'unreceived.list', undefined, 'sync.statusChanged'),
        [bridge],
      ),
    ),
  );
}

/** What the server has of it: asked at first, when this machine goes on as another one, and when a person wants to. */
export function useStandings() {
  const bridge = useBridge();
  const [attempt, setAttempt] = useState(0);
  const live = liveAnswer(
    useLive(
      useMemo(
        () => watchAnswer(bridge, 'unreceived.compare', undefined, 'session.changed'),
        // oxlint-disable-next-line react-hooks/exhaustive-deps -- each attempt asks anew
        [bridge, attempt],
      ),
    ),
  );
  return {
    standings: new Map(
      live.status === 'ready' ? live.value.map(({ opId, standing }) => [opId, standing]) : [],
    ),
    failure: live.status === 'failed' ? live.failure : undefined,
    isComparing: live.status === 'loading',
    compare: () => setAttempt(attempt + 1),
  };
}
