import { Alert, Radio, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { formatInstant } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';
import type { RestorableBackup } from '@shared/ipc/backup';
import { Fact } from '../../../ui/Facts';

interface FoundBackupProps {
  readonly found: RestorableBackup;
  /** Place of a copy that is being read; shown as chosen until then. */
  readonly picking: number | undefined;
  readonly onPick: (place: number) => void;
}

/** Whose work would come back, how much of it, and which of several copies. */
export function FoundBackup({ found, picking, onPick }: FoundBackupProps) {
  const { deviceName, officeName, people, createdAt, pending, rows, files } = found;
  const warning = warningOf(found);
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
      {warning === undefined ? null : <Alert color="orange">{warning}</Alert>}
      {found.copies.length > 1 ? <Copies found={found} picking={picking} onPick={onPick} /> : null}
      <Text>{t('backup.restore.after')}</Text>
    </Stack>
  );
}

function warningOf({ chosen, isNewerDamaged }: RestorableBackup): string | undefined {
  if (isNewerDamaged) return t('backup.restore.newerDamaged');
  return chosen > 0 ? t('backup.restore.older') : undefined;
}

function Copies({ found: { copies, chosen }, picking, onPick }: FoundBackupProps) {
  return (
    <Radio.Group
      label={t('backup.restore.copies')}
      description={t('backup.restore.copiesHint')}
      value={String(picking ?? chosen)}
      onChange={(place) => onPick(Number(place))}
    >
      <Stack gap="xs" mt="xs" mah={220} style={{ overflowY: 'auto' }}>
        {copies.map(({ createdAt, pending }, place) => (
          <Radio
            key={place}
            value={String(place)}
            label={t('backup.restore.copy', {
              when: formatInstant(createdAt),
              pending,
            })}
          />
        ))}
      </Stack>
    </Radio.Group>
  );
}
