import { Group, Text } from '@mantine/core';
import {
  IconArrowsDiff,
  IconCloudCheck,
  IconDeviceDesktop,
  IconPaperclip,
  IconUsers,
} from '@tabler/icons-react';
import { t } from '@shared/i18n/translate';

export type Mark = 'saved' | 'peer' | 'received' | 'waitingFile' | 'conflict';

const look = {
  saved: { Icon: IconDeviceDesktop, color: 'orange.9' },
  peer: { Icon: IconUsers, color: 'orange.9' },
  received: { Icon: IconCloudCheck, color: 'teal.9' },
  waitingFile: { Icon: IconPaperclip, color: 'orange.9' },
  conflict: { Icon: IconArrowsDiff, color: 'red.9' },
} as const;

interface SavedMarkProps {
  readonly mark: Mark;
  /** What is shown on pointing; the mark's own words unless told. */
  readonly hint?: string | undefined;
  /** In place of the mark's short words. */
  readonly label?: string | undefined;
}

/** Two facts, two words, everywhere: saved on this machine, received by the server; and what stands in the way. */
export function SavedMark({ mark, hint, label }: SavedMarkProps) {
  const { Icon, color } = look[mark];
  return (
    <Group gap={6} wrap="nowrap" c={color} title={hint ?? t(`incoming.mark.${mark}Hint`)}>
      <Icon size={18} stroke={1.8} aria-hidden style={{ flexShrink: 0 }} />
      <Text size="sm" fw={mark === 'received' ? 400 : 600} style={{ whiteSpace: 'nowrap' }}>
        {label ?? t(`incoming.mark.${mark}`)}
      </Text>
    </Group>
  );
}
