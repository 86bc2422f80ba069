import { Alert, Stack, Text } from '@mantine/core';
import { t } from '@shared/i18n/translate';
import { useOpenConflicts } from '../../../data/use-conflicts';
import { ConflictCard } from './ConflictCard';
import { useChoosingRole } from './use-choosing-role';

interface DocumentConflictsProps {
  readonly documentId: string;
}

/** What of a document waits for a choice; nothing when nothing does. */
export function DocumentConflicts({ documentId }: DocumentConflictsProps) {
  const open = useOpenConflicts();
  const roleOf = useChoosingRole();
  const own =
    open.status === 'ready'
      ? open.value.filter(({ conflict }) => conflict.targetId === documentId)
      : [];
  if (own.length === 0) return null;
  return (
    <Alert color="orange" title={t('conflict.title')} maw={1240} mb="md">
      <Text mb="xs">{t('conflict.intro')}</Text>
      <Stack gap="sm">
        {own.map((one) => (
          <ConflictCard key={one.id} open={one} role={roleOf(one)} />
        ))}
      </Stack>
    </Alert>
  );
}
