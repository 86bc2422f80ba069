import { useEffect, useRef } from 'react';
import { roleFor } from '@shared/domain/organ/permission';
import type { OperationDraft } from '@shared/sync/operation';
import { ask, useBridge } from '../../../data/bridge';
import type { WaitingPaper } from '../../../data/repositories/register-repository';
import { useHubRegisters } from '../../../data/use-office-hub';
import { useCurrentSession } from '../../../data/session';
import { papersOf, useHeldRegisters, useRegisters, useWaitingPapers } from './use-registers';

const MOST_AT_ONCE = 50;

/**
 * While this machine holds a register and may give numbers, whoever waits is served in order (sync §9.4 "Others"); where the
 * office's hub holds it, it is asked again for those that it could not answer (§20).
 */
export function useServeWaiting(): void {
  const bridge = useBridge();
  const { user } = useCurrentSession();
  const held = useHeldRegisters();
  const registers = useRegisters();
  const papers = useWaitingPapers();
  const ofHub = useHubRegisters();
  const isServing = useRef(false);
  useEffect(() => {
    if (isServing.current || registers.status !== 'ready') return;
    const open = held.flatMap((one) =>
      one.kind === 'held' && !one.needsConfirmation && !one.isReturning && one.problem === null
        ? [one.lease.registerId]
        : [],
    );
    const work = [...open, ...ofHub].flatMap((registerId) => {
      const row = registers.value.find(({ register }) => register.id === registerId);
      const isClerk = row && roleFor(user, 'keepRegister', row.register.organId);
      const waiting = row && isClerk ? papersOf(row, papers).slice(0, MOST_AT_ONCE) : [];
      return waiting.length === 0
        ? []
        : [{ registerId, requests: waiting.map((paper) => requestFor(paper, registerId)) }];
    });
    if (work.length === 0) return;
    isServing.current = true;
    // What is refused is shown on the page of registers; the next change of the list tries again.
    const serve = async () => {
      for (const one of work) await ask(bridge, 'registers.serve', one);
      isServing.current = false;
    };
    void serve();
  }, [bridge, user, held, registers, papers, ofHub]);
}

const requestFor = ({ id, type, rev, code }: WaitingPaper, registerId: string): OperationDraft => ({
  kind: 'cmd.requestNumber',
  target: { type, id },
  base: rev === 0 ? null : rev,
  role: 'vanThu',
  body: { registerId, ...(code === null ? {} : { code }) },
});
