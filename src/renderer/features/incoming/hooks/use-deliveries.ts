import { useMemo } from 'react';
import type { Live } from '../../../data/live';
import type { DeliveryRow } from '../../../data/repositories/delivery-repository';
import { useLive } from '../../../data/use-live';
import { useDeliveryRepository } from '../../../data/workspace';

export function useNewDeliveries(): Live<readonly DeliveryRow[]> {
  const deliveries = useDeliveryRepository();
  return useLive(useMemo(() => deliveries.watchNew(), [deliveries]));
}

/** How many deliveries wait; 0 while that is not known. */
export function useNewDeliveryCount(): number {
  const deliveries = useDeliveryRepository();
  const live = useLive(useMemo(() => deliveries.watchNewCount(), [deliveries]));
  return live.status === 'ready' ? live.value : 0;
}
