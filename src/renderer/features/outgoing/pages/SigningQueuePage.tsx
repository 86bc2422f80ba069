import { Badge, Box, Button, Loader, Stack, Text } from '@mantine/core';
import { IconSignature } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { findDocumentType } from '@shared/domain/document/document-type';
import { t } from '@shared/i18n/translate';
import type { OutgoingList } from '../../../data/repositories/outgoing-repository';
import type { OutgoingRow } from '../../../data/repositories/outgoing-view';
import { EmptyState } from '../../../ui/EmptyState';
import { FailureNotice } from '../../../ui/FailureNotice';
import { PageHeader } from '../../../ui/PageHeader';
import { RowTable } from '../../../ui/RowTable';
import { useShortcut } from '../../../ui/use-shortcut';
import { priorityLabel } from '../../incoming';
import { useBeginSigning } from '../../signing';
import { useSigningQueue } from '../hooks/use-signing-queue';

interface SigningQueuePageProps {
  readonly onOpen: (id: string) => void;
  /** Beside the button of the queue. */
  readonly actions?: ReactNode;
}

/** Everything that waits for this person's signature; one key opens the signing window over all of it (S-17). */
export function SigningQueuePage({ onOpen, actions }: SigningQueuePageProps) {
  const queue = useSigningQueue();
  return (
    <Stack h="100%" p="md" gap="md">
      {queue.status === 'loading' ? <Loader aria-label={t('common.loading')} /> : null}
      {queue.status === 'failed' ? <FailureNotice code={queue.failure.code} /> : null}
      {queue.status === 'ready' && queue.value.rows.length === 0 ? (
        <>
          <PageHeader title={t('signing.queue.title')}>{actions}</PageHeader>
          <EmptyState title={t('signing.queue.empty')} hint={t('signing.queue.emptyHint')} />
        </>
      ) : null}
      {queue.status === 'ready' && queue.value.rows.length > 0 ? (
        <Queue list={queue.value} onOpen={onOpen} actions={actions} />
      ) : null}
    </Stack>
  );
}

interface QueueProps extends SigningQueuePageProps {
  readonly list: OutgoingList;
}

function Queue({ list: { rows, total }, onOpen, actions }: QueueProps) {
  const { begin, failure } = useBeginSigning();
  const [selectedId, setSelectedId] = useState<string>();
  const more = (total ?? 0) - rows.length;
  const start = () =>
    void begin(
      'leader',
      rows.map(({ id }) => id),
    );
  useShortcut('F4', start);
  return (
    <>
      <Box>
        <PageHeader title={t('signing.queue.title')}>
          {actions}
          <Button size="lg" leftSection={<IconSignature size={24} aria-hidden />} onClick={start}>
            {t('signing.queue.start', { count: rows.length })}
          </Button>
        </PageHeader>
        <Text fz="lg">{t('signing.queue.intro')}</Text>
      </Box>
      {failure === undefined ? null : <FailureNotice code={failure} />}
      <RowTable
        label={t('signing.queue.title')}
        columns={[t('outgoing.list.columnSubject')]}
        widths="1fr"
        cells={QueueCell}
        rows={rows}
        total={rows.length}
        selectedId={selectedId}
        onSelect={setSelectedId}
        onOpen={onOpen}
        onNearEnd={showNoMore}
      />
      {more > 0 ? <Text fz="lg">{t('signing.queue.more', { count: more })}</Text> : null}
    </>
  );
}

/** The window takes no more at once, so the list has no more. */
const showNoMore = () => undefined;

function QueueCell({ row }: { readonly row: OutgoingRow }) {
  return (
    <div role="gridcell">
      <Text fz="lg" lineClamp={2} lh={1.25}>
        {row.priority > 0 ? (
          <Badge color="red" variant="filled" radius="sm" tt="none" mr={8} size="lg">
            {priorityLabel(row.priority)}
          </Badge>
        ) : null}
        <Text span fz="lg" c="dark.3">
          {findDocumentType(row.documentTypeId)?.name}
          {': '}
        </Text>
        {row.subject}
      </Text>
    </div>
  );
}
