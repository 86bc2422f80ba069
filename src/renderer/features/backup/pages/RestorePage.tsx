import { Alert, Anchor, Button, Stack, Text, TextInput } from '@mantine/core';
import { useRef, useState, type FormEvent } from 'react';
import { t } from '@shared/i18n/translate';
import type { RestorableBackup } from '@shared/ipc/backup';
import type { SessionState } from '@shared/ipc/contract';
import { readRecoveryKey } from '@shared/kernel/recovery-key';
import type { Failure } from '@shared/kernel/result';
import { ask, useBridge } from '../../../data/bridge';
import { FailureNotice } from '../../../ui/FailureNotice';
import { HubCodeField } from '../../../ui/HubCodeField';
import { SessionCard } from '../../session';
import { FoundBackup } from '../components/FoundBackup';

interface RestorePageProps {
  readonly onRestored: (session: SessionState) => void;
  readonly onBack: () => void;
}

/** Step by step: where the backup is, its key, what is in it, and only then the act. */
export function RestorePage({ onRestored, onBack }: RestorePageProps) {
  const bridge = useBridge();
  const key = useRef<HTMLInputElement>(null);
  const code = useRef<HTMLTextAreaElement>(null);
  const [isAtHub, setAtHub] = useState(false);
  const [backups, setBackups] = useState<number>();
  const [found, setFound] = useState<RestorableBackup>();
  const [keyError, setKeyError] = useState<string>();
  const [failure, setFailure] = useState<Failure>();
  const [busy, setBusy] = useState<'opening' | 'restoring'>();
  const [picking, setPicking] = useState<number>();

  const choose = async () => {
    setFailure(undefined);
    const chosen = await ask(bridge, 'restore.choose', undefined);
    // A dialog that was closed without a choice leaves the page, and main, as they were.
    if (chosen.ok && chosen.value === null) return;
    setAtHub(false);
    if (!chosen.ok) {
      setBackups(undefined);
      setFailure(chosen.error);
    } else if (chosen.value) {
      setBackups(chosen.value.backups);
    }
  };
  const open = async (event: FormEvent) => {
    event.preventDefault();
    const typed = key.current?.value ?? '';
    const error = errorOf(typed);
    setKeyError(error);
    if (error !== undefined) return key.current?.focus();
    setBusy('opening');
    setFailure(undefined);
    const opened = isAtHub
      ? await ask(bridge, 'restore.openAtHub', {
          code: code.current?.value ?? '',
          recoveryKey: typed,
        })
      : await ask(bridge, 'restore.open', { recoveryKey: typed });
    setBusy(undefined);
    if (opened.ok) setFound(opened.value);
    else setFailure(opened.error);
  };
  const pick = async (place: number) => {
    if (busy !== undefined || picking !== undefined) return;
    setPicking(place);
    setFailure(undefined);
    const picked = await ask(bridge, 'restore.pick', { place });
    setPicking(undefined);
    if (picked.ok) setFound(picked.value);
    else setFailure(picked.error);
  };
  const run = async () => {
    setBusy('restoring');
    setFailure(undefined);
    const restored = await ask(bridge, 'restore.run', undefined);
    setBusy(undefined);
    if (restored.ok) onRestored(restored.value);
    else setFailure(restored.error);
  };

  return (
    <SessionCard title={t('backup.restore.title')} intro={t('backup.restore.intro')}>
      <Stack gap="md">
        {found ? (
          <>
            <FoundBackup found={found} picking={picking} onPick={(place) => void pick(place)} />
            {/* A button of its own, or React keeps the one of before without its focus. */}
            <Button
              key="run"
              size="md"
              onClick={() => void run()}
              loading={busy === 'restoring'}
              disabled={picking !== undefined}
              autoFocus
            >
              {t('backup.restore.run')}
            </Button>
          </>
        ) : (
          <>
            <Button
              variant={backups === undefined && !isAtHub ? 'filled' : 'default'}
              onClick={() => void choose()}
              autoFocus
            >
              {t('backup.restore.choose')}
            </Button>
            <Button
              key="hub"
              variant="default"
              onClick={() => {
                setFailure(undefined);
                setAtHub(true);
              }}
            >
              {t('backup.restore.fromHub')}
            </Button>
          </>
        )}
        {(isAtHub || backups !== undefined) && !found ? (
          <form onSubmit={(event) => void open(event)} noValidate>
            <Stack gap="md">
              {isAtHub ? (
                <HubCodeField
                  ref={code}
                  label={t('backup.restore.hubCode')}
                  description={t('backup.restore.hubCodeHint')}
                  withAsterisk
                  autoFocus
                />
              ) : (
                <Alert color="teal" role="status">
                  {t('backup.restore.chosen', { count: backups ?? 0 })}
                </Alert>
              )}
              <TextInput
                ref={key}
                label={t('backup.restore.key')}
                description={t('backup.restore.keyHint')}
                error={keyError}
                withAsterisk
                autoFocus={!isAtHub}
                autoComplete="off"
                spellCheck={false}
              />
              <Button type="submit" size="md" loading={busy === 'opening'}>
                {t('backup.restore.check')}
              </Button>
            </Stack>
          </form>
        ) : null}
        {busy === undefined && picking === undefined ? null : (
          <Text role="status">
            {t(busy === 'restoring' ? 'backup.restore.running' : 'backup.restore.opening')}
          </Text>
        )}
        {failure ? (
          <div ref={bringIntoView}>
            <FailureNotice code={failure.code} />
          </div>
        ) : null}
        <Text size="sm">
          <Anchor component="button" type="button" onClick={onBack}>
            {t('backup.restore.back')}
          </Anchor>
        </Text>
      </Stack>
    </SessionCard>
  );
}

/** On a small screen the card is longer than the window, and what failed stands at its end. */
const bringIntoView = (notice: HTMLDivElement | null): void =>
  notice?.scrollIntoView({ block: 'nearest' });

/** A typo is named at its group, before anything is tried. */
function errorOf(typed: string): string | undefined {
  const reading = readRecoveryKey(typed);
  switch (reading.state) {
    case 'whole':
      return undefined;
    case 'incomplete':
      return t('backup.restore.keyIncomplete');
    case 'mistyped':
      return t('backup.restore.keyMistyped', { group: String(reading.group) });
  }
}
