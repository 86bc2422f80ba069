import { useMemo } from 'react';
import type { CertificateRow } from '../../../data/repositories/reference-repository';
import { useLive } from '../../../data/use-live';
import { useReferenceRepository } from '../../../data/workspace';

/** Certificates that holders asked to register, those that wait first; empty while they are not known. */
export function useRequests(): readonly CertificateRow[] {
  const reference = useReferenceRepository();
  const live = useLive(useMemo(() => reference.watchCertificates(), [reference]));
  return useMemo(
    () =>
      live.status === 'ready'
        ? live.value
            .filter(({ certificate }) => certificate.binding !== undefined)
            .toSorted((x, y) => rank(x) - rank(y))
        : [],
    [live],
  );
}

const rank = ({ certificate }: CertificateRow): number =>
  certificate.binding?.state === 'choXacNhan' ? 0 : 1;

/** Names of the office's people, by id. */
export function usePeople(): ReadonlyMap<string, string> {
  const reference = useReferenceRepository();
  const live = useLive(useMemo(() => reference.watchUsers(), [reference]));
  return useMemo(
    () =>
      new Map(live.status === 'ready' ? live.value.map(({ id, fullName }) => [id, fullName]) : []),
    [live],
  );
}
