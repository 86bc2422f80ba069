import { Alert, Badge, Box, Button, Kbd, Loader, Stack } from '@mantine/core';
import { IconArrowLeft, IconPencil } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import type { AttachedFile } from '@shared/domain/document/incoming-document';
import { printNumber } from '@shared/domain/register/allocate-number';
import { t } from '@shared/i18n/translate';
import type { IncomingDetail } from '../../../data/repositories/incoming-view';
import { useRoleFor } from '../../../data/session';
import { EmptyState } from '../../../ui/EmptyState';
import { FailureNotice } from '../../../ui/FailureNotice';
import { PageHeader } from '../../../ui/PageHeader';
import { RecordMark } from '../../record-mark';
import { useShortcut } from '../../../ui/use-shortcut';
import { CopiesPanel } from '../../copies';
import { CopyNotice, FileViewer, useSaveCopy } from '../../viewer';
import { IncomingFacts } from '../components/IncomingFacts';
import { useIncomingDetail } from '../hooks/use-incoming';

interface IncomingDetailPageProps {
  readonly id: string;
  readonly onClose: () => void;
  readonly onCorrect: () => void;
  /** What waits for a choice. */
  readonly conflicts?: ReactNode;
}

export function IncomingDetailPage({ id, onClose, onCorrect, conflicts }: IncomingDetailPageProps) {
  const detail = useIncomingDetail(id);
  const roleFor = useRoleFor('correctIncoming');
  const canCorrect =
    detail.status === 'ready' &&
    detail.value !== null &&
    roleFor(detail.value.document.organId) !== undefined;
  const [viewed, setViewed] = useState<AttachedFile>();
  const isViewing = viewed !== undefined;
  useShortcut('Escape', onClose, !isViewing);
  useShortcut('F4', onCorrect, canCorrect && !isViewing);
  if (viewed) return <FileViewer file={viewed} onClose={() => setViewed(undefined)} />;

  return (
    <Box h="100%" p="md" style={{ overflowY: 'auto' }}>
      <PageHeader
        title={
          detail.status === 'ready' && detail.value
            ? titleOf(detail.value)
            : t('incoming.list.title')
        }
        before={
          <Button
            variant="default"
            leftSection={<IconArrowLeft size={18} aria-hidden />}
            onClick={onClose}
          >
            {t('common.back')}
          </Button>
        }
      >
        {detail.status === 'ready' && detail.value ? (
          <RecordMark
            isFull
            id={id}
            files={detail.value.document.files.map(({ sha256 }) => sha256)}
            isReceived={detail.value.isReceived}
          />
        ) : null}
        {canCorrect ? (
          <Button
            leftSection={<IconPencil size={18} aria-hidden />}
            rightSection={<Kbd size="xs">{t('incoming.detail.correctKey')}</Kbd>}
            onClick={onCorrect}
          >
            {t('incoming.detail.correct')}
          </Button>
        ) : null}
      </PageHeader>
      {detail.status === 'loading' ? <Loader /> : null}
      {detail.status === 'failed' ? <FailureNotice code={detail.failure.code} /> : null}
      {detail.status === 'ready' && detail.value === null ? (
        <EmptyState title={t('incoming.detail.missing')} hint={t('incoming.detail.missingHint')} />
      ) : null}
      {conflicts}
      {detail.status === 'ready' && detail.value ? (
        <Detail detail={detail.value} onViewFile={setViewed} />
      ) : null}
    </Box>
  );
}

const titleOf = ({ document, isWaiting }: IncomingDetail): string => {
  if (document.arrivalNumber !== null) {
    return t('incoming.detail.title', { number: printNumber(document.arrivalNumber) });
  }
  return isWaiting ? t('incoming.detail.titleWaiting') : t('incoming.list.title');
};

interface DetailProps {
  readonly detail: IncomingDetail;
  readonly onViewFile: (file: AttachedFile) => void;
}

function Detail({ detail, onViewFile }: DetailProps) {
  const { outcome, saveCopy } = useSaveCopy();
  return (
    <Stack gap="md" maw={1240}>
      {detail.isWaiting ? (
        <Alert color="orange" py="xs">
          <Badge color="orange.9" variant="filled" tt="none" radius="sm" mr="sm">
            {t('incoming.waitingNumber')}
          </Badge>
          {t('incoming.detail.waitsHint')}
        </Alert>
      ) : null}
      <CopyNotice outcome={outcome} />
      <IncomingFacts
        detail={detail}
        onViewFile={onViewFile}
        onSaveCopy={(file) => void saveCopy(file)}
      />
      <CopiesPanel
        type="incomingDocument"
        id={detail.id}
        document={detail.document}
        onViewFile={onViewFile}
      />
    </Stack>
  );
}
