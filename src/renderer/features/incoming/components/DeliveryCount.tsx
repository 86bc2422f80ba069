import { t } from '@shared/i18n/translate';
import { CountBadge } from '../../../ui/CountBadge';
import { useNewDeliveryCount } from '../hooks/use-deliveries';

/** How many documents of other offices wait. */
export function DeliveryCount() {
  const count = useNewDeliveryCount();
  return <CountBadge count={count} label={t('incoming.delivery.waiting', { count })} />;
}
