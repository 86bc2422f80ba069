import { Alert, Button, PasswordInput, Stack, Text } from '@mantine/core';
import { useMemo, useRef, useState, type FormEvent } from 'react';
import { t } from '@shared/i18n/translate';
import type { Failure } from '@shared/kernel/result';
import { ask, useBridge, watchAnswer } from '../../../data/bridge';
import { liveAnswer } from '../../../data/live';
import { useCurrentSession } from '../../../data/session';
import { useLive } from '../../../data/use-live';
import { FailureNotice } from '../../../ui/FailureNotice';

/** Shown when the server says that this machine's data went back or were copied (§13.3): one password, and it goes on. */
export function EnrolAgain() {
  const bridge = useBridge();
  const { user } = useCurrentSession();
  const password = useRef<HTMLInputElement>(null);
  const [failure, setFailure] = useState<Failure>();
  const [isBusy, setBusy] = useState(false);
  const status = liveAnswer(
    useLive(
      useMemo(() => watchAnswer(bridge, 'sync.status', undefined, 'sync.statusChanged'), [bridge]),
    ),
  );
  if (status.status !== 'ready' || status.value.connectionProblem !== 'device.forked') return null;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const typed = password.current?.value ?? '';
    if (typed === '') return password.current?.focus();
    setBusy(true);
    const answer = await ask(bridge, 'session.enrolAgain', { login: user.login, password: typed });
    setBusy(false);
    setFailure(answer.ok ? undefined : answer.error);
    if (answer.ok) await ask(bridge, 'sync.now', undefined);
    else password.current?.select();
  };

  return (
    <Alert color="red" title={t('incarnation.forked.title')}>
      <form onSubmit={(event) => void submit(event)} noValidate>
        <Stack gap="sm" maw={560}>
          <Text>{t('incarnation.forked.what')}</Text>
          <Text>{t('incarnation.forked.next')}</Text>
          <PasswordInput
            ref={password}
            name="enrolAgainPassword"
            label={t('incarnation.forked.password', { name: user.fullName })}
            autoComplete="off"
          />
          {failure ? <FailureNotice code={failure.code} /> : null}
          <Button type="submit" loading={isBusy}>
            {t('incarnation.forked.submit')}
          </Button>
        </Stack>
      </form>
    </Alert>
  );
}
