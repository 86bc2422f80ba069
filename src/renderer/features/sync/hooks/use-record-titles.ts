import { useMemo } from 'react';
import { useLiveKeeping } from '../../../data/use-live';
import {
  useDeliveryRepository,
  useIncomingRepository,
  useOutgoingRepository,
} from '../../../data/workspace';

/** Names of held documents by id, for acts that do not carry one. */
export function useRecordTitles(ids: readonly string[]): ReadonlyMap<string, string> {
  const incoming = useIncomingRepository();
  const outgoing = useOutgoingRepository();
  const deliveries = useDeliveryRepository();
  const key = ids.join(' ');
  const wanted = useMemo(() => (key === '' ? [] : key.split(' ')), [key]);
  const papers = useLiveKeeping(useMemo(() => incoming.watchRows(wanted), [incoming, wanted]));
  const ours = useLiveKeeping(useMemo(() => outgoing.watchRows(wanted), [outgoing, wanted]));
  const sent = useLiveKeeping(useMemo(() => deliveries.watchRows(wanted), [deliveries, wanted]));
  return new Map(
    [
      ...(papers.status === 'ready' ? papers.value : []),
      ...(ours.status === 'ready' ? ours.value : []),
      ...(sent.status === 'ready'
        ? sent.value.map(({ id, delivery }) => ({ ...delivery, id }))
        : []),
    ].map(({ id, codeDisplay, subject }) => [
      id,
      [codeDisplay, subject].filter((part) => part !== null && part !== '').join(' – '),
    ]),
  );
}
