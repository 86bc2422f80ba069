import { Alert, Button, Group, Loader, Paper, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { formatInstant } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';
import type { BackupStatus } from '@shared/ipc/backup';
import type { Output } from '@shared/ipc/contract';
import type { Failure } from '@shared/kernel/result';
import { ask, useBridge } from '../../../data/bridge';
import { useBackupStatus } from '../../../data/use-backup-status';
import { FailureNotice } from '../../../ui/FailureNotice';
import { RecoveryKeyDialog } from './RecoveryKeyDialog';

interface Offer extends Output<'backup.makeKey'> {
  /** The new place lies on the disk of the work itself. */
  readonly isSameDisk: boolean;
}

/** Where backups go, when the last one was made, and what to do when none comes through (§15). */
export function BackupCard() {
  const bridge = useBridge();
  const status = useBackupStatus();
  const [offer, setOffer] = useState<Offer>();
  const [failure, setFailure] = useState<Failure>();
  const [isBusy, setBusy] = useState(false);

  const offerKey = async (isSameDisk: boolean) => {
    const made = await ask(bridge, 'backup.makeKey', undefined);
    if (made.ok) setOffer({ ...made.value, isSameDisk });
    else setFailure(made.error);
  };
  const choose = async () => {
    setFailure(undefined);
    const chosen = await ask(bridge, 'backup.chooseFolder', undefined);
    if (!chosen.ok) return setFailure(chosen.error);
    if (chosen.value) await offerKey(chosen.value.isSameDisk);
  };
  const runNow = async () => {
    setFailure(undefined);
    setBusy(true);
    const done = await ask(bridge, 'backup.runNow', undefined);
    setBusy(false);
    // What the backup itself ran into stands in its status.
    if (!done.ok && !done.error.code.startsWith('backup.')) setFailure(done.error);
  };

  return (
    <Paper withBorder radius="md" p="md">
      <Stack gap="sm">
        <Title order={3} size="h4">
          {t('backup.auto.title')}
        </Title>
        <Text>{t('backup.auto.intro')}</Text>
        {status.status === 'loading' ? <Loader /> : null}
        {status.status === 'failed' ? <FailureNotice code={status.failure.code} /> : null}
        {status.status === 'ready' ? (
          <>
            <Standing status={status.value} />
            <Group>
              {status.value.folder === null ? (
                <Button onClick={() => void choose()}>{t('backup.auto.choose')}</Button>
              ) : (
                <>
                  <Button onClick={() => void runNow()} loading={isBusy}>
                    {t('backup.auto.now')}
                  </Button>
                  <Button variant="default" onClick={() => void choose()}>
                    {t('backup.auto.chooseOther')}
                  </Button>
                  <Button variant="default" onClick={() => void offerKey(false)}>
                    {t('backup.auto.newKey')}
                  </Button>
                </>
              )}
            </Group>
          </>
        ) : null}
        {failure ? <FailureNotice code={failure.code} /> : null}
      </Stack>
      {offer ? <RecoveryKeyDialog offer={offer} onClose={() => setOffer(undefined)} /> : null}
    </Paper>
  );
}

function Standing({ status }: { readonly status: BackupStatus }) {
  const { folder, lastAt, isOld, isRunning, isSameDisk, problem, atHub } = status;
  if (folder === null) return <Alert color="orange">{t('backup.auto.hint')}</Alert>;
  const when = lastAt === null ? t('backup.lastNever') : formatInstant(lastAt);
  return (
    <>
      <Text fw={600}>{t('backup.auto.lastIs', { when })}</Text>
      <Text>{isRunning ? t('backup.auto.running') : t('backup.auto.place', { folder })}</Text>
      {isOld ? <Alert color="orange">{t('backup.auto.old')}</Alert> : null}
      {isSameDisk ? <Alert color="orange">{t('backup.auto.sameDisk')}</Alert> : null}
      {problem === null ? null : <FailureNotice code={problem} title={t('backup.auto.failed')} />}
      {atHub ? <AtHub {...atHub} /> : null}
    </>
  );
}

/** The second copy, which needs no disk but the hub's (§20). */
function AtHub({ lastAt, problem }: NonNullable<BackupStatus['atHub']>) {
  const when = lastAt === null ? t('backup.lastNever') : formatInstant(lastAt);
  return (
    <>
      <Text>{t('backup.auto.atHub', { when })}</Text>
      {problem === null ? null : (
        <FailureNotice code={problem} title={t('backup.auto.hubFailed')} />
      )}
    </>
  );
}
