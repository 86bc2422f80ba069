import { Button, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { t } from '@shared/i18n/translate';
import type { SessionState } from '@shared/ipc/contract';
import type { Failure } from '@shared/kernel/result';
import { ask, useBridge } from '../../../data/bridge';
import { FailureNotice } from '../../../ui/FailureNotice';
import { SessionCard } from '../components/SessionCard';

interface DamagedJournalPageProps {
  readonly onRepaired: (session: SessionState) => void;
}

/** The first thing seen when the journal is damaged: what happened, and the one way on (§4.2). */
export function DamagedJournalPage({ onRepaired }: DamagedJournalPageProps) {
  const bridge = useBridge();
  const [failure, setFailure] = useState<Failure>();
  const [isBusy, setBusy] = useState(false);
  const repair = async () => {
    setBusy(true);
    const answer = await ask(bridge, 'session.repairJournal', undefined);
    setBusy(false);
    if (answer.ok) onRepaired(answer.value);
    else setFailure(answer.error);
  };
  return (
    <SessionCard title={t('damagedJournal.title')}>
      <Stack gap="md">
        <Text>{t('damagedJournal.what')}</Text>
        <Text>{t('damagedJournal.next')}</Text>
        <Text>{t('damagedJournal.after')}</Text>
        {failure ? <FailureNotice code={failure.code} /> : null}
        <Button size="md" loading={isBusy} onClick={() => void repair()} autoFocus>
          {t('damagedJournal.repair')}
        </Button>
      </Stack>
    </SessionCard>
  );
}
