import { Badge, Button, Group, Paper, Stack, Text } from '@mantine/core';
import { useEffect, useRef, type ReactNode } from 'react';
import { formatInstant } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';
import type { Output } from '@shared/ipc/contract';

interface UnreceivedCardProps {
  readonly what: ReactNode;
  readonly at: string;
  /** Undefined while the server has not been asked. */
  readonly standing: Output<'unreceived.compare'>[number]['standing'] | undefined;
  readonly isFirst: boolean;
  readonly onSendAgain: () => void;
  readonly onKnown: () => void;
}

const look = {
  received: { color: 'teal', text: 'incarnation.left.received' },
  alike: { color: 'yellow', text: 'incarnation.left.alike' },
  missing: { color: 'orange', text: 'incarnation.left.missing' },
  unknown: { color: 'gray', text: 'incarnation.left.unknown' },
} as const;

/** One act with what is proposed for it; the proposal is the filled button. */
export function UnreceivedCard({
  what,
  at,
  standing: told,
  isFirst,
  onSendAgain,
  onKnown,
}: UnreceivedCardProps) {
  const proposal = useRef<HTMLButtonElement>(null);
  const standing = told ?? 'unknown';
  const isKnown = standing === 'received' || standing === 'alike';
  useEffect(() => {
    if (isFirst && standing !== 'unknown') proposal.current?.focus();
  }, [isFirst, standing]);
  const { color, text } = look[standing];
  return (
    <Paper withBorder radius="md" p="md" component="article">
      <Stack gap="xs">
        <Text>{what}</Text>
        <Group gap="xs">
          <Badge color={color} variant="light" tt="none" radius="sm">
            {t(text)}
          </Badge>
          <Text size="sm" c="dark.3">
            {formatInstant(at)}
          </Text>
        </Group>
        <Group gap="xs">
          <Button
            ref={isKnown ? proposal : null}
            variant={isKnown ? 'filled' : 'default'}
            onClick={onKnown}
          >
            {t('incarnation.left.confirmKnown')}
          </Button>
          <Button
            ref={isKnown ? null : proposal}
            variant={isKnown ? 'default' : 'filled'}
            disabled={standing === 'unknown'}
            onClick={onSendAgain}
          >
            {t('incarnation.left.sendAgain')}
          </Button>
        </Group>
      </Stack>
    </Paper>
  );
}
