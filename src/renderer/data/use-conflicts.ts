import { useMemo } from 'react';
import type { Live } from './live';
import type { OpenConflict } from './repositories/conflict-repository';
import { useLive } from './use-live';
import { useConflictRepository } from './workspace';

/** Open conflicts of the office, newest first. */
export function useOpenConflicts(): Live<readonly OpenConflict[]> {
  const conflicts = useConflictRepository();
  return useLive(useMemo(() => conflicts.watchOpen(), [conflicts]));
}

/** How many documents wait for a choice; 0 while that is not known. */
export function useConflictCount(): number {
  return useConflictedIds().size;
}

/** Whether a document waits for a choice. */
export const useIsConflicted = (documentId: string): boolean => useConflictedIds().has(documentId);

function useConflictedIds(): ReadonlySet<string> {
  const conflicts = useConflictRepository();
  const live = useLive(useMemo(() => conflicts.watchDocumentIds(), [conflicts]));
  return live.status === 'ready' ? live.value : NONE;
}

const NONE: ReadonlySet<string> = new Set();
