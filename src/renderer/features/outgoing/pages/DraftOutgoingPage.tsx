import { Box, Button, Loader, Stack } from '@mantine/core';
import { useState } from 'react';
import { OutgoingDraft } from '@shared/domain/document/outgoing-document';
import { t } from '@shared/i18n/translate';
import { useBridge } from '../../../data/bridge';
import type { RefusedWork } from '../../../data/refused-work';
import { useCurrentSession } from '../../../data/session';
import { todayInVietnam } from '../../../data/today';
import { EmptyState } from '../../../ui/EmptyState';
import { FailureNotice } from '../../../ui/FailureNotice';
import { PageHeader } from '../../../ui/PageHeader';
import { saveDraft } from '../commands/save-draft';
import { DraftForm, type DraftSubmission, type FilledDraft } from '../components/DraftForm';
import { emptyDraft, readDraft, startFrom, type DraftStart } from '../draft-form';
import { useDraftReferences, type DraftReferences } from '../hooks/use-draft-references';
import { useDraftingOrgans } from '../hooks/use-outgoing';

interface DraftOutgoingPageProps {
  /** A draft that was refused, with which the form is filled. */
  readonly refused?: RefusedWork | undefined;
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

function Drafting({ references, refused, onClose, onSaved }: DraftingProps) {
  const bridge = useBridge();
  const { user, office } = useCurrentSession();
  const drafting = useDraftingOrgans();
  const today = todayInVietnam();
  const [documentId] = useState(() => crypto.randomUUID());
  const [typed] = useState(() => typedDraft(refused));
  const [initial] = useState(() =>
    typed
      ? startFrom(typed)
      : withTexts(emptyDraft(drafting[0]?.organ.id ?? '', user.unitId ?? ''), refused),
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
      replaces: refused?.replaces ?? [],
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
        files={typed?.drafts ?? NO_FILES}
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

/** A form that begins with the texts of a refused change: the rest of its document stays there. */
function withTexts(start: DraftStart, refused: RefusedWork | undefined): DraftStart {
  const { subject, note } = refused?.bodies[0] ?? {};
  const values = {
    ...start.values,
    ...(typeof subject === 'string' ? { subject } : {}),
    ...(typeof note === 'string' ? { note } : {}),
  };
  return { ...start, values };
}

/** What had been typed, when it is still a draft as this program knows them. */
function typedDraft(refused: RefusedWork | undefined): OutgoingDraft | undefined {
  const draft = OutgoingDraft.safeParse(refused?.bodies[0]);
  return draft.success ? draft.data : undefined;
}

const NO_FILES = [] as const;
