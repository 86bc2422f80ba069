import { useMemo } from 'react';
import { t } from '@shared/i18n/translate';
import { useLive } from '../../../data/use-live';
import { useHeldWorkRepository } from '../../../data/workspace';
import { CountBadge } from '../../../ui/CountBadge';

/** How many pieces of work wait to be taken over. */
export function HeldWorkCount() {
  const repository = useHeldWorkRepository();
  const live = useLive(useMemo(() => repository.watchAll(), [repository]));
  const count =
    live.status === 'ready'
      ? live.value.filter(({ work }) => work.state === 'choTiepNhan').length
      : 0;
  return <CountBadge count={count} label={t('held.waiting', { count })} color="orange.9" />;
}
