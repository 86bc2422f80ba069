import { Group, Text } from '@mantine/core';
import {
  IconArrowsDiff,
  IconCloudCheck,
  IconDeviceDesktop,
  IconPaperclip,
} from '@tabler/icons-react';
import { t } from '@shared/i18n/translate';

export type Mark = 'saved' | 'received' | 'waitingFile' | 'conflict';

const look = {
  saved: { Icon: IconDeviceDesktop, color: 'orange.9' },
  received: { Icon: IconCloudCheck, color: 'teal.9' },
  waitingFile: { Icon: IconPaperclip, color: 'orange.9' },
  conflict: { Icon: IconArrowsDiff, color: 'red.9' },
} as const;

interface SavedMarkProps {
  readonly mark: Mark;
}

/** Two facts, two words, everywhere: saved on this machine, received by the server; and what stands in the way. */
export function SavedMark({ mark }: SavedMarkProps) {
  const { Icon, color } = look[mark];
  return (
    <Group gap={6} wrap="nowrap" c={color} title={t(`incoming.mark.${mark}Hint`)}>
      <Icon size={18} stroke={1.8} aria-hidden />
      <Text size="sm" fw={mark === 'received' ? 400 : 600} style={{ whiteSpace: 'nowrap' }}>
        {t(`incoming.mark.${mark}`)}
      </Text>
    </Group>
  );
}
