import { Alert, Loader, Stack, TextInput } from '@mantine/core';
import { useRef, useState } from 'react';
import { incomingFields, type IncomingDocument } from '@shared/domain/document/incoming-document';
import { findAgency } from '@shared/domain/organ/find-agency';
import { printNumber } from '@shared/domain/register/allocate-number';
import { t } from '@shared/i18n/translate';
import type { JsonObject } from '@shared/kernel/canonical-json';
import { previewPatch } from '@shared/sync/merge';
import { Patch } from '@shared/sync/operation';
import { useBridge } from '../../../data/bridge';
import type { RefusedWork } from '../../../data/refused-work';
import type { IncomingDetail } from '../../../data/repositories/incoming-view';
import { useRoleFor } from '../../../data/session';
import { todayInVietnam } from '../../../data/today';
import { useOpenConflicts } from '../../../data/use-conflicts';
import { EmptyState } from '../../../ui/EmptyState';
import { FailureNotice } from '../../../ui/FailureNotice';
import { PageHeader } from '../../../ui/PageHeader';
import { correctIncoming, type KnownConflict } from '../commands/correct-incoming';
import { RegistrationForm, type Submission } from '../components/RegistrationForm';
import { useAgencies, useIncomingDetail } from '../hooks/use-incoming';
import { readRegistration, valuesFrom, type RegistrationValues } from '../registration-form';

interface CorrectIncomingPageProps {
  readonly id: string;
  /** Corrections that were refused, with which the form is filled. */
  readonly refused?: RefusedWork | undefined;
  readonly onClose: () => void;
}

export function CorrectIncomingPage({ id, refused, onClose }: CorrectIncomingPageProps) {
  const detail = useIncomingDetail(id);
  if (detail.status === 'loading') return <Loader m="xl" />;
  if (detail.status === 'failed') return <FailureNotice code={detail.failure.code} />;
  if (detail.value === null) {
    return (
      <EmptyState title={t('incoming.detail.missing')} hint={t('incoming.detail.missingHint')} />
    );
  }
  return <Correcting detail={detail.value} refused={refused} onClose={onClose} />;
}

interface CorrectingProps {
  readonly detail: IncomingDetail;
  readonly refused: RefusedWork | undefined;
  readonly onClose: () => void;
}

/** The document as it stood when the form was opened is what the clerk saw; a newer one only raises a notice. */
function Correcting({ detail, refused, onClose }: CorrectingProps) {
  const bridge = useBridge();
  const agencies = useAgencies();
  const roleFor = useRoleFor('correctIncoming');
  const today = todayInVietnam();
  const [seen] = useState(detail);
  const [initial] = useState(() => valuesFrom(withRefused(seen.document, refused), today));
  const [isUnchanged, setUnchanged] = useState(false);
  const [reason, setReason] = useState(() => refusedReason(refused));
  const [reasonError, setReasonError] = useState<string>();
  const known = useKnownConflicts(seen.id);
  const reasonField = useRef<HTMLInputElement>(null);
  const directory = agencies.status === 'ready' ? agencies.value : [];
  const { document } = seen;

  const submit = async (values: RegistrationValues): Promise<Submission> => {
    const isSameIssuer = values.issuerName === initial.issuerName;
    const issuer = findAgency(directory, values.issuerName);
    const read = readRegistration(
      { ...values, notSecretConfirmed: true },
      {
        today,
        organId: document.organId,
        issuerCode: isSameIssuer ? document.issuerCode : (issuer?.code ?? null),
        files: document.files,
        language: document.language,
      },
    );
    if (!read.ok) return { kind: 'invalid', errors: read.errors };
    if (isReasonMissing(document, reason)) {
      setReasonError(t('incoming.invalid.reason'));
      reasonField.current?.focus();
      return { kind: 'invalid', errors: {} };
    }
    const role = roleFor(document.organId);
    if (!role) return { kind: 'failed', failure: { code: 'incoming.clerk-only' } };
    const { id: documentId, rev } = seen;
    const saved = await correctIncoming(bridge, {
      documentId,
      rev,
      seen: document,
      wanted: read.value,
      role,
      reason: reason.trim(),
      known,
      replaces: refused?.replaces ?? [],
    });
    if (!saved.ok) return { kind: 'failed', failure: saved.error };
    if (saved.value.saved) return { kind: 'done', next: onClose };
    setUnchanged(true);
    return { kind: 'invalid', errors: {} };
  };

  return (
    <Stack h="100%" gap={0} pt="md">
      <Stack px="md" gap={0}>
        <PageHeader
          title={t('incoming.form.correctTitle')}
          {...(document.arrivalNumber === null
            ? {}
            : {
                detail: t('incoming.form.savedNumber', {
                  number: printNumber(document.arrivalNumber),
                }),
              })}
        />
      </Stack>
      <RegistrationForm
        mode="correct"
        initial={initial}
        focusOn="subject"
        registers={[]}
        agencies={directory}
        today={today}
        onSubmit={submit}
        onCancel={onClose}
        beforeSaving={
          <TextInput
            ref={reasonField}
            label={t('incoming.form.reason')}
            withAsterisk={document.arrivalNumber !== null}
            maxLength={500}
            maw={560}
            autoComplete="off"
            name="reason"
            defaultValue={reason}
            error={reasonError}
            onChange={(event) => {
              setReason(event.currentTarget.value);
              setReasonError(undefined);
            }}
          />
        }
      >
        {detail.rev === seen.rev ? null : (
          <Alert color="orange">{t('incoming.detail.updatedWhileEditing')}</Alert>
        )}
        {isUnchanged ? <Alert>{t('incoming.form.nothingChanged')}</Alert> : null}
      </RegistrationForm>
    </Stack>
  );
}

/** The document with what the clerk had wanted of it. */
const withRefused = (
  document: IncomingDocument,
  refused: RefusedWork | undefined,
): IncomingDocument =>
  (refused?.bodies ?? []).reduce<JsonObject>(
    (shown, body) => {
      const patch = Patch.safeParse(body);
      return patch.success ? previewPatch(shown, patch.data, incomingFields, '') : shown;
    },
    document as unknown as JsonObject,
  ) as unknown as IncomingDocument;

const refusedReason = (refused: RefusedWork | undefined): string => {
  const reason = refused?.bodies.at(-1)?.['reason'];
  return typeof reason === 'string' ? reason : '';
};

/** A document in the book is corrected with a stated reason (van-ban.md §9.4). */
const isReasonMissing = ({ arrivalNumber }: IncomingDetail['document'], reason: string): boolean =>
  arrivalNumber !== null && reason.trim().length < 3;

/** Conflicts that were open when the form was: their two values are known to who writes the field anew. */
function useKnownConflicts(documentId: string): readonly KnownConflict[] {
  const open = useOpenConflicts();
  const [known, setKnown] = useState<readonly KnownConflict[]>();
  if (known === undefined && open.status === 'ready') {
    const own = open.value.filter(({ conflict }) => conflict.targetId === documentId);
    setKnown(own.map(({ id, conflict }) => ({ id, field: conflict.field })));
  }
  return known ?? [];
}
