import { Box, Loader, Stack } from '@mantine/core';
import { useState } from 'react';
import { t } from '@shared/i18n/translate';
import { useBridge } from '../../../data/bridge';
import type { OutgoingDetail } from '../../../data/repositories/outgoing-view';
import { useCurrentSession } from '../../../data/session';
import { todayInVietnam } from '../../../data/today';
import { EmptyState } from '../../../ui/EmptyState';
import { FailureNotice } from '../../../ui/FailureNotice';
import { PageHeader } from '../../../ui/PageHeader';
import { editDraft } from '../commands/save-draft';
import { DraftForm, type DraftSubmission, type FilledDraft } from '../components/DraftForm';
import { readDraft, startFrom } from '../draft-form';
import { useDraftReferences, type DraftReferences } from '../hooks/use-draft-references';
import { useDraftingOrgans, useOutgoingDetail } from '../hooks/use-outgoing';

interface EditDraftPageProps {
  readonly id: string;
  readonly onClose: () => void;
}

/** The drafter's own changes, before the draft is handed on or after it came back. */
export function EditDraftPage({ id, onClose }: EditDraftPageProps) {
  const detail = useOutgoingDetail(id);
  const references = useDraftReferences();
  if (detail.status === 'loading' || references.status === 'loading') return <Loader m="xl" />;
  if (detail.status === 'failed') return <FailureNotice code={detail.failure.code} />;
  if (references.status === 'failed') return <FailureNotice code={references.failure.code} />;
  if (detail.value === null) {
    return (
      <EmptyState title={t('outgoing.detail.missing')} hint={t('outgoing.detail.missingHint')} />
    );
  }
  return <Editing detail={detail.value} references={references.value} onClose={onClose} />;
}

interface EditingProps {
  readonly detail: OutgoingDetail;
  readonly references: DraftReferences;
  readonly onClose: () => void;
}

function Editing({ detail, references, onClose }: EditingProps) {
  const bridge = useBridge();
  const { organs } = useCurrentSession();
  const drafting = useDraftingOrgans();
  const today = todayInVietnam();
  // What the drafter saw when the form was opened, whatever comes in meanwhile.
  const [seen] = useState(detail);
  const [initial] = useState(() => startFrom(seen.document));

  const submit = async ({ values, ...filled }: FilledDraft): Promise<DraftSubmission> => {
    const { place, replyToIncomingIds } = seen.document;
    const read = readDraft(values, { ...filled, replyToIncomingIds, today, place });
    if (!read.ok) return { kind: 'invalid', errors: read.errors };
    const role = drafting.find(({ organ }) => organ.id === read.value.organId)?.role;
    if (!role) return { kind: 'failed', failure: { code: 'outgoing.not-allowed' } };
    const saved = await editDraft(bridge, {
      documentId: seen.id,
      rev: seen.rev,
      seen: seen.document,
      wanted: read.value,
      role,
      submit: filled.submit,
    });
    return saved.ok ? { kind: 'done', next: onClose } : { kind: 'failed', failure: saved.error };
  };

  return (
    <Stack h="100%" gap={0} pt="md">
      <Box px="md">
        <PageHeader title={t('outgoing.form.editTitle')} />
      </Box>
      <DraftForm
        isNew={false}
        initial={initial}
        files={seen.document.drafts}
        organs={organs}
        units={references.units}
        users={references.users}
        agencies={references.agencies}
        today={today}
        onSubmit={submit}
        onCancel={onClose}
      />
    </Stack>
  );
}
