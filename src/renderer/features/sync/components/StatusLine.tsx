import { Text, UnstyledButton } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconCloudOff, IconRefresh } from '@tabler/icons-react';
import { t } from '@shared/i18n/translate';
import { statusHeadline } from '@shared/sync/status';
import { useNow } from '../../../data/use-now';
import { headlineOf, type Headline } from '../headline';
import { useSyncFacts } from '../hooks/use-sync-status';
import classes from './status-line.module.css';

const look = {
  good: { Icon: IconCircleCheck, className: classes['good'] },
  busy: { Icon: IconRefresh, className: classes['busy'] },
  warning: { Icon: IconCloudOff, className: classes['warning'] },
  bad: { Icon: IconAlertTriangle, className: classes['bad'] },
} as const;

interface StatusLineProps {
  /** `conflict` when that is what the line speaks of. */
  readonly onOpen: (about: 'work' | 'conflict') => void;
}

/** Always visible: what has not left this machine, and whether there is a line. */
export function StatusLine({ onOpen }: StatusLineProps) {
  const facts = useSyncFacts();
  const nowMs = useNow();
  const headline: Headline =
    facts.status === 'ready'
      ? headlineOf(facts.value, nowMs)
      : { tone: facts.status === 'failed' ? 'bad' : 'busy', text: t('sync.headline.unknown') };
  const about =
    facts.status === 'ready' &&
    statusHeadline(facts.value.status, facts.value.openConflicts) === 'conflict'
      ? 'conflict'
      : 'work';
  const { Icon, className } = look[headline.tone];
  return (
    <UnstyledButton
      className={`${classes['line']} ${className}`}
      onClick={() => onOpen(about)}
      title={t('shell.statusHint')}
    >
      <Icon size={18} aria-hidden />
      <Text span fw={600} role="status" lineClamp={1}>
        {headline.text}
      </Text>
    </UnstyledButton>
  );
}
