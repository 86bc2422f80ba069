import { Stack, Text, Title } from '@mantine/core';
import { t } from '@shared/i18n/translate';
import { PrintDialog } from '../../../ui/PrintDialog';

interface HubCodesProps {
  readonly codes: readonly string[];
  readonly onClose: () => void;
}

/** "Mã kết nối trạm" in large letters, to be typed at the other PCs; one for each address of this PC. */
export function HubCodes({ codes, onClose }: HubCodesProps) {
  return (
    <PrintDialog title={t('hubHost.codesTitle')} onClose={onClose}>
      <Stack gap="md" p="md" ff="text">
        <Title order={3}>{t('hubHost.codesTitle')}</Title>
        <Text>{codes.length === 0 ? t('hubHost.noCodes') : t('hubHost.codesUse')}</Text>
        {codes.map((code) => (
          <Text
            key={code}
            ff="monospace"
            fz={22}
            fw={600}
            style={{ overflowWrap: 'anywhere' }}
            aria-label={t('hub.code')}
          >
            {code}
          </Text>
        ))}
      </Stack>
    </PrintDialog>
  );
}
