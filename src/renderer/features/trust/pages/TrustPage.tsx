import { Alert, Box, Button, Group, Loader, Stack, Text, Title } from '@mantine/core';
import { useCallback, useEffect, useState } from 'react';
import { formatInstant } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';
import type { TrustStatus } from '@shared/ipc/trust-status';
import type { Result } from '@shared/kernel/result';
import { ask, useBridge } from '../../../data/bridge';
import { EmptyState } from '../../../ui/EmptyState';
import { FailureNotice } from '../../../ui/FailureNotice';
import { PageHeader } from '../../../ui/PageHeader';

/** Whom this machine trusts: date and version of the package, a newer one from a file, the one before (O-4). */
export function TrustPage() {
  const bridge = useBridge();
  const [status, setStatus] = useState<TrustStatus>();
  const [failed, setFailed] = useState<Result<never>>();
  const [isReverting, setReverting] = useState(false);

  const take = useCallback((answer: Result<TrustStatus | null>) => {
    setReverting(false);
    setFailed(answer.ok ? undefined : answer);
    if (answer.ok && answer.value) setStatus(answer.value);
  }, []);
  useEffect(() => {
    void ask(bridge, 'trust.status', undefined).then(take);
  }, [bridge, take]);
  const install = async () => take(await ask(bridge, 'trust.install', undefined));
  const revert = async () => take(await ask(bridge, 'trust.revert', undefined));

  return (
    <Box p="md" h="100%" style={{ overflow: 'auto' }}>
      <PageHeader title={t('trust.page')}>
        <Button onClick={() => void install()}>{t('trust.install')}</Button>
      </PageHeader>
      <Stack gap="md">
        <Text c="dark.3">{t('trust.intro')}</Text>
        {!status && !failed ? <Loader aria-label={t('common.loading')} /> : null}
        {failed && !failed.ok ? <FailureNotice code={failed.error.code} /> : null}
        {status?.current === null ? (
          <EmptyState title={t('trust.empty')} hint={t('trust.emptyHint')} />
        ) : null}
        {status?.current ? <Current trusted={status.current} age={status.age} /> : null}
        {status?.previous ? (
          <Group>
            <Button variant="default" onClick={() => setReverting(true)}>
              {t('trust.revert')}
            </Button>
            <Text>
              {t('trust.previous', {
                version: status.previous.version,
                date: formatInstant(status.previous.issuedAt),
              })}
            </Text>
          </Group>
        ) : null}
        {isReverting ? (
          <Alert color="orange" title={t('trust.sure')}>
            <Group>
              <Button color="red" onClick={() => void revert()}>
                {t('trust.revertNow')}
              </Button>
              <Button variant="default" onClick={() => setReverting(false)}>
                {t('common.close')}
              </Button>
            </Group>
          </Alert>
        ) : null}
      </Stack>
    </Box>
  );
}

interface CurrentProps {
  readonly trusted: NonNullable<TrustStatus['current']>;
  readonly age: TrustStatus['age'];
}

function Current({ trusted, age }: CurrentProps) {
  const { version, issuedAt, anchors, intermediates, crls } = trusted;
  return (
    <Stack gap="xs" component="section">
      <Title order={3} size="h4">
        {t('trust.current', { version, date: formatInstant(issuedAt) })}
      </Title>
      {age === 'old' || age === 'tooOld' ? (
        <Alert color={age === 'old' ? 'orange' : 'red'} role="status">
          {t(`trust.age.${age}`)}
        </Alert>
      ) : null}
      <Text>{t('trust.holds', { anchors: anchors.length, intermediates, crls })}</Text>
      <Text>{t('trust.pins')}</Text>
      {anchors.map((pin) => (
        <Text key={pin} ff="monospace" size="sm">
          {pin}
        </Text>
      ))}
    </Stack>
  );
}
