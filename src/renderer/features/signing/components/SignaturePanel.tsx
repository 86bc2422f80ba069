import { Badge, Group, Loader, Paper, ScrollArea, Stack, Text } from '@mantine/core';
import type { SignatureReport, Verdict } from '@shared/domain/signing/verification-report';
import { formatInstant } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';
import type { FileHash } from '@shared/kernel/ids';
import { FailureNotice } from '../../../ui/FailureNotice';
import { useVerification } from '../hooks/use-verification';

interface SignaturePanelProps {
  readonly sha256: FileHash;
}

/** The verdict on a PDF's signatures, beside its pages: no seal is shown without it (V-19). Green only for HOP_LE. */
export function SignaturePanel({ sha256 }: SignaturePanelProps) {
  const report = useVerification(sha256);
  return (
    <ScrollArea w={320} h="100%" p="md" bg="white" role="complementary" type="auto">
      <Stack gap="sm">
        <Text fw={600}>{t('signing.verify.title')}</Text>
        {report.status === 'loading' ? (
          <Group gap="xs" role="status">
            <Loader size="xs" />
            <Text>{t('signing.verify.checking')}</Text>
          </Group>
        ) : null}
        {report.status === 'failed' ? <FailureNotice code={report.failure.code} /> : null}
        {report.status === 'ready' ? (
          <>
            <VerdictBadge verdict={report.value.verdict} />
            {report.value.reasons.map(({ code }) => (
              <Text key={code}>{t(`signing.reason.${code}`)}</Text>
            ))}
            {report.value.signatures.map((signature) => (
              <OneSignature key={signature.field} signature={signature} />
            ))}
            <Text size="sm" c="dark.3">
              {t('signing.verify.checkedAt', { at: formatInstant(report.value.checkedAt) })}
            </Text>
          </>
        ) : null}
      </Stack>
    </ScrollArea>
  );
}

const colors: Readonly<Record<Verdict, string>> = {
  HOP_LE: 'teal.9',
  HOP_LE_CANH_BAO: 'orange.9',
  CHUA_XAC_DINH: 'gray.8',
  KHONG_HOP_LE: 'red.9',
  KHONG_CO_CHU_KY: 'gray.8',
};

function VerdictBadge({ verdict }: { readonly verdict: Verdict }) {
  return (
    <Badge color={colors[verdict]} size="lg" tt="none" radius="sm" data-verdict={verdict}>
      {t(`signing.verdict.${verdict}`)}
    </Badge>
  );
}

/** One signature: who, whether the bytes are whole, what came after, whether the certificate is to be relied on. */
function OneSignature({ signature }: { readonly signature: SignatureReport }) {
  const { kind, signer, certificate, verdict, integrity, changes, trust } = signature;
  return (
    <Paper withBorder p="sm" radius="sm">
      <Stack gap={4}>
        <Group justify="space-between" gap="xs">
          <Text fw={600}>{t(`signing.kind.${kind}`)}</Text>
          <VerdictBadge verdict={verdict} />
        </Group>
        <Text>{signer ?? t('signing.verify.noSigner')}</Text>
        {certificate?.organization ? <Text size="sm">{certificate.organization}</Text> : null}
        {certificate?.issuer ? (
          <Text size="sm">{t('signing.verify.issuer', { issuer: certificate.issuer })}</Text>
        ) : null}
        {signature.claimedTime === null ? null : (
          <Text size="sm">
            {t('signing.verify.claimedTime', { at: formatInstant(signature.claimedTime) })}
          </Text>
        )}
        <Text size="sm">{t(`signing.integrity.${integrity}`)}</Text>
        <Text size="sm">{t(`signing.changes.${changes}`)}</Text>
        <Text size="sm">{t(`signing.trust.${trust}`)}</Text>
        {signature.reasons.map(({ code, where }) => (
          <Text key={`${code} ${where ?? ''}`} size="sm" c="dark.3">
            {t(`signing.reason.${code}`)}
          </Text>
        ))}
      </Stack>
    </Paper>
  );
}
