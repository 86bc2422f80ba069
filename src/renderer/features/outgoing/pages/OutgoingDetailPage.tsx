import { Alert, Badge, Box, Button, Group, Kbd, Loader, Stack } from '@mantine/core';
import { IconArrowLeft, IconPencil } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { findDocumentType } from '@shared/domain/document/document-type';
import type { AttachedFile } from '@shared/domain/document/incoming-document';
import { draftingRole } from '@shared/domain/document/outgoing-work';
import { t } from '@shared/i18n/translate';
import type { Failure } from '@shared/kernel/result';
import type { OutgoingDetail } from '../../../data/repositories/outgoing-view';
import { useCurrentSession } from '../../../data/session';
import { EmptyState } from '../../../ui/EmptyState';
import { FailureNotice } from '../../../ui/FailureNotice';
import { PageHeader } from '../../../ui/PageHeader';
import { RecordMark } from '../../record-mark';
import { useShortcut } from '../../../ui/use-shortcut';
import { CopiesPanel } from '../../copies';
import { CopyNotice, FileViewer, useSaveCopy } from '../../viewer';
import { AppendicesPanel } from '../components/AppendicesPanel';
import { OutgoingFacts } from '../components/OutgoingFacts';
import { StepButtons } from '../components/StepButtons';
import { useOutgoingDetail } from '../hooks/use-outgoing';

interface OutgoingDetailPageProps {
  readonly id: string;
  readonly onClose: () => void;
  readonly onEdit: () => void;
  /** What waits for a choice. */
  readonly conflicts?: ReactNode;
}

export function OutgoingDetailPage({ id, onClose, onEdit, conflicts }: OutgoingDetailPageProps) {
  const live = useOutgoingDetail(id);
  const detail = live.status === 'ready' ? live.value : null;
  const canEdit = useCanEdit(detail);
  const [viewed, setViewed] = useState<AttachedFile>();
  const [failure, setFailure] = useState<Failure>();
  const isViewing = viewed !== undefined;
  useShortcut('Escape', onClose, !isViewing);
  useShortcut('F4', onEdit, canEdit && !isViewing);
  if (viewed) return <FileViewer file={viewed} onClose={() => setViewed(undefined)} />;

  return (
    <Box h="100%" p="md" style={{ overflowY: 'auto' }}>
      <PageHeader
        title={detail ? titleOf(detail) : t('outgoing.list.title')}
        before={
          <Button
            variant="default"
            leftSection={<IconArrowLeft size={18} aria-hidden />}
            onClick={onClose}
            style={{ flexShrink: 0 }}
          >
            {t('common.back')}
          </Button>
        }
      >
        {detail ? (
          <RecordMark isFull id={id} files={filesOf(detail)} isReceived={detail.isReceived} />
        ) : null}
      </PageHeader>
      {live.status === 'loading' ? <Loader /> : null}
      {live.status === 'failed' ? <FailureNotice code={live.failure.code} /> : null}
      {live.status === 'ready' && live.value === null ? (
        <EmptyState title={t('outgoing.detail.missing')} hint={t('outgoing.detail.missingHint')} />
      ) : null}
      {conflicts}
      {detail ? (
        <Stack gap="md" maw={1240}>
          <Group gap="sm">
            <Badge size="lg" variant="light" tt="none" radius="sm">
              {t(`outgoing.state.${detail.document.state}`)}
            </Badge>
            <Group gap="sm" ml="auto">
              {canEdit ? (
                <Button
                  variant="default"
                  leftSection={<IconPencil size={18} aria-hidden />}
                  rightSection={<Kbd size="xs">{t('outgoing.detail.editKey')}</Kbd>}
                  onClick={onEdit}
                >
                  {t('outgoing.detail.edit')}
                </Button>
              ) : null}
              <StepButtons detail={detail} onFailure={setFailure} />
            </Group>
          </Group>
          {failure ? (
            <FailureNotice code={failure.code} title={t('outgoing.detail.notDone')} />
          ) : null}
          <Detail detail={detail} onViewFile={setViewed} />
        </Stack>
      ) : null}
    </Box>
  );
}

const filesOf = ({ document: { drafts, finalPdf } }: OutgoingDetail): readonly string[] =>
  [...drafts, ...(finalPdf === null ? [] : [finalPdf])].map(({ sha256 }) => sha256);

function titleOf({ document }: OutgoingDetail): string {
  const type = findDocumentType(document.documentTypeId)?.name ?? '';
  return document.codeDisplay === null ? type : `${type} ${document.codeDisplay}`;
}

/** The drafter's own draft, before it is handed on or after it came back. */
function useCanEdit(detail: OutgoingDetail | null): boolean {
  const { user } = useCurrentSession();
  if (!detail) return false;
  const { draftedBy, state, organId } = detail.document;
  return (
    draftedBy === user.id &&
    (state === 'duThao' || state === 'traLai') &&
    draftingRole(user, organId) !== undefined
  );
}

interface DetailProps {
  readonly detail: OutgoingDetail;
  readonly onViewFile: (file: AttachedFile) => void;
}

function Detail({ detail, onViewFile }: DetailProps) {
  const { outcome, saveCopy } = useSaveCopy();
  return (
    <>
      {detail.isWaiting ? (
        <Alert color="orange" py="xs">
          <Badge color="orange.9" variant="filled" tt="none" radius="sm" mr="sm">
            {t('outgoing.waitingNumber')}
          </Badge>
          {t('outgoing.detail.waitsHint')}
        </Alert>
      ) : null}
      {detail.document.state === 'daDongDau' && detail.document.dispatchRequestedAt !== null ? (
        <Alert color="orange" py="xs">
          {t('outgoing.dispatch.waiting')}
        </Alert>
      ) : null}
      <CopyNotice outcome={outcome} />
      <OutgoingFacts
        detail={detail}
        onViewFile={onViewFile}
        onSaveCopy={(file) => void saveCopy(file)}
      />
      <AppendicesPanel detail={detail} onViewFile={onViewFile} />
      <CopiesPanel
        type="outgoingDocument"
        id={detail.id}
        document={detail.document}
        onViewFile={onViewFile}
      />
    </>
  );
}
