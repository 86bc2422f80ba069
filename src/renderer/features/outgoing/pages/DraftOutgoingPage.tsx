import { Box, Button, Loader, Stack } from '@mantine/core';
import { useState } from 'react';
import { t } from '@shared/i18n/translate';
import { useBridge } from '../../../data/bridge';
import { useCurrentSession } from '../../../data/session';
import { todayInVietnam } from '../../../data/today';
import { EmptyState } from '../../../ui/EmptyState';
import { FailureNotice } from '../../../ui/FailureNotice';
import { PageHeader } from '../../../ui/PageHeader';
import { saveDraft } from '../commands/save-draft';
import { DraftForm, type DraftSubmission, type FilledDraft } from '../components/DraftForm';
import { emptyDraft, readDraft } from '../draft-form';
import { useDraftReferences, type DraftReferences } from '../hooks/use-draft-references';
import { useDraftingOrgans } from '../hooks/use-outgoing';

interface DraftOutgoingPageProps {
  readonly onClose: () => void;
  readonly onSaved: (id: string) => void;
}

export function DraftOutgoingPage(props: DraftOutgoingPageProps) {
  const references = useDraftReferences();
  const organs = useDraftingOrgans();
  if (references.status === 'loading') return <Loader m="xl" />;
  if (references.status === 'failed') return <FailureNotice code={references.failure.code} />;
  if (organs.length === 0) {
    return (
      <EmptyState title={t('outgoing.form.mayNotDraft')} hint={t('outgoing.form.mayNotDraftHint')}>
        <Button variant="default" onClick={props.onClose}>
          {t('common.back')}
        </Button>
      </EmptyState>
    );
  }
  return <Drafting {...props} references={references.value} />;
}

interface DraftingProps extends DraftOutgoingPageProps {
  readonly references: DraftReferences;
}

function Drafting({ references, onClose, onSaved }: DraftingProps) {
  const bridge = useBridge();
  const { user, office } = useCurrentSession();
  const drafting = useDraftingOrgans();
  const today = todayInVietnam();
  const [documentId] = useState(() => crypto.randomUUID());
  const [initial] = useState(() =>
    emptyDraft(
      drafting[0]?.organ.id ?? '',
      references.units.find(({ id }) => id === user.unitId)?.id ?? '',
    ),
  );

  const submit = async ({ values, ...filled }: FilledDraft): Promise<DraftSubmission> => {
    const read = readDraft(values, { ...filled, today, place: office.placeName });
    if (!read.ok) return { kind: 'invalid', errors: read.errors };
    const role = drafting.find(({ organ }) => organ.id === read.value.organId)?.role;
    if (!role) return { kind: 'failed', failure: { code: 'outgoing.not-allowed' } };
    const saved = await saveDraft(bridge, {
      draft: read.value,
      role,
      documentId,
      submit: filled.submit,
    });
    if (!saved.ok) return { kind: 'failed', failure: saved.error };
    return { kind: 'done', next: () => onSaved(documentId) };
  };

  return (
    <Stack h="100%" gap={0} pt="md">
      <Box px="md">
        <PageHeader title={t('outgoing.form.title')} />
      </Box>
      <DraftForm
        isNew
        initial={initial}
        files={NO_FILES}
        organs={drafting.map(({ organ }) => organ)}
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

const NO_FILES = [] as const;
