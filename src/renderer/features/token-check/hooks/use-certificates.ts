import { useMemo } from 'react';
import type { CertificateRow } from '../../../data/repositories/reference-repository';
import { useLive } from '../../../data/use-live';
import { useReferenceRepository } from '../../../data/workspace';

/** All certificates of the office, registered and asked for; empty while they are not known. */
export function useCertificates(): readonly CertificateRow[] {
  const reference = useReferenceRepository();
  const live = useLive(useMemo(() => reference.watchCertificates(), [reference]));
  return live.status === 'ready' ? live.value : NOTHING;
}

const NOTHING: readonly CertificateRow[] = [];

/** Those that holders asked to register, those that wait first. */
export const requestsOf = (certificates: readonly CertificateRow[]): readonly CertificateRow[] =>
  certificates
    .filter(({ certificate }) => certificate.binding !== undefined)
    .toSorted((x, y) => rank(x) - rank(y));

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
