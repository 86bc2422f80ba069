import { Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { t } from '@shared/i18n/translate';
import type { Failure } from '@shared/kernel/result';
import type { DeviceOverview } from '@shared/domain/organ/devices';
import { ask, useBridge } from '../../../data/bridge';
import { FailureNotice } from '../../../ui/FailureNotice';
import { unsentText } from '../device-text';

interface DisableDeviceProps {
  readonly device: DeviceOverview;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** Says in words what is lost by it, and asks for a mark that the right machine was chosen. */
export function DisableDevice({ device, onDone, onClose }: DisableDeviceProps) {
  const bridge = useBridge();
  const [isUnderstood, setUnderstood] = useState(false);
  const [isLost, setLost] = useState(device.state === 'disabled');
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const { deviceId, figures, leases } = device;
  const isUnsent = figures !== null && figures.pendingOperations + figures.pendingFiles > 0;

  const disable = async () => {
    setBusy(true);
    const answer = await ask(bridge, 'devices.disable', { deviceId, wipe: isLost });
    setBusy(false);
    setFailure(answer.ok ? undefined : answer.error);
    if (answer.ok) onDone();
  };

  return (
    <Stack gap="sm">
      {failure ? <FailureNotice code={failure.code} title={t('devices.disable.failed')} /> : null}
      <Text fw={600}>{t('devices.disable.now')}</Text>
      <Text>
        {isUnsent
          ? t('devices.disable.unsent', { work: unsentText(figures) })
          : t('devices.disable.unsentUnknown')}
      </Text>
      {leases > 0 ? <Text>{t('devices.disable.register', { count: leases })}</Text> : null}
      <Text>{t('devices.disable.audit')}</Text>
      <Checkbox
        label={t('devices.disable.wipe')}
        description={t('devices.disable.wipeHint')}
        checked={isLost}
        onChange={(event) => setLost(event.currentTarget.checked)}
      />
      <Checkbox
        label={t('devices.disable.understood')}
        checked={isUnderstood}
        onChange={(event) => setUnderstood(event.currentTarget.checked)}
      />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose} data-autofocus>
          {t('common.back')}
        </Button>
        <Button
          color="red"
          disabled={!isUnderstood}
          loading={isBusy}
          onClick={() => void disable()}
        >
          {t('devices.disable.act')}
        </Button>
      </Group>
    </Stack>
  );
}
