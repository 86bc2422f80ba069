import { Alert, Anchor, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useRef, useState, type FormEvent } from 'react';
import { t } from '@shared/i18n/translate';
import type { SessionState } from '@shared/ipc/contract';
import type { Failure } from '@shared/kernel/result';
import { ask, useBridge } from '../../../data/bridge';
import { FailureNotice } from '../../../ui/FailureNotice';
import { SessionCard } from '../components/SessionCard';

interface EnrolPageProps {
  readonly session: SessionState;
  readonly onEnrolled: (session: SessionState) => void;
  /** The machine that was lost comes back here. */
  readonly onRestore: () => void;
}

type Field = 'address' | 'code' | 'deviceName';

/** First start: which server, which activation code, what this machine is called. */
export function EnrolPage({ session, onEnrolled, onRestore }: EnrolPageProps) {
  const bridge = useBridge();
  const address = useRef<HTMLInputElement>(null);
  const code = useRef<HTMLInputElement>(null);
  const deviceName = useRef<HTMLInputElement>(null);
  const [missing, setMissing] = useState<Field>();
  const [failure, setFailure] = useState<Failure>();
  const [found, setFound] = useState<{ readonly version: string }>();
  const [busy, setBusy] = useState<'checking' | 'enrolling'>();
  const inputOf = (field: Field) => ({ address, code, deviceName })[field].current;
  const textOf = (field: Field) => inputOf(field)?.value.trim() ?? '';

  const firstMissing = (fields: readonly Field[]): boolean => {
    const gap = fields.find((field) => textOf(field) === '');
    setMissing(gap);
    if (gap) inputOf(gap)?.focus();
    return gap !== undefined;
  };

  const check = async () => {
    if (firstMissing(['address'])) return;
    setBusy('checking');
    setFailure(undefined);
    setFound(undefined);
    const answer = await ask(bridge, 'session.checkServer', { address: textOf('address') });
    setBusy(undefined);
    if (!answer.ok) return setFailure(answer.error);
    setFound(answer.value);
    code.current?.focus();
  };

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (firstMissing(['address', 'code', 'deviceName'])) return;
    setBusy('enrolling');
    setFailure(undefined);
    const answer = await ask(bridge, 'session.enrol', {
      address: textOf('address'),
      code: textOf('code'),
      deviceName: textOf('deviceName'),
    });
    setBusy(undefined);
    if (answer.ok) onEnrolled(answer.value);
    else setFailure(answer.error);
  };

  return (
    <SessionCard title={t('session.enrol.title')} intro={t('session.enrol.intro')}>
      <form onSubmit={(event) => void submit(event)} noValidate>
        <Stack gap="md">
          <Group align="flex-end" wrap="nowrap" gap="sm">
            <TextInput
              flex={1}
              ref={address}
              label={t('session.enrol.address')}
              description={t('session.enrol.addressHint')}
              defaultValue={session.serverAddress ?? ''}
              withAsterisk
              autoFocus
              autoComplete="off"
              spellCheck={false}
              error={missing === 'address'}
            />
            <Button
              variant="default"
              onClick={() => void check()}
              loading={busy === 'checking'}
              style={{ flexShrink: 0 }}
            >
              {t('session.enrol.check')}
            </Button>
          </Group>
          {missing === 'address' ? (
            <Text c="var(--mantine-color-error)" size="sm">
              {t('session.enrol.addressMissing')}
            </Text>
          ) : null}
          {found ? (
            <Alert color="teal">{t('session.enrol.found', { version: found.version })}</Alert>
          ) : null}
          <TextInput
            ref={code}
            label={t('session.enrol.code')}
            description={t('session.enrol.codeHint')}
            withAsterisk
            autoComplete="off"
            spellCheck={false}
            error={missing === 'code' ? t('session.enrol.codeMissing') : undefined}
          />
          <TextInput
            ref={deviceName}
            label={t('session.enrol.deviceName')}
            description={t('session.enrol.deviceNameHint')}
            defaultValue={session.deviceName ?? ''}
            withAsterisk
            autoComplete="off"
            error={missing === 'deviceName' ? t('session.enrol.deviceNameMissing') : undefined}
          />
          {failure ? <FailureNotice code={failure.code} /> : null}
          <Button type="submit" size="md" loading={busy === 'enrolling'}>
            {t('session.enrol.submit')}
          </Button>
          <Text size="sm">
            {t('backup.restore.openHint')}{' '}
            <Anchor component="button" type="button" onClick={onRestore}>
              {t('backup.restore.open')}
            </Anchor>
          </Text>
        </Stack>
      </form>
    </SessionCard>
  );
}
