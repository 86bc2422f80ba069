import { Button, Table, Text } from '@mantine/core';
import { formatBytes, formatInstant } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';
import type { DeviceOverview } from '@shared/domain/organ/devices';
import { clockText, unsentText } from '../device-text';

interface DeviceTableProps {
  readonly devices: readonly DeviceOverview[];
  readonly onOpen: (device: DeviceOverview) => void;
}

const columns = [
  'devices.name',
  'devices.state',
  'devices.lastContact',
  'devices.unsent',
  'devices.toHandle',
  'devices.registers',
  'devices.clock',
  'devices.freeDisk',
  'devices.version',
] as const;

const colors = { active: 'teal.9', fenced: 'orange.9', disabled: 'dark.3' } as const;

/** Silence that is worth a look, alert or not. */
const SILENT_DAYS = 3;

export function DeviceTable({ devices, onOpen }: DeviceTableProps) {
  return (
    <Table.ScrollContainer minWidth={900}>
      <Table highlightOnHover verticalSpacing="xs" bg="white" withTableBorder>
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <Table.Th key={column}>{t(column)}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {devices.map((device) => (
            <DeviceRow
              key={`${device.deviceId}/${device.inc}`}
              device={device}
              onOpen={() => onOpen(device)}
            />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

interface DeviceRowProps {
  readonly device: DeviceOverview;
  readonly onOpen: () => void;
}

function DeviceRow({ device, onOpen }: DeviceRowProps) {
  const { name, state, figures, leases, lastContactAt, silentDays } = device;
  const unknown = t('devices.unknown');
  return (
    <Table.Tr>
      <Table.Td>
        <Button
          variant="subtle"
          size="compact-md"
          aria-label={t('devices.details', { name })}
          onClick={onOpen}
        >
          {name}
        </Button>
      </Table.Td>
      <Table.Td>
        <Text c={colors[state]}>{t(`devices.states.${state}`)}</Text>
      </Table.Td>
      <Table.Td>
        {lastContactAt === null ? t('devices.never') : formatInstant(lastContactAt)}
        {state === 'active' && silentDays >= SILENT_DAYS ? (
          <Text size="sm" c="orange.9">
            {t('devices.silent', { days: silentDays })}
          </Text>
        ) : null}
      </Table.Td>
      <Table.Td>{figures ? unsentText(figures) : unknown}</Table.Td>
      <Table.Td>{figures ? figures.refused + figures.held : unknown}</Table.Td>
      <Table.Td>{leases}</Table.Td>
      <Table.Td>{figures ? clockText(figures) : unknown}</Table.Td>
      <Table.Td>
        {figures && figures.freeBytes !== null ? formatBytes(figures.freeBytes) : unknown}
      </Table.Td>
      <Table.Td>{figures?.version ?? unknown}</Table.Td>
    </Table.Tr>
  );
}
