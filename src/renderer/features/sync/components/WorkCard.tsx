import { Badge, Button, Group, Paper, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { describeFailure } from '@shared/i18n/failures';
import { formatDuration, formatInstant } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';
import type { HeldNotice } from '@shared/sync/acts/held-work';
import { ConfirmButton } from '../../../ui/ConfirmButton';
import { copyText } from '../../../ui/copy-text';
import { actLabel, type WorkGroup, type WorkItem } from '../work-groups';

interface WorkCardProps {
  readonly group: WorkGroup;
  readonly title: string;
  readonly nowMs: number;
  /** What became of held acts, by operation. */
  readonly notices: ReadonlyMap<string, HeldNotice>;
  readonly textToCopy: string;
  /** Left out when the record does not exist: its registration was refused. */
  readonly onOpen?: (() => void) | undefined;
  /** Given when a form can be filled in again from what was refused. */
  readonly onCorrect?: (() => void) | undefined;
  /** Given when what was typed can be offered for a new document. */
  readonly onCopyToNew?: (() => void) | undefined;
  /** Given when the same may simply be asked for again. */
  readonly onResend?: (() => void) | undefined;
  readonly onDismiss?: (() => void) | undefined;
}

/** One record with what waits for it, how long, and why. */
export function WorkCard({
  group,
  title,
  nowMs,
  notices,
  textToCopy,
  onOpen,
  onCorrect,
  onCopyToNew,
  onResend,
  onDismiss,
}: WorkCardProps) {
  const [isCopied, setCopied] = useState(false);
  return (
    <Paper withBorder radius="md" p="md" component="article">
      <Stack gap="sm">
        <Text fw={600}>{title}</Text>
        {group.items.map((item) => (
          <WorkLine
            key={item.opId}
            item={item}
            nowMs={nowMs}
            notice={item.state === 'held' ? notices.get(item.opId) : undefined}
          />
        ))}
        <Group gap="xs">
          {onCorrect ? <Button onClick={onCorrect}>{t('sync.item.correct')}</Button> : null}
          {onCopyToNew ? (
            <Button variant="default" onClick={onCopyToNew}>
              {t('sync.item.copyToNew')}
            </Button>
          ) : null}
          {onResend ? <Button onClick={onResend}>{t('sync.item.resend')}</Button> : null}
          {onOpen ? (
            <Button variant="default" onClick={onOpen}>
              {t('sync.item.open')}
            </Button>
          ) : null}
          <Button variant="default" onClick={() => setCopied(copyText(textToCopy))}>
            {t(isCopied ? 'sync.item.copied' : 'sync.item.copy')}
          </Button>
          {onDismiss ? (
            <ConfirmButton
              label={t('sync.item.dismiss')}
              question={t('sync.item.dismissAsk')}
              onConfirm={onDismiss}
            />
          ) : null}
        </Group>
      </Stack>
    </Paper>
  );
}

interface WorkLineProps {
  readonly item: WorkItem;
  readonly nowMs: number;
  readonly notice: HeldNotice | undefined;
}

const stateLook = {
  pending: { color: 'orange', text: 'sync.item.waiting' },
  rejected: { color: 'red', text: 'sync.item.rejected' },
  held: { color: 'red', text: 'sync.item.held' },
} as const;

const noticeLook = {
  daTiepNhan: { color: 'teal', text: 'held.state.daTiepNhan' },
  daTraLai: { color: 'gray', text: 'held.state.daTraLai' },
} as const;

function WorkLine({ item, nowMs, notice }: WorkLineProps) {
  const { color, text } = notice ? noticeLook[notice.state] : stateLook[item.state];
  const reason = item.code === null || notice ? undefined : describeFailure(item.code);
  return (
    <Stack gap={2}>
      <Group gap="xs">
        <Text>{actLabel(item)}</Text>
        <Badge color={color} variant="light" tt="none" radius="sm">
          {t(text)}
        </Badge>
        <Text size="sm" c="dark.3">
          {t('sync.item.age', {
            at: formatInstant(item.at),
            age: formatDuration(nowMs - Date.parse(item.at)),
          })}
        </Text>
      </Group>
      {notice ? (
        <Text>
          {t(`sync.item.heldEnd.${notice.state}`, { at: formatInstant(notice.decidedAt) })}{' '}
          {notice.reason === null ? null : t('held.reasonWas', { reason: notice.reason })}
        </Text>
      ) : null}
      {reason ? (
        <Text>
          {reason.what} <strong>{reason.next}</strong>{' '}
          <Text span size="sm" c="dark.3">
            {t('common.reference', { reference: reason.reference })}
          </Text>
        </Text>
      ) : null}
    </Stack>
  );
}
