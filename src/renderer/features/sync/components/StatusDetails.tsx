import { Alert, Button, Group, Paper, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconShieldCheck } from '@tabler/icons-react';
import { describeFailure } from '@shared/i18n/failures';
import { formatBytes, formatInstant } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';
import type { BackupStatus } from '@shared/ipc/backup';
import { safetyOf, statusHeadline } from '@shared/sync/status';
import { headlineOf, type SyncFacts } from '../headline';

interface StatusDetailsProps {
  readonly facts: SyncFacts;
  readonly backup: BackupStatus | undefined;
  readonly nowMs: number;
  readonly onSendNow: () => void;
  readonly isSending: boolean;
}

/** The line of the status bar in full: what waits, since when, and whether the machine may be switched off. */
export function StatusDetails(props: StatusDetailsProps) {
  const { facts, backup, nowMs, onSendNow, isSending } = props;
  const { status, openConflicts } = facts;
  const headline = statusHeadline(status, openConflicts);
  return (
    <Paper withBorder radius="md" p="md">
      <Stack gap="sm">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <Text fw={600} size="lg">
            {headlineOf(facts, nowMs).text}
          </Text>
          <Button
            onClick={onSendNow}
            loading={isSending}
            disabled={status.connection === 'notConfigured'}
            style={{ flexShrink: 0 }}
          >
            {t('sync.page.sendNow')}
          </Button>
        </Group>
        <Alert
          color={safetyOf(status) === 'saved' ? 'orange' : 'teal'}
          icon={<IconShieldCheck aria-hidden />}
          py="xs"
        >
          {t(`sync.safety.${safetyOf(status)}`)}
        </Alert>
        {backup?.isOld ? <Alert color="orange">{t('backup.auto.old')}</Alert> : null}
        {headline === 'clock' ? <Text>{t('sync.page.clockHelp')}</Text> : null}
        {headline === 'storage' ? <Text>{t('sync.page.storageHelp')}</Text> : null}
        <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="md">
          <Fact
            label={t('sync.page.connection')}
            value={t(`sync.page.connectionState.${status.connection}`)}
          />
          <Fact
            label={t('sync.page.lastContact')}
            value={
              status.lastContactAt === null
                ? t('sync.page.never')
                : formatInstant(status.lastContactAt)
            }
          />
          {status.connectionProblem === null ? (
            status.freeBytes === null ? null : (
              <Fact label={t('sync.page.freeSpace')} value={formatBytes(status.freeBytes)} />
            )
          ) : (
            <Fact
              label={t('sync.page.problem')}
              value={describeFailure(status.connectionProblem).what}
            />
          )}
          {backup ? <Fact label={t('backup.last')} value={lastBackupOf(backup)} /> : null}
        </SimpleGrid>
      </Stack>
    </Paper>
  );
}

const lastBackupOf = ({ folder, lastAt }: BackupStatus): string =>
  folder === null
    ? t('backup.lastNoFolder')
    : lastAt === null
      ? t('backup.lastNever')
      : formatInstant(lastAt);

interface FactProps {
  readonly label: string;
  readonly value: string;
}

function Fact({ label, value }: FactProps) {
  return (
    <div>
      <Text size="sm" c="dark.3">
        {label}
      </Text>
      <Text>{value}</Text>
    </div>
  );
}
