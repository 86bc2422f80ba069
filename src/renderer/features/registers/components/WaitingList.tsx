import { Button, Group, Stack, Text } from '@mantine/core';
import { IconPrinter } from '@tabler/icons-react';
import { useState } from 'react';
import { numberingLimit } from '@shared/domain/register/numbering-limit';
import { formatDate, formatRecent } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';
import { localDateAt } from '@shared/kernel/local-date';
import { useBridge } from '../../../data/bridge';
import type { RegisterRow, WaitingPaper } from '../../../data/repositories/register-repository';
import { useNow } from '../../../data/use-now';
import { actOnPaper } from '../commands/register-acts';
import { NumberDialog } from './NumberDialog';
import { PaperSlip } from './PaperSlip';

interface WaitingListProps {
  readonly papers: readonly WaitingPaper[];
  /** Requests that the server knows of, other machines' included. */
  readonly queueLength: number;
  readonly row: RegisterRow;
  readonly isClerk: boolean;
}

/** Papers at "Chờ cấp số", with the last day on which the law lets their number wait (NĐ 30/2020/NĐ-CP, Điều 15). */
export function WaitingList({ papers, queueLength, row, isClerk }: WaitingListProps) {
  const bridge = useBridge();
  const nowMs = useNow();
  const [recording, setRecording] = useState<WaitingPaper>();
  const [isSlipOpen, setSlipOpen] = useState(false);
  const today = localDateAt(nowMs);
  if (papers.length === 0 && queueLength === 0) {
    return <Text c="dark.3">{t('register.queue.empty')}</Text>;
  }
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Text fw={600}>
          {t('register.queue.title', { count: Math.max(papers.length, queueLength) })}
        </Text>
        {isClerk && papers.length > 0 ? (
          <Button
            variant="default"
            leftSection={<IconPrinter size={18} aria-hidden />}
            onClick={() => setSlipOpen(true)}
          >
            {t('register.slip.print')}
          </Button>
        ) : null}
      </Group>
      <Stack component="ul" gap={6} m={0} p={0} style={{ listStyle: 'none' }}>
        {papers.map((paper) => {
          const limit = numberingLimit(localDateAt(Date.parse(paper.since)));
          return (
            <Group component="li" key={paper.id} gap="sm" wrap="nowrap">
              <Text flex={1} miw={0} truncate title={paper.subject}>
                {paper.subject}
              </Text>
              <Text c={limit < today ? 'red.9' : 'dark.4'} style={{ whiteSpace: 'nowrap' }}>
                {t(limit < today ? 'register.queue.late' : 'register.queue.limit', {
                  since: formatRecent(paper.since, nowMs),
                  limit: formatDate(limit),
                })}
              </Text>
              {isClerk ? (
                <Button
                  variant="default"
                  aria-label={t('register.record.named', { subject: paper.subject })}
                  onClick={() => setRecording(paper)}
                >
                  {t('register.record.open')}
                </Button>
              ) : null}
            </Group>
          );
        })}
      </Stack>
      {isSlipOpen ? (
        <PaperSlip row={row} papers={papers} onClose={() => setSlipOpen(false)} />
      ) : null}
      {recording ? (
        <NumberDialog
          title={t('register.record.title')}
          text={t('register.record.text', { subject: recording.subject })}
          label={t('register.record.label')}
          act={t('register.record.act')}
          least={1}
          dayUntil={today}
          onGiven={(number, date = today) =>
            actOnPaper(bridge, recording, {
              kind: 'cmd.recordPaperNumber',
              role: 'vanThu',
              body: { registerId: row.register.id, number, date },
            })
          }
          onClose={() => setRecording(undefined)}
        />
      ) : null}
    </Stack>
  );
}
