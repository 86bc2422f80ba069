import { Badge } from '@mantine/core';
import { t } from '@shared/i18n/translate';
import { useNewDeliveryCount } from '../hooks/use-deliveries';

/** How many documents of other offices wait; nothing when none does. */
export function DeliveryCount() {
  const count = useNewDeliveryCount();
  if (count === 0) return null;
  return (
    <Badge
      color="red.8"
      variant="filled"
      size="md"
      radius="sm"
      tt="none"
      aria-label={t('incoming.delivery.waiting', { count })}
    >
      {String(count)}
    </Badge>
  );
}
