import { Group, Text } from '@mantine/core';
import { IconCloudCheck, IconDeviceDesktop } from '@tabler/icons-react';
import { t } from '@shared/i18n/translate';

interface SavedMarkProps {
  /** True once the server has it; else it is saved on this machine. */
  readonly isReceived: boolean;
}

/** Two facts, two words, everywhere: saved on this machine, received by the server. */
export function SavedMark({ isReceived }: SavedMarkProps) {
  const mark = isReceived ? 'received' : 'saved';
  const Icon = isReceived ? IconCloudCheck : IconDeviceDesktop;
  return (
    <Group
      gap={6}
      wrap="nowrap"
      c={isReceived ? 'teal.9' : 'orange.9'}
      title={t(`incoming.mark.${mark}Hint`)}
    >
      <Icon size={18} stroke={1.8} aria-hidden />
      <Text size="sm" fw={isReceived ? 400 : 600} style={{ whiteSpace: 'nowrap' }}>
        {t(`incoming.mark.${mark}`)}
      </Text>
    </Group>
  );
}
