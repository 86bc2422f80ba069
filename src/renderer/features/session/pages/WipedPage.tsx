import { Button, Stack, Text } from '@mantine/core';
import { useEffect } from 'react';
import { t } from '@shared/i18n/translate';
import { ask, useBridge } from '../../../data/bridge';
import { removeDatabases } from '../../../data/open-database';
import { SessionCard } from '../components/SessionCard';

/** The province had this machine emptied (§7.2): what the page stored goes too, and a person reads what is left to do. */
export function WipedPage() {
  const bridge = useBridge();
  useEffect(() => void removeDatabases(), []);
  return (
    <SessionCard title={t('wiped.title')}>
      <Stack gap="md">
        <Text>{t('wiped.what')}</Text>
        <Text>{t('wiped.work')}</Text>
        <Text fw={600}>{t('wiped.next')}</Text>
        <Button size="md" autoFocus onClick={() => void ask(bridge, 'app.readyToClose', undefined)}>
          {t('wiped.close')}
        </Button>
      </Stack>
    </SessionCard>
  );
}
