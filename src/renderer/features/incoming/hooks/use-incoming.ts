import { useMemo } from 'react';
import type { Agency } from '@shared/domain/organ/organ';
import type { Register } from '@shared/domain/register/register';
import type { Live } from '../../../data/live';
import type { IncomingList, IncomingQuery } from '../../../data/repositories/incoming-repository';
import type { IncomingDetail, IncomingRow } from '../../../data/repositories/incoming-view';
import { useRoleFor } from '../../../data/session';
import { useLive, useLiveKeeping } from '../../../data/use-live';
import { useIncomingRepository, useReferenceRepository } from '../../../data/workspace';

/** The list of a query; a changed query keeps the old rows on screen until it has its own. */
export function useIncomingList({ text, state, limit }: IncomingQuery): Live<IncomingList> {
  const incoming = useIncomingRepository();
  return useLiveKeeping(
    useMemo(() => incoming.watchList({ text, state, limit }), [incoming, text, state, limit]),
  );
}

export function useIncomingDetail(id: string): Live<IncomingDetail | null> {
  const incoming = useIncomingRepository();
  return useLive(useMemo(() => incoming.watchOne(id), [incoming, id]));
}

/** Documents by id, in the given order. */
export function useIncomingRows(ids: readonly string[]): Live<readonly IncomingRow[]> {
  const incoming = useIncomingRepository();
  const key = ids.join(' ');
  return useLiveKeeping(
    useMemo(() => incoming.watchRows(key === '' ? [] : key.split(' ')), [incoming, key]),
  );
}

/** Open books in which the signed-in person may register. */
export function useOwnRegisters(): Live<readonly Register[]> {
  const reference = useReferenceRepository();
  const roleFor = useRoleFor('registerIncoming');
  const live = useLive(useMemo(() => reference.watchOpenRegisters('den'), [reference]));
  if (live.status !== 'ready') return live;
  return {
    status: 'ready',
    value: live.value.filter(({ organId }) => roleFor(organId) !== undefined),
  };
}

export function useAgencies(): Live<readonly Agency[]> {
  const reference = useReferenceRepository();
  return useLive(useMemo(() => reference.watchAgencies(), [reference]));
}
