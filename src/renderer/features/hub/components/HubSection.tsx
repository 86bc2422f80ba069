import { Alert, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useMemo, useState, type FormEvent } from 'react';
import { describeFailure } from '@shared/i18n/failures';
import { formatInstant } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';
import type { HubView } from '@shared/ipc/hub';
import type { Failure, Result } from '@shared/kernel/result';
import { ask, useBridge, watchAnswer } from '../../../data/bridge';
import { liveAnswer } from '../../../data/live';
import { useLive } from '../../../data/use-live';
import { ConfirmButton } from '../../../ui/ConfirmButton';
import { FailureNotice } from '../../../ui/FailureNotice';
import { HubCodeField } from '../../../ui/HubCodeField';

/** The hub of the office: entered by its code, tried, left (sync §20). */
export function HubSection() {
  const bridge = useBridge();
  const hub = liveAnswer(
    useLive(
      useMemo(() => watchAnswer(bridge, 'hub.describe', undefined, 'sync.statusChanged'), [bridge]),
    ),
  );
  const [busy, setBusy] = useState<'connect' | 'meet'>();
  const [failure, setFailure] = useState<Failure>();
  const press = async (what: typeof busy, asked: Promise<Result<unknown>>): Promise<void> => {
    setBusy(what);
    setFailure(undefined);
    const answer = await asked;
    setBusy(undefined);
    if (!answer.ok) setFailure(answer.error);
  };

  return (
    <Stack gap="sm" component="section" aria-label={t('hub.title')}>
      <Title order={2} size="h3">
        {t('hub.title')}
      </Title>
      <Paper withBorder radius="md" p="md">
        <Stack gap="sm">
          <Text>{t('hub.intro')}</Text>
          {hub.status === 'failed' ? <FailureNotice code={hub.failure.code} /> : null}
          {hub.status === 'ready' && hub.value === null ? (
            <HubCode
              isBusy={busy === 'connect'}
              onConnect={(code) => void press('connect', ask(bridge, 'hub.connect', { code }))}
            />
          ) : null}
          {hub.status === 'ready' && hub.value ? (
            <>
              <HubFacts hub={hub.value} />
              <Group>
                <Button
                  variant="default"
                  loading={busy === 'meet'}
                  onClick={() => void press('meet', ask(bridge, 'hub.meet', undefined))}
                >
                  {t('hub.tryNow')}
                </Button>
                <ConfirmButton
                  label={t('hub.leave')}
                  question={t('hub.leaveAsk')}
                  onConfirm={() => void press(undefined, ask(bridge, 'hub.leave', undefined))}
                />
              </Group>
            </>
          ) : null}
          {failure ? <FailureNotice code={failure.code} /> : null}
        </Stack>
      </Paper>
    </Stack>
  );
}

interface HubCodeProps {
  readonly isBusy: boolean;
  readonly onConnect: (code: string) => void;
}

function HubCode({ isBusy, onConnect }: HubCodeProps) {
  const [code, setCode] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onConnect(code);
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm" align="flex-start">
        <HubCodeField
          name="hubCode"
          label={t('hub.code')}
          description={t('hub.codeHint')}
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
          w="100%"
          maw={620}
        />
        <Button type="submit" loading={isBusy} disabled={code.trim() === ''}>
          {t('hub.connect')}
        </Button>
      </Stack>
    </form>
  );
}

function HubFacts({ hub: { address, status, authorityAt } }: { readonly hub: HubView }) {
  const { isAnswering, problem, metAt, isAuthorityOld, provinceHeardAt } = status;
  const trouble = problem === null ? undefined : describeFailure(problem);
  const heard = provinceHeardAt === null ? t('hub.never') : formatInstant(provinceHeardAt);
  return (
    <Stack gap={4}>
      <Alert color={isAnswering ? 'teal' : 'orange'} role="status">
        {isAnswering
          ? t('hub.answers', { address, at: formatInstant(metAt ?? '') })
          : t('hub.silent', { address })}
      </Alert>
      {trouble ? (
        <Text>
          {trouble.what} <strong>{trouble.next}</strong>
        </Text>
      ) : null}
      {isAuthorityOld ? <Text c="red.9">{t('hub.oldAuthority', { at: heard })}</Text> : null}
      <Text size="sm" c="dark.3">
        {authorityAt === null
          ? t('hub.noAuthority')
          : t('hub.authority', { at: formatInstant(authorityAt) })}
      </Text>
    </Stack>
  );
}
