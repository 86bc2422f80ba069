import { Badge, Button, Group, Paper, Stack, Text } from '@mantine/core';
import { IconArrowBackUp, IconCheck } from '@tabler/icons-react';
import { useId } from 'react';
import { formatInstant } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';
import { instantOf } from '@shared/sync/acts/act';
import type { WaitingWork } from '../../../data/repositories/held-work-repository';
import { useUserNames } from '../../../data/use-user-names';
import { HeldChanges } from './HeldChanges';

interface HeldCardProps {
  readonly waiting: WaitingWork;
  /** Left out for what cannot be taken over, or not by this person. */
  readonly onAccept: (() => void) | undefined;
  readonly onReturn: (() => void) | undefined;
}

const stateColor = { choTiepNhan: 'orange', daTiepNhan: 'teal', daTraLai: 'gray' } as const;

/** One piece of held work: who, when, which document, what change, and what became of it. */
export function HeldCard({ waiting, onAccept, onReturn }: HeldCardProps) {
  const nameOf = useUserNames();
  const heading = useId();
  const { operation, state, decidedBy, decidedAt, reason } = waiting.work;
  return (
    <Paper withBorder radius="md" p="md" component="article" aria-labelledby={heading}>
      <Stack gap="sm">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <div>
            <Text fw={600} id={heading} style={{ overflowWrap: 'anywhere' }}>
              {waiting.title || t('held.unnamed')}
            </Text>
            <Text size="sm">
              {t('held.author', {
                name: nameOf(operation.actor),
                at: formatInstant(instantOf(operation)),
              })}
            </Text>
          </div>
          <Badge
            color={stateColor[state]}
            variant="light"
            tt="none"
            radius="sm"
            style={{ flexShrink: 0 }}
          >
            {t(`held.state.${state}`)}
          </Badge>
        </Group>
        <HeldChanges operation={operation} />
        {decidedBy !== null && decidedAt !== null ? (
          <Text size="sm">
            {t('held.decided', { name: nameOf(decidedBy), at: formatInstant(decidedAt) })}
          </Text>
        ) : null}
        {reason === null ? null : <Text size="sm">{t('held.reasonWas', { reason })}</Text>}
        {onAccept || onReturn ? (
          <Group justify="flex-end">
            {onReturn ? (
              <Button
                variant="default"
                leftSection={<IconArrowBackUp size={18} aria-hidden />}
                onClick={onReturn}
              >
                {t('held.return')}
              </Button>
            ) : null}
            {onAccept ? (
              <Button leftSection={<IconCheck size={18} aria-hidden />} onClick={onAccept}>
                {t('held.accept')}
              </Button>
            ) : null}
          </Group>
        ) : null}
      </Stack>
    </Paper>
  );
}
