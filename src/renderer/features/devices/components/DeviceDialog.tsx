import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { formatBytes, formatInstant } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';
import type { DeviceOverview } from '@shared/domain/organ/devices';
import { Fact, FactGroup } from '../../../ui/Facts';
import { clockText, unsentText } from '../device-text';
import { DeviceAlerts } from './DeviceAlerts';
import { DisableDevice } from './DisableDevice';

interface DeviceDialogProps {
  readonly device: DeviceOverview;
  readonly onDisabled: () => void;
  readonly onClose: () => void;
}

/** Everything that is known of one machine, and the act of disabling it. */
export function DeviceDialog({ device, onDisabled, onClose }: DeviceDialogProps) {
  const [isDisabling, setDisabling] = useState(false);
  const { name, state, alerts, losses } = device;
  return (
    <Modal
      opened
      onClose={onClose}
      title={isDisabling ? t('devices.disable.title', { name }) : name}
      size={960}
      yOffset="1dvh"
      centered
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {isDisabling ? (
        <DisableDevice device={device} onDone={onDisabled} onClose={() => setDisabling(false)} />
      ) : (
        <Stack gap="sm">
          {alerts.length > 0 ? <DeviceAlerts device={device} /> : null}
          <Known device={device} />
          <Said device={device} />
          {losses.length > 0 ? (
            <div>
              <Text fw={600}>{t('devices.losses')}</Text>
              {losses.map(({ from, to, at }) => (
                <Text key={`${from}-${to}`}>
                  {t('devices.loss', { from: `${from}`, to: `${to}`, at: formatInstant(at) })}
                </Text>
              ))}
            </div>
          ) : null}
          <Group justify="flex-end">
            {state === 'disabled' && device.wipe ? null : (
              <Button variant="subtle" color="red" onClick={() => setDisabling(true)}>
                {t(state === 'disabled' ? 'devices.disable.wipeButton' : 'devices.disable.button')}
              </Button>
            )}
            <Button variant="default" onClick={onClose} data-autofocus>
              {t('common.close')}
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}

interface FactsProps {
  readonly device: DeviceOverview;
}

/** What the server knows by itself. */
function Known({ device }: FactsProps) {
  const { state, lastContactAt, received, rejected, held, leases, inc, wipe } = device;
  return (
    <FactGroup legend={t('devices.known')}>
      <Fact label={t('devices.state')}>{t(`devices.states.${state}`)}</Fact>
      <Fact label={t('devices.lastContact')}>
        {lastContactAt === null ? t('devices.never') : formatInstant(lastContactAt)}
      </Fact>
      <Fact label={t('devices.received')}>{t('devices.operations', { count: received })}</Fact>
      <Fact label={t('devices.rejected')}>{t('devices.rejectedCount', { rejected, held })}</Fact>
      <Fact label={t('devices.registers')}>{leases}</Fact>
      <Fact label={t('devices.incarnation')}>{inc}</Fact>
      {wipe ? (
        <Fact label={t('devices.wipe')}>
          {wipe.toldAt === null
            ? t('devices.wipeWaits')
            : t('devices.wipeTold', { at: formatInstant(wipe.toldAt) })}
        </Fact>
      ) : null}
    </FactGroup>
  );
}

/** What the machine said of itself. */
function Said({ device: { figures, oldestPendingAt } }: FactsProps) {
  if (!figures) return <Text>{t('devices.saidNothing')}</Text>;
  const { refused, held, freeBytes, healed, loadPercent, version } = figures;
  return (
    <FactGroup legend={t('devices.said')}>
      <Fact label={t('devices.unsent')}>{unsentText(figures)}</Fact>
      <Fact label={t('devices.oldest')}>
        {oldestPendingAt === null ? t('devices.nothing') : formatInstant(oldestPendingAt)}
      </Fact>
      <Fact label={t('devices.toHandle')}>{refused + held}</Fact>
      <Fact label={t('devices.clock')}>{clockText(figures)}</Fact>
      <Fact label={t('devices.freeDisk')}>
        {freeBytes === null ? t('devices.unknown') : formatBytes(freeBytes)}
      </Fact>
      <Fact label={t('devices.version')}>{version}</Fact>
      <Fact label={t('devices.healed')}>{healed}</Fact>
      {loadPercent === null ? null : (
        <Fact label={t('devices.load')}>{t('devices.percent', { percent: loadPercent })}</Fact>
      )}
    </FactGroup>
  );
}
