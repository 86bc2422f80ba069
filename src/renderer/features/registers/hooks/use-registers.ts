import { useMemo } from 'react';
import type { HeldRegister } from '@shared/ipc/registers';
import { useBridge, watchAnswer } from '../../../data/bridge';
import { liveAnswer, type Live } from '../../../data/live';
import type { RegisterRow, WaitingPaper } from '../../../data/repositories/register-repository';
import { useLive } from '../../../data/use-live';
import { useRegisterRepository } from '../../../data/workspace';

export function useRegisters(): Live<readonly RegisterRow[]> {
  const registers = useRegisterRepository();
  return useLive(useMemo(() => registers.watchRegisters(), [registers]));
}

export function useWaitingPapers(): readonly WaitingPaper[] {
  const registers = useRegisterRepository();
  const live = useLive(useMemo(() => registers.watchWaiting(), [registers]));
  return live.status === 'ready' ? live.value : nothing;
}

/** Registers that this machine holds or is asked about. */
export function useHeldRegisters(): readonly HeldRegister[] {
  const bridge = useBridge();
  const live = liveAnswer(
    useLive(
      useMemo(
        () => watchAnswer(bridge, 'registers.listHeld', undefined, 'registers.changed'),
        [bridge],
      ),
    ),
  );
  return live.status === 'ready' ? live.value : nothing;
}

const nothing: readonly never[] = [];

const directionOf = {
  incomingDocument: 'den',
  outgoingDocument: 'di',
  certifiedCopy: 'banSao',
} as const;

/** Papers that wait for a number of this register. */
export const papersOf = (
  { register }: RegisterRow,
  papers: readonly WaitingPaper[],
): readonly WaitingPaper[] =>
  papers.filter((paper) =>
    paper.registerId === null
      ? register.direction === directionOf[paper.type] && paper.organId === register.organId
      : paper.registerId === register.id,
  );
