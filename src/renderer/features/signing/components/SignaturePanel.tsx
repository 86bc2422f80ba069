import { Badge, Button, Group, Loader, Paper, ScrollArea, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type {
  SignatureReport,
  Verdict,
  VerificationReport,
} from '@shared/domain/signing/verification-report';
import type { VisualReport } from '@shared/domain/signing/visual-comparison';
import { formatInstant } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';
import type { FileHash } from '@shared/kernel/ids';
import { lowerVerdict } from '@shared/pades/visual/lower-verdict';
import type { Live } from '../../../data/live';
import { FailureNotice } from '../../../ui/FailureNotice';
import { useComparison } from '../hooks/use-comparison';
import { PrintDialog } from '../../../ui/PrintDialog';
import { hasOwnSeal, type PrintWay } from '../print-plan';
import { EarlierVerdicts } from './EarlierVerdicts';
import { ReportSheet } from './ReportSheet';
import { isEarlierRevision } from '../changed-places';
import { useVerification } from '../hooks/use-verification';
import { VisualFindings } from './VisualFindings';

interface SignaturePanelProps {
  readonly sha256: FileHash;
  readonly fileName: string;
  readonly onPrint: (way: PrintWay, report: VerificationReport) => void;
  /** Shows the pages as this signature signed them (V-15). */
  readonly onShowSigned?: (signature: SignatureReport) => void;
}

/** The verdict on a PDF's signatures, beside its pages: no seal is shown without it (V-19). Green only for HOP_LE. */
export function SignaturePanel({ sha256, fileName, onPrint, onShowSigned }: SignaturePanelProps) {
  const report = useVerification(sha256);
  const isSigned = report.status === 'ready' && report.value.signatures.length > 0;
  const seen = useComparison(sha256, isSigned);
  const [isReporting, setReporting] = useState(false);
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
            <Verified
              report={lowered(report.value, isSigned ? seen : undefined)}
              seen={isSigned ? seen : undefined}
              onShowSigned={onShowSigned}
            />
            <EarlierVerdicts report={report.value} />
            <Button
              variant="default"
              disabled={isSigned && seen.status === 'loading'}
              onClick={() => setReporting(true)}
            >
              {t('signing.report.print')}
            </Button>
            <Button variant="default" onClick={() => onPrint('asIs', report.value)}>
              {t('viewer.print.asIs')}
            </Button>
            {hasOwnSeal(report.value) ? (
              <Button variant="default" onClick={() => onPrint('forWetSeal', report.value)}>
                {t('viewer.print.forWetSeal')}
              </Button>
            ) : null}
            {isReporting ? (
              <PrintDialog title={t('signing.report.title')} onClose={() => setReporting(false)}>
                <ReportSheet
                  fileName={fileName}
                  report={lowered(report.value, isSigned ? seen : undefined)}
                />
              </PrintDialog>
            ) : null}
          </>
        ) : null}
      </Stack>
    </ScrollArea>
  );
}

interface VerifiedProps {
  readonly report: VerificationReport;
  /** What the pages look like; undefined when nobody signed. */
  readonly seen: Live<VisualReport> | undefined;
  readonly onShowSigned: ((signature: SignatureReport) => void) | undefined;
}

/** The verdict as far as it is known: the pictures come later and can only lower it (V-10). */
const lowered = (report: VerificationReport, seen: Live<VisualReport> | undefined) =>
  seen?.status === 'ready' ? lowerVerdict(report, seen.value) : report;

function Verified({ report, seen, onShowSigned }: VerifiedProps) {
  return (
    <>
      <VerdictBadge verdict={report.verdict} />
      {seen ? <VisualFindings seen={seen} /> : null}
      {report.reasons.map(({ code }) => (
        <Text key={code}>{t(`signing.reason.${code}`)}</Text>
      ))}
      {report.signatures.map((signature) => (
        <OneSignature key={signature.field} signature={signature} onShowSigned={onShowSigned} />
      ))}
      <Text size="sm" c="dark.3">
        {t('signing.verify.checkedAt', { at: formatInstant(report.checkedAt) })}
      </Text>
    </>
  );
}

const colors: Readonly<Record<Verdict, string>> = {
  HOP_LE: 'teal.9',
  HOP_LE_CANH_BAO: 'orange.9',
  CHUA_XAC_DINH: 'gray.8',
  KHONG_HOP_LE: 'red.9',
  KHONG_CO_CHU_KY: 'gray.8',
};

export function VerdictBadge({ verdict }: { readonly verdict: Verdict }) {
  return (
    <Badge color={colors[verdict]} size="lg" tt="none" radius="sm" data-verdict={verdict}>
      {t(`signing.verdict.${verdict}`)}
    </Badge>
  );
}

interface OneSignatureProps {
  readonly signature: SignatureReport;
  readonly onShowSigned: ((signature: SignatureReport) => void) | undefined;
}

/** One signature: who, whether the bytes are whole, what came after, whether the certificate is to be relied on. */
function OneSignature({ signature, onShowSigned }: OneSignatureProps) {
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
        {onShowSigned && isEarlierRevision(signature) ? (
          <Button variant="default" mt="xs" onClick={() => onShowSigned(signature)}>
            {t(
              signature.kind === 'leader'
                ? 'signing.verify.showLeaders'
                : 'signing.verify.showSigned',
            )}
          </Button>
        ) : null}
      </Stack>
    </Paper>
  );
}
