import { Alert, Box, Button, List, Loader, Stack, Text, Title } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { t } from '@shared/i18n/translate';
import type { Input } from '@shared/ipc/contract';
import type { CheckedCertificate, DeviceCheck } from '@shared/ipc/device-check';
import type { Failure, Result } from '@shared/kernel/result';
import { ask, useBridge } from '../../../data/bridge';
import type { CertificateRow } from '../../../data/repositories/reference-repository';
import { useCurrentSession } from '../../../data/session';
import { copyText } from '../../../ui/copy-text';
import { EmptyState } from '../../../ui/EmptyState';
import { FailureNotice } from '../../../ui/FailureNotice';
import { PageHeader } from '../../../ui/PageHeader';
import { checkText, failureText, isLate, moduleText } from '../check-text';
import { CertificateActions } from '../components/CertificateActions';
import { KeyActions } from '../components/KeyActions';
import { PictureList } from '../components/PictureList';
import { RequestList } from '../components/RequestList';
import { SoftwareKeys } from '../components/SoftwareKeys';
import { TokenCard } from '../components/TokenCard';
import { requestsOf, useCertificates } from '../hooks/use-certificates';
import { useDeviceCheck } from '../hooks/use-device-check';
import { withPictures } from '../roles';

/** The first thing that support asks for: what this machine sees of tokens and drivers (K-17). */
export function TokenCheckPage() {
  const check = useDeviceCheck();
  const bridge = useBridge();
  const certificates = useCertificates();
  const requests = requestsOf(certificates);
  const { user } = useCurrentSession();
  const shown = withPictures(certificates, user);
  const [failure, setFailure] = useState<Failure>();
  const tell = (answer: Result<unknown>) => setFailure(answer.ok ? undefined : answer.error);
  const begin = async (request: Input<'signing.beginProof'>) => {
    tell(await ask(bridge, 'signing.beginProof', request));
  };
  const keys: KeyCalls = {
    onImport: async () => tell(await ask(bridge, 'signing.importKey', undefined)),
    onChangePin: async (thumbprint) =>
      tell(await ask(bridge, 'signing.changeKeyPin', { thumbprint })),
    onRemove: async (thumbprint) => tell(await ask(bridge, 'signing.removeKey', { thumbprint })),
  };
  const [copied, setCopied] = useState<boolean>();
  return (
    <Box p="md" h="100%" style={{ overflow: 'auto' }}>
      <PageHeader title={t('tokenCheck.page')}>
        <Button
          variant="default"
          disabled={check.status !== 'ready'}
          onClick={() => check.status === 'ready' && setCopied(copyText(checkText(check.value)))}
        >
          {t('tokenCheck.copy')}
        </Button>
      </PageHeader>
      <Stack gap="md">
        <Text c="dark.3">{t('tokenCheck.intro')}</Text>
        {copied === undefined ? null : (
          <Alert color={copied ? 'teal' : 'orange'} role="status">
            {t(copied ? 'tokenCheck.copied' : 'tokenCheck.notCopied')}
          </Alert>
        )}
        {requests.length > 0 ? (
          <Section title={t('tokenCheck.requests')}>
            <RequestList requests={requests} />
          </Section>
        ) : null}
        {shown.length > 0 ? (
          <Section title={t('tokenCheck.picture.section')}>
            <PictureList rows={shown} />
          </Section>
        ) : null}
        {check.status === 'loading' ? <Loader aria-label={t('common.loading')} /> : null}
        {check.status === 'failed' ? <FailureNotice code={check.failure.code} /> : null}
        {failure ? <FailureNotice code={failure.code} title={t('tokenCheck.notOpened')} /> : null}
        {check.status === 'ready' ? (
          <>
            <Checked
              check={check.value}
              requests={requests}
              keys={keys}
              onBegin={(one) => void begin(one)}
            />
            <Section title={t('tokenCheck.software.title')}>
              <SoftwareKeys
                policy={check.value.softwareKeys}
                onImport={() => void keys.onImport()}
              />
            </Section>
          </>
        ) : null}
      </Stack>
    </Box>
  );
}

interface KeyCalls {
  readonly onImport: () => Promise<void>;
  readonly onChangePin: (thumbprint: string) => Promise<void>;
  readonly onRemove: (thumbprint: string) => Promise<void>;
}

interface CheckedProps {
  readonly check: DeviceCheck;
  readonly requests: readonly CertificateRow[];
  readonly keys: KeyCalls;
  readonly onBegin: (request: Input<'signing.beginProof'>) => void;
}

function Checked({ check, requests, keys, onBegin }: CheckedProps) {
  const { modules, tokens, lastFailures } = check;
  const isAsked = ({ thumbprint }: CheckedCertificate): boolean =>
    requests.some(
      ({ certificate }) =>
        certificate.thumbprint === thumbprint && certificate.binding?.state === 'choXacNhan',
    );
  if (modules.length === 0 && tokens.length === 0) {
    return <EmptyState title={t('tokenCheck.noDriver')} hint={t('tokenCheck.noDriverHint')} />;
  }
  return (
    <>
      {tokens.length === 0 ? (
        <EmptyState
          title={t('tokenCheck.empty')}
          hint={t(check.modules.some(isLate) ? 'tokenCheck.lateHint' : 'tokenCheck.emptyHint')}
        />
      ) : (
        <Section title={t('tokenCheck.tokens')}>
          {tokens.map((token) => (
            <TokenCard
              renderActions={(certificate) => (
                <>
                  <CertificateActions
                    certificate={certificate}
                    isAsked={isAsked(certificate)}
                    onBegin={onBegin}
                  />
                  {token.isSoftware ? (
                    <KeyActions
                      certificate={certificate}
                      onChangePin={(thumbprint) => void keys.onChangePin(thumbprint)}
                      onRemove={(thumbprint) => void keys.onRemove(thumbprint)}
                    />
                  ) : null}
                </>
              )}
              key={`${token.moduleId}/${token.label}/${token.maskedSerial}`}
              token={token}
            />
          ))}
        </Section>
      )}
      <Section title={t('tokenCheck.modules')}>
        <List>
          {modules.map((module) => (
            <List.Item key={module.id}>
              <Text span fw={600}>
                {module.id}
              </Text>
              {': '}
              <Text span c={module.failure === null || isLate(module) ? 'dark.9' : 'red.9'}>
                {moduleText(module)}
              </Text>
            </List.Item>
          ))}
        </List>
      </Section>
      <Section title={t('tokenCheck.failures')}>
        {lastFailures.length === 0 ? <Text>{t('tokenCheck.noFailures')}</Text> : null}
        <List>
          {lastFailures.map((failure) => (
            <List.Item key={`${failure.during}/${failure.code}/${failure.ckr}`}>
              {failureText(failure)}
            </List.Item>
          ))}
        </List>
      </Section>
    </>
  );
}

interface SectionProps {
  readonly title: string;
  readonly children: ReactNode;
}

function Section({ title, children }: SectionProps) {
  return (
    <Stack gap="sm" component="section">
      <Title order={3} size="h4">
        {title}
      </Title>
      {children}
    </Stack>
  );
}
