import { useMemo } from 'react';
import type { Organ } from '@shared/domain/organ/organ';
import { roleFor } from '@shared/domain/organ/permission';
import type { User } from '@shared/domain/organ/user';
import type { Live } from '../../../data/live';
import type {
  BookRow,
  NumberedPaper,
  NumberRange,
  OpenDispute,
} from '../../../data/repositories/register-book';
import { useLive, useLiveKeeping } from '../../../data/use-live';
import { useReferenceRepository, useRegisterRepository } from '../../../data/workspace';

/** Rows of a book with numbers from one to another. */
export function useBook(registerId: string, { from, to }: NumberRange): Live<readonly BookRow[]> {
  const registers = useRegisterRepository();
  return useLiveKeeping(
    useMemo(() => registers.watchBook(registerId, { from, to }), [registers, registerId, from, to]),
  );
}

/** Voided numbers, and numbers kept for a paper that has not come. */
export function useOthers(registerId: string): Live<readonly BookRow[]> {
  const registers = useRegisterRepository();
  return useLive(useMemo(() => registers.watchOthers(registerId), [registers, registerId]));
}

export function useNumberedPaper(id: string): NumberedPaper | null {
  const registers = useRegisterRepository();
  const live = useLive(useMemo(() => registers.watchPaper(id), [registers, id]));
  return live.status === 'ready' ? live.value : null;
}

export function useDisputes(): readonly OpenDispute[] {
  const registers = useRegisterRepository();
  const live = useLive(useMemo(() => registers.watchDisputes(), [registers]));
  return live.status === 'ready' ? live.value : [];
}

export function useOrgan(id: string): Organ | undefined {
  const reference = useReferenceRepository();
  const live = useLive(useMemo(() => reference.watchOrgans(), [reference]));
  return live.status === 'ready' ? live.value.find((organ) => organ.id === id) : undefined;
}

/** People who may agree to voiding a number of an organ (VB021). */
export function useLeaders(organId: string): readonly User[] {
  const reference = useReferenceRepository();
  const live = useLive(useMemo(() => reference.watchUsers(), [reference]));
  const users = live.status === 'ready' ? live.value : [];
  return users.filter((user) => roleFor(user, 'settleNumber', organId) !== undefined);
}
