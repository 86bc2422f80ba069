import { Alert, Button, Stack, Text } from '@mantine/core';
import { t } from '@shared/i18n/translate';
import type { DeviceOverview } from '@shared/domain/organ/devices';

interface DeviceAlertsProps {
  readonly device: DeviceOverview;
  readonly onOpen?: () => void;
}

/** Why a person should look at a machine, and what to do. */
export function DeviceAlerts({ device, onOpen }: DeviceAlertsProps) {
  const { name, alerts } = device;
  return (
    <Alert color="orange" variant="light" title={name}>
      <Stack gap={6} align="flex-start">
        {alerts.map((alert) => (
          <div key={alert}>
            <Text>{t(`devices.alert.${alert}.what`)}</Text>
            <Text fw={600}>{t(`devices.alert.${alert}.next`)}</Text>
          </div>
        ))}
        {onOpen ? (
          <Button variant="default" onClick={onOpen}>
            {t('devices.details', { name })}
          </Button>
        ) : null}
      </Stack>
    </Alert>
  );
}
