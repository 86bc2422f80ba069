import { t } from '@shared/i18n/translate';
import { useConflictCount } from '../../../data/use-conflicts';
import { CountBadge } from '../../../ui/CountBadge';

/** How many documents wait for a choice. */
export function ConflictCount() {
  const count = useConflictCount();
  return <CountBadge count={count} label={t('conflict.waiting', { count })} />;
}
