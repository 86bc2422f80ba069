import { useMemo } from 'react';
import { useLive } from './use-live';
import { useReferenceRepository } from './workspace';

/** A person's name as the office knows it; empty while it is not held. */
export function useUserNames(): (userId: string) => string {
  const reference = useReferenceRepository();
  const users = useLive(useMemo(() => reference.watchUsers(), [reference]));
  const held = users.status === 'ready' ? users.value : [];
  return (userId) => held.find(({ id }) => id === userId)?.fullName ?? '';
}
