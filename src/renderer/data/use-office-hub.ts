import { useMemo } from 'react';
import type { HubView } from '@shared/ipc/hub';
import { useBridge, watchAnswer } from './bridge';
import { liveAnswer } from './live';
import { useLive } from './use-live';

/** The hub that this workstation meets, where the province knows exactly one of the office (sync §20). */
export function useOfficeHub(): HubView['hubs'][number] | undefined {
  const bridge = useBridge();
  const live = liveAnswer(
    useLive(
      useMemo(() => watchAnswer(bridge, 'hub.describe', undefined, 'sync.statusChanged'), [bridge]),
    ),
  );
  const [only, ...others] = live.status === 'ready' ? (live.value?.hubs ?? []) : [];
  return others.length === 0 ? only : undefined;
}
