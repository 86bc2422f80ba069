import { Badge } from '@mantine/core';
import { useMemo } from 'react';
import { t } from '@shared/i18n/translate';
import { useLive } from '../../../data/use-live';
import { useHeldWorkRepository } from '../../../data/workspace';

/** How many pieces of work wait to be taken over; nothing when none does. */
export function HeldWorkCount() {
  const repository = useHeldWorkRepository();
  const live = useLive(useMemo(() => repository.watchAll(), [repository]));
  const count =
    live.status === 'ready'
      ? live.value.filter(({ work }) => work.state === 'choTiepNhan').length
      : 0;
  if (count === 0) return null;
  return (
    <Badge
      color="orange.9"
      variant="filled"
      size="md"
      radius="sm"
      tt="none"
      aria-label={t('held.waiting', { count })}
    >
      {String(count)}
    </Badge>
  );
}
