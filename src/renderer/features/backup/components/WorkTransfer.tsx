import { Alert, Button, Group, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { t } from '@shared/i18n/translate';
import type { Failure } from '@shared/kernel/result';
import { ask, useBridge } from '../../../data/bridge';
import { FailureNotice } from '../../../ui/FailureNotice';

/** Shorter ones could be tried out by whoever finds the stick. */
const SHORTEST = 12;

/** Takes work that was not sent along on a USB stick, and brings what another PC wrote there (§15, T-13). */
export function WorkTransfer() {
  const bridge = useBridge();
  const [passphrase, setPassphrase] = useState('');
  const [busy, setBusy] = useState<'export' | 'deliver'>();
  const [done, setDone] = useState<string>();
  const [failure, setFailure] = useState<Failure>();
  const isShort = passphrase.length < SHORTEST;

  const begin = (what: 'export' | 'deliver'): void => {
    setBusy(what);
    setDone(undefined);
    setFailure(undefined);
  };
  const exportWork = async () => {
    begin('export');
    const answer = await ask(bridge, 'backup.exportWork', { passphrase });
    setBusy(undefined);
    if (!answer.ok) return setFailure(answer.error);
    if (answer.value) setDone(t('backup.transfer.exported', answer.value));
  };
  const deliverWork = async () => {
    begin('deliver');
    const answer = await ask(bridge, 'backup.deliverWork', { passphrase });
    setBusy(undefined);
    if (!answer.ok) return setFailure(answer.error);
    if (answer.value) setDone(t('backup.transfer.delivered', answer.value));
  };

  return (
    <Paper withBorder radius="md" p="md">
      <Stack gap="sm">
        <Title order={3} size="h4">
          {t('backup.transfer.title')}
        </Title>
        <Text>{t('backup.transfer.intro')}</Text>
        <PasswordInput
          label={t('backup.transfer.passphrase')}
          description={t('backup.transfer.passphraseHint', { count: SHORTEST })}
          value={passphrase}
          onChange={(event) => setPassphrase(event.currentTarget.value)}
          maxLength={256}
          maw={420}
        />
        <Group>
          <Button
            onClick={() => void exportWork()}
            loading={busy === 'export'}
            disabled={isShort || busy !== undefined}
          >
            {t('backup.transfer.export')}
          </Button>
          <Button
            variant="default"
            onClick={() => void deliverWork()}
            loading={busy === 'deliver'}
            disabled={isShort || busy !== undefined}
          >
            {t('backup.transfer.deliver')}
          </Button>
        </Group>
        {done === undefined ? null : (
          <Alert color="teal" role="status">
            {done}
          </Alert>
        )}
        {failure ? <FailureNotice code={failure.code} /> : null}
      </Stack>
    </Paper>
  );
}
