import { useMemo } from 'react';
import type { HubView } from '@shared/ipc/hub';
import { useBridge, watchAnswer } from './bridge';
import { liveAnswer } from './live';
import { useLive } from './use-live';

/** The hub that this workstation meets, where the province knows exactly one of the office (sync §20). */
export function useOfficeHub(): HubView['hubs'][number] | undefined {
  const [only, ...others] = useHub()?.hubs ?? [];
  return others.length === 0 ? only : undefined;
}

/** Registers that the hub gives numbers of now. */
export const useHubRegisters = (): readonly string[] => useHub()?.registers ?? nothing;

const nothing: readonly never[] = [];

function useHub(): HubView | undefined {
  const bridge = useBridge();
  const live = liveAnswer(
    useLive(
      useMemo(() => watchAnswer(bridge, 'hub.describe', undefined, 'sync.statusChanged'), [bridge]),
    ),
  );
  return live.status === 'ready' ? (live.value ?? undefined) : undefined;
}
