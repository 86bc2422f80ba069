import { Alert, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { formatInstant } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';
import type { RestorableBackup } from '@shared/ipc/backup';
import { Fact } from '../../../ui/Facts';

/** Whose work would come back, and how much of it. */
export function FoundBackup({ found }: { readonly found: RestorableBackup }) {
  const { deviceName, officeName, people, createdAt, pending, rows, files, isOlder } = found;
  return (
    <Stack gap="sm">
      <Title order={3} size="h4">
        {t('backup.restore.found', { deviceName })}
      </Title>
      <SimpleGrid cols={2} spacing="md" verticalSpacing="sm">
        <Fact label={t('backup.restore.office')}>{officeName}</Fact>
        <Fact label={t('backup.restore.createdAt')}>{formatInstant(createdAt)}</Fact>
        <Fact label={t('backup.restore.people')}>{people.join(', ')}</Fact>
        <Fact label={t('backup.restore.content')}>
          {t('backup.restore.contentValue', { pending, rows, files })}
        </Fact>
      </SimpleGrid>
      {isOlder ? <Alert color="orange">{t('backup.restore.older')}</Alert> : null}
      <Text>{t('backup.restore.after')}</Text>
    </Stack>
  );
}
