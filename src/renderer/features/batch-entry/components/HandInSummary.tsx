import { Box, Button, CloseButton, Group, Paper, ScrollArea, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import { t } from '@shared/i18n/translate';
import { useBridge, watchAnswer } from '../../../data/bridge';
import { liveAnswer } from '../../../data/live';
import { useLive } from '../../../data/use-live';
import { FailureNotice } from '../../../ui/FailureNotice';
import { RecentRegistrations } from '../../incoming';
import type { Summary } from '../hooks/use-hand-in';

interface HandInSummaryProps {
  readonly summary: Summary;
  readonly onOpen: (documentId: string) => void;
  readonly onClose: () => void;
}

/** How many went into the book, with their numbers as they come, and what is left to do. */
export function HandInSummary({ summary, onOpen, onClose }: HandInSummaryProps) {
  const { ids, left, failure } = summary;
  const isOffline = useIsOffline();
  // Rows that are left need the room; their marks come first.
  const [isListOpen, setListOpen] = useState(left === 0);
  const done =
    ids.length === 0 ? t('batch.summary.none') : t('batch.summary.done', { count: ids.length });
  return (
    <>
      {failure ? <FailureNotice code={failure.code} title={t('batch.summary.stopped')} /> : null}
      <Paper withBorder px="sm" py={6} role="status">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <Box>
            <Text fw={600} c={ids.length === 0 ? 'orange.9' : 'teal.9'}>
              {done}
            </Text>
            {left > 0 ? <Text>{t('batch.summary.left', { count: left })}</Text> : null}
            {ids.length > 0 && isOffline ? <Text>{t('batch.summary.offline')}</Text> : null}
          </Box>
          <Group gap="sm" wrap="nowrap">
            {ids.length > 0 ? (
              <Button variant="default" onClick={() => setListOpen(!isListOpen)}>
                {t(isListOpen ? 'batch.summary.hide' : 'batch.summary.show')}
              </Button>
            ) : null}
            <CloseButton aria-label={t('common.close')} onClick={onClose} />
          </Group>
        </Group>
        {isListOpen && ids.length > 0 ? (
          <ScrollArea.Autosize mah="22vh" mt={4} type="auto">
            <RecentRegistrations ids={ids} onOpen={onOpen} />
          </ScrollArea.Autosize>
        ) : null}
      </Paper>
    </>
  );
}

function useIsOffline(): boolean {
  const bridge = useBridge();
  const status = liveAnswer(
    useLive(
      useMemo(() => watchAnswer(bridge, 'sync.status', undefined, 'sync.statusChanged'), [bridge]),
    ),
  );
  return status.status === 'ready' && status.value.connection !== 'online';
}
