import { Group, Loader, Text } from '@mantine/core';
import { describeFailure } from '@shared/i18n/failures';
import { t } from '@shared/i18n/translate';
import type { FileHash } from '@shared/kernel/ids';
import { useVerification } from '../hooks/use-verification';
import { VerdictBadge } from './SignaturePanel';

/** The verdict on a file's signatures beside its name; until it is there, that it is being looked for (V-19). */
export function FileVerdict({ sha256 }: { readonly sha256: FileHash }) {
  const report = useVerification(sha256);
  if (report.status === 'failed') return <Text>{describeFailure(report.failure.code).what}</Text>;
  if (report.status === 'ready') return <VerdictBadge verdict={report.value.verdict} />;
  return (
    <Group gap="xs" role="status">
      <Loader size="xs" />
      <Text>{t('signing.verify.checking')}</Text>
    </Group>
  );
}
