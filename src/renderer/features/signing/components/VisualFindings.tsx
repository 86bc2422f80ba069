import { Group, Image, Loader, Stack, Text } from '@mantine/core';
import type { VisualChange, VisualReport } from '@shared/domain/signing/visual-comparison';
import { t } from '@shared/i18n/translate';
import type { Live } from '../../../data/live';
import { FailureNotice } from '../../../ui/FailureNotice';

interface VisualFindingsProps {
  readonly seen: Live<VisualReport>;
}

/** Pages that look different from what was signed, each place as it was and as it is (V-10). */
export function VisualFindings({ seen }: VisualFindingsProps) {
  switch (seen.status) {
    case 'loading':
      return (
        <Group gap="xs" role="status">
          <Loader size="xs" />
          <Text size="sm">{t('signing.verify.comparing')}</Text>
        </Group>
      );
    case 'failed':
      return <FailureNotice code={seen.failure.code} />;
    case 'ready':
      return (
        <Stack gap="xs">
          {seen.value.changes.map((change) => (
            <ChangedPage key={`${change.signedLength} ${change.page}`} change={change} />
          ))}
          {seen.value.stoppedBy === null ? null : (
            <Text size="sm">{t('signing.verify.notCompared')}</Text>
          )}
        </Stack>
      );
  }
}

function ChangedPage({ change }: { readonly change: VisualChange }) {
  const page = String(change.page);
  return (
    <Stack gap={4} data-changed-page={page}>
      <Text fw={600}>{t('signing.verify.changedPage', { page })}</Text>
      <Group grow gap="xs" align="flex-start">
        <Place label={t('signing.verify.asSigned')} picture={change.signed} />
        <Place label={t('signing.verify.asPresent')} picture={change.present} />
      </Group>
    </Stack>
  );
}

interface PlaceProps {
  readonly label: string;
  readonly picture: string | null;
}

function Place({ label, picture }: PlaceProps) {
  if (picture === null) return null;
  return (
    <Stack gap={2}>
      <Text size="sm">{label}</Text>
      <Image src={picture} alt={label} bd="1px solid gray.4" />
    </Stack>
  );
}
