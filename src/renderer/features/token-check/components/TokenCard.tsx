import { Badge, Group, Paper, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { t } from '@shared/i18n/translate';
import type { CheckedCertificate, CheckedToken } from '@shared/ipc/device-check';
import { Fact, FactGroup } from '../../../ui/Facts';
import { pinTexts, registrationText, tokenTitle, validityText } from '../check-text';

const colours = {
  ok: 'teal',
  countLow: 'orange',
  finalTry: 'red',
  locked: 'red',
  toBeChanged: 'orange',
  notInitialised: 'orange',
} as const;

interface TokenCardProps {
  readonly token: CheckedToken;
  readonly renderActions: (certificate: CheckedCertificate) => ReactNode;
}

/** One token with what it says of its PIN, and its certificates. */
export function TokenCard({ token, renderActions }: TokenCardProps) {
  const { moduleId, pin, certificates } = token;
  return (
    <Paper withBorder p="md">
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={4} size="h5">
            {tokenTitle(token)}
          </Title>
          <Text size="sm" c="dark.3">
            {t('tokenCheck.module', { id: moduleId })}
          </Text>
        </Group>
        <Group gap="xs">
          {pinTexts(token).map((text) => (
            <Badge key={text} color={colours[pin]} variant="light" c="dark.9" tt="none" radius="sm">
              {text}
            </Badge>
          ))}
        </Group>
        {certificates.length === 0 ? <Text>{t('tokenCheck.noCertificate')}</Text> : null}
        {certificates.map((certificate) => (
          <CertificateFacts key={certificate.thumbprint} certificate={certificate}>
            {renderActions(certificate)}
          </CertificateFacts>
        ))}
      </Stack>
    </Paper>
  );
}

interface CertificateFactsProps {
  readonly certificate: CheckedCertificate;
  readonly children: ReactNode;
}

function CertificateFacts({ certificate, children }: CertificateFactsProps) {
  const { holderName, organization, issuerName, daysLeft, endsSoon } = certificate;
  const isAlarming = endsSoon || daysLeft < 0;
  return (
    <FactGroup legend={holderName}>
      <Fact label={t('tokenCheck.organization')}>{organization ?? '–'}</Fact>
      <Fact label={t('tokenCheck.issuer')}>{issuerName ?? '–'}</Fact>
      <Fact label={t('tokenCheck.validUntil')}>
        <Text span fw={isAlarming ? 700 : 500} c={isAlarming ? 'red.9' : 'dark.9'}>
          {validityText(certificate)}
        </Text>
      </Fact>
      <Fact label={t('tokenCheck.registered')}>{registrationText(certificate)}</Fact>
      {children}
    </FactGroup>
  );
}
