import { Button, Group, Stack, Text } from '@mantine/core';
import { t } from '@shared/i18n/translate';
import type { DeviceCheck } from '@shared/ipc/device-check';

interface SoftwareKeysProps {
  readonly policy: DeviceCheck['softwareKeys'];
  readonly onImport: () => void;
}

/** Whether this office may sign with keys of files, who says so, and the way in; no password is typed on this page. */
export function SoftwareKeys({ policy, onImport }: SoftwareKeysProps) {
  return (
    <Stack gap="xs">
      <Text>{t(`tokenCheck.software.${policy}`)}</Text>
      {policy === 'none' ? null : (
        <>
          <Text c="dark.3">{t('tokenCheck.software.marked')}</Text>
          <Group>
            <Button variant="default" onClick={onImport}>
              {t('tokenCheck.software.import')}
            </Button>
          </Group>
        </>
      )}
    </Stack>
  );
}
