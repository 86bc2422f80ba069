import { Box, Button, Loader, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { t } from '@shared/i18n/translate';
import type { DeviceOverview } from '@shared/domain/organ/devices';
import { EmptyState } from '../../../ui/EmptyState';
import { FailureNotice } from '../../../ui/FailureNotice';
import { PageHeader } from '../../../ui/PageHeader';
import { CodeDialog } from '../components/CodeDialog';
import { DeviceAlerts } from '../components/DeviceAlerts';
import { DeviceDialog } from '../components/DeviceDialog';
import { DeviceTable } from '../components/DeviceTable';
import { useDevices } from '../hooks/use-devices';

/** The office's machines, those that need a person first (§15). Nothing of it is kept here: without a line there is none. */
export function DevicesPage() {
  const { list, reload } = useDevices();
  const [opened, setOpened] = useState<DeviceOverview>();
  const [isIssuing, setIssuing] = useState(false);
  const devices = list.status === 'ready' ? list.value.devices : [];
  const alarming = devices.filter(({ alerts }) => alerts.length > 0);

  return (
    <Box p="md" h="100%" style={{ overflow: 'auto' }}>
      <PageHeader title={t('devices.page')}>
        <Button variant="default" onClick={reload}>
          {t('devices.reload')}
        </Button>
        <Button onClick={() => setIssuing(true)}>{t('devices.code.button')}</Button>
      </PageHeader>
      <Stack gap="md">
        {list.status === 'loading' ? <Loader aria-label={t('common.loading')} /> : null}
        {list.status === 'failed' ? (
          <FailureNotice code={list.failure.code} title={t('devices.needsLine')} onRetry={reload} />
        ) : null}
        {list.status === 'ready' && devices.length === 0 ? (
          <EmptyState title={t('devices.empty')} hint={t('devices.emptyHint')} />
        ) : null}
        {alarming.length > 0 ? (
          <Stack gap="sm" component="section">
            <Title order={3} size="h4">
              {t('devices.alerts')}
            </Title>
            {alarming.map((device) => (
              <DeviceAlerts
                key={`${device.deviceId}/${device.inc}`}
                device={device}
                onOpen={() => setOpened(device)}
              />
            ))}
          </Stack>
        ) : null}
        {devices.length > 0 ? (
          <section>
            <Title order={3} size="h4">
              {t('devices.all')}
            </Title>
            <Text c="dark.3" mb="xs">
              {t('devices.intro')}
            </Text>
            <DeviceTable devices={devices} onOpen={setOpened} />
          </section>
        ) : null}
      </Stack>
      {opened ? (
        <DeviceDialog
          device={opened}
          onDisabled={() => {
            setOpened(undefined);
            reload();
          }}
          onClose={() => setOpened(undefined)}
        />
      ) : null}
      {isIssuing ? <CodeDialog onClose={() => setIssuing(false)} /> : null}
    </Box>
  );
}
