import { Badge } from '@mantine/core';
import { t } from '@shared/i18n/translate';
import { useConflictCount } from '../../../data/use-conflicts';

/** How many documents wait for a choice; nothing when none does. */
export function ConflictCount() {
  const count = useConflictCount();
  if (count === 0) return null;
  return (
    <Badge
      color="red.8"
      variant="filled"
      size="md"
      radius="sm"
      tt="none"
      aria-label={t('conflict.waiting', { count })}
    >
      {String(count)}
    </Badge>
  );
}
