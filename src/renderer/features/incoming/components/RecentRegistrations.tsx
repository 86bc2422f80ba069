import { Anchor, Badge, Group, Paper, Stack, Text } from '@mantine/core';
import { printNumber } from '@shared/domain/register/allocate-number';
import { t } from '@shared/i18n/translate';
import { RecordMark } from '../../record-mark';
import { useIncomingRows } from '../hooks/use-incoming';

interface RecentRegistrationsProps {
  /** Newest first. */
  readonly ids: readonly string[];
  readonly onOpen: (id: string) => void;
}

/** The last papers of this sitting, with their numbers as they come, to be written on the stamp. */
export function RecentRegistrations({ ids, onOpen }: RecentRegistrationsProps) {
  const rows = useIncomingRows(ids);
  if (rows.status !== 'ready' || rows.value.length === 0) return null;
  return (
    <Paper withBorder p="xs" radius="md" bg="teal.0" role="status">
      <Stack gap={4}>
        {rows.value.map((row) => (
          <Group key={row.id} gap="sm" wrap="nowrap">
            {row.arrivalNumber === null ? (
              <Badge
                color="orange"
                variant="light"
                tt="none"
                size="xl"
                radius="sm"
                style={{ flexShrink: 0 }}
              >
                {t('incoming.waitingNumber')}
              </Badge>
            ) : (
              <Badge
                color="teal.9"
                variant="filled"
                tt="none"
                size="xl"
                radius="sm"
                style={{ flexShrink: 0 }}
              >
                {t('incoming.form.savedNumber', { number: printNumber(row.arrivalNumber) })}
              </Badge>
            )}
            <Text lineClamp={1} flex={1}>
              {row.codeDisplay} – {row.subject}
            </Text>
            <RecordMark id={row.id} files={row.files} isReceived={row.isReceived} />
            <Anchor component="button" type="button" onClick={() => onOpen(row.id)}>
              {t('incoming.form.open')}
            </Anchor>
          </Group>
        ))}
      </Stack>
    </Paper>
  );
}
