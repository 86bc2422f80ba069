import { Alert, Loader, Stack } from '@mantine/core';
import { useState } from 'react';
import { findAgency } from '@shared/domain/organ/find-agency';
import { printNumber } from '@shared/domain/register/allocate-number';
import { t } from '@shared/i18n/translate';
import { useBridge } from '../../../data/bridge';
import type { IncomingDetail } from '../../../data/repositories/incoming-view';
import { useRoleFor } from '../../../data/session';
import { todayInVietnam } from '../../../data/today';
import { EmptyState } from '../../../ui/EmptyState';
import { FailureNotice } from '../../../ui/FailureNotice';
import { PageHeader } from '../../../ui/PageHeader';
import { correctIncoming } from '../commands/correct-incoming';
import { RegistrationForm, type Submission } from '../components/RegistrationForm';
import { useAgencies, useIncomingDetail } from '../hooks/use-incoming';
import { readRegistration, valuesFrom, type RegistrationValues } from '../registration-form';

interface CorrectIncomingPageProps {
  readonly id: string;
  readonly onClose: () => void;
}

export function CorrectIncomingPage({ id, onClose }: CorrectIncomingPageProps) {
  const detail = useIncomingDetail(id);
  if (detail.status === 'loading') return <Loader m="xl" />;
  if (detail.status === 'failed') return <FailureNotice code={detail.failure.code} />;
  if (detail.value === null) {
    return (
      <EmptyState title={t('incoming.detail.missing')} hint={t('incoming.detail.missingHint')} />
    );
  }
  return <Correcting detail={detail.value} onClose={onClose} />;
}

interface CorrectingProps {
  readonly detail: IncomingDetail;
  readonly onClose: () => void;
}

/** The document as it stood when the form was opened is what the clerk saw; a newer one only raises a notice. */
function Correcting({ detail, onClose }: CorrectingProps) {
  const bridge = useBridge();
  const agencies = useAgencies();
  const roleFor = useRoleFor('correctIncoming');
  const today = todayInVietnam();
  const [seen] = useState(detail);
  const [initial] = useState(() => valuesFrom(seen.document, today));
  const [isUnchanged, setUnchanged] = useState(false);
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
    const role = roleFor(document.organId);
    if (!role) return { kind: 'failed', failure: { code: 'incoming.clerk-only' } };
    const { id: documentId, rev } = seen;
    const saved = await correctIncoming(bridge, {
      documentId,
      rev,
      seen: document,
      wanted: read.value,
      role,
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
      >
        {detail.rev === seen.rev ? null : (
          <Alert color="orange">{t('incoming.detail.updatedWhileEditing')}</Alert>
        )}
        {isUnchanged ? <Alert>{t('incoming.form.nothingChanged')}</Alert> : null}
      </RegistrationForm>
    </Stack>
  );
}
