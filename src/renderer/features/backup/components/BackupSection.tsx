import { Stack, Title } from '@mantine/core';
import { t } from '@shared/i18n/translate';
import { BackupCard } from './BackupCard';
import { WorkTransfer } from './WorkTransfer';

/** What keeps work when the machine or the line fails. */
export function BackupSection() {
  return (
    <Stack gap="sm" component="section" aria-label={t('backup.title')}>
      <Title order={2} size="h3">
        {t('backup.title')}
      </Title>
      <BackupCard />
      <WorkTransfer />
    </Stack>
  );
}
