import { t } from '@shared/i18n/translate';
import { CountBadge } from '../../../ui/CountBadge';
import { useSigningQueue } from '../hooks/use-signing-queue';

/** How many papers wait for this person's signature. */
export function SigningCount() {
  const queue = useSigningQueue();
  const count = queue.status === 'ready' ? (queue.value.total ?? 0) : 0;
  return <CountBadge count={count} label={t('signing.queue.waiting', { count })} />;
}
