import { useMemo } from 'react';
import type { User } from '@shared/domain/organ/user';
import type { Register } from '@shared/domain/register/register';
import type { HeldCopy } from '../../../data/repositories/copy-repository';
import { useLive } from '../../../data/use-live';
import { useCopyRepository, useReferenceRepository } from '../../../data/workspace';

/** Copies of a document, the newest first. */
export function useCopiesOf(documentId: string): readonly HeldCopy[] {
  const copies = useCopyRepository();
  const live = useLive(useMemo(() => copies.watchOf(documentId), [copies, documentId]));
  return live.status === 'ready' ? live.value : [];
}

/** The open book of copies of an organ; undefined for none. */
export function useCopyRegister(organId: string): Register | undefined {
  const reference = useReferenceRepository();
  const live = useLive(useMemo(() => reference.watchOpenRegisters('banSao'), [reference]));
  return live.status === 'ready' ? live.value.find((one) => one.organId === organId) : undefined;
}

/** Who may sign a copy on paper: the head decides whom they let (Điều 25); the people of the office are offered. */
export function useOfficePeople(): readonly User[] {
  const reference = useReferenceRepository();
  const live = useLive(useMemo(() => reference.watchUsers(), [reference]));
  return live.status === 'ready' ? live.value.filter(({ active }) => active) : [];
}
