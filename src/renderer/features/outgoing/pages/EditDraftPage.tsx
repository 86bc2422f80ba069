import { Box, Loader, Stack } from '@mantine/core';
import { useState } from 'react';
import { draftFields, type OutgoingDocument } from '@shared/domain/document/outgoing-document';
import { t } from '@shared/i18n/translate';
import type { JsonObject } from '@shared/kernel/canonical-json';
import { previewPatch } from '@shared/sync/merge';
import { Patch } from '@shared/sync/operation';
import { useBridge } from '../../../data/bridge';
import type { RefusedWork } from '../../../data/refused-work';
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
  /** Changes that were refused, with which the form is filled. */
  readonly refused?: RefusedWork | undefined;
  readonly onClose: () => void;
}

/** The drafter's own changes, before the draft is handed on or after it came back. */
export function EditDraftPage({ id, refused, onClose }: EditDraftPageProps) {
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
  return (
    <Editing
      detail={detail.value}
      refused={refused}
      references={references.value}
      onClose={onClose}
    />
  );
}

interface EditingProps {
  readonly refused: RefusedWork | undefined;
  readonly detail: OutgoingDetail;
  readonly references: DraftReferences;
  readonly onClose: () => void;
}

function Editing({ detail, refused, references, onClose }: EditingProps) {
  const bridge = useBridge();
  const { organs } = useCurrentSession();
  const drafting = useDraftingOrgans();
  const today = todayInVietnam();
  // What the drafter saw when the form was opened, whatever comes in meanwhile.
  const [seen] = useState(detail);
  const [wanted] = useState(() => withRefused(seen.document, refused));
  const [initial] = useState(() => startFrom(wanted));

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
      replaces: refused?.replaces ?? [],
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
        files={wanted.drafts}
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

/** The draft with what the drafter had wanted of it. */
const withRefused = (
  document: OutgoingDocument,
  refused: RefusedWork | undefined,
): OutgoingDocument =>
  (refused?.bodies ?? []).reduce<JsonObject>(
    (shown, body) => {
      const patch = Patch.safeParse(body);
      return patch.success ? previewPatch(shown, patch.data, draftFields, '') : shown;
    },
    document as unknown as JsonObject,
  ) as unknown as OutgoingDocument;
