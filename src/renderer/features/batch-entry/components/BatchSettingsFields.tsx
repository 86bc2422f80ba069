import { Checkbox, Group, NativeSelect } from '@mantine/core';
import { IncomingChannel } from '@shared/domain/document/incoming-document';
import type { Register } from '@shared/domain/register/register';
import { t } from '@shared/i18n/translate';
import { channelOptions } from '../../incoming';
import type { BatchSettings } from '../batch-row';

interface BatchSettingsFieldsProps {
  readonly settings: BatchSettings;
  readonly registers: readonly Register[];
  readonly isBusy: boolean;
  readonly onChange: (settings: BatchSettings) => void;
}

/** What is the same for every paper of the bundle: the book, and how it came. */
export function BatchSettingsFields(props: BatchSettingsFieldsProps) {
  const { settings, registers, isBusy, onChange } = props;
  return (
    <Group gap="md" wrap="nowrap">
      <NativeSelect
        aria-label={t('incoming.field.registerId')}
        name="registerId"
        value={settings.registerId}
        disabled={isBusy}
        data={registers.map(({ id, name, year }) => ({ value: id, label: `${name} ${year}` }))}
        onChange={(event) => onChange({ ...settings, registerId: event.currentTarget.value })}
      />
      <NativeSelect
        aria-label={t('incoming.field.channel')}
        name="channel"
        value={settings.channel}
        disabled={isBusy}
        data={channelOptions}
        onChange={(event) =>
          onChange({ ...settings, channel: IncomingChannel.parse(event.currentTarget.value) })
        }
      />
      <Checkbox
        label={t('incoming.field.hasPaper')}
        checked={settings.hasPaper}
        disabled={isBusy}
        onChange={(event) => onChange({ ...settings, hasPaper: event.currentTarget.checked })}
      />
    </Group>
  );
}
