import { Alert, Button, Group, Text } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useState } from 'react';
import { t } from '@shared/i18n/translate';
import type { Failure } from '@shared/kernel/result';
import { useBridge } from '../../../data/bridge';
import { useCurrentSession, useRoleFor } from '../../../data/session';
import { ConfirmButton } from '../../../ui/ConfirmButton';
import { FailureNotice } from '../../../ui/FailureNotice';
import { leaveDossier } from '../commands/dossier-acts';
import { useDocumentPlace, useDossiers } from '../hooks/use-dossiers';
import { MoveDialog } from './MoveDialog';

interface DocumentDossierProps {
  readonly documentId: string;
}

/** On a document's page: the restricted dossier that it lies in, and the way in or out. */
export function DocumentDossier({ documentId }: DocumentDossierProps) {
  const bridge = useBridge();
  const { user } = useCurrentSession();
  const roleFor = useRoleFor('fileInDossier');
  const live = useDocumentPlace(documentId);
  const dossiers = useDossiers();
  const [isMoving, setMoving] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const place = live.status === 'ready' ? live.value : null;
  if (!place) return null;
  const role = roleFor(place.organId);
  const open = dossiers.status === 'ready' ? dossiers.value : [];

  const leave = async () => {
    if (!role) return;
    const left = await leaveDossier(bridge, place, role);
    setFailure(left.ok ? undefined : left.error);
  };

  const notice = failure ? (
    <FailureNotice code={failure.code} title={t('dossier.move.notMoved')} />
  ) : null;
  if (place.dossier) {
    return (
      <Alert color="violet" icon={<IconLock aria-hidden />} maw={1240} mb="md" py="xs">
        {notice}
        <Group justify="space-between">
          <Text>{t('dossier.move.inside', { title: place.dossier.dossier.title })}</Text>
          {role && place.dossier.dossier.owner === user.id ? (
            <ConfirmButton
              label={t('dossier.move.leave')}
              question={t('dossier.move.leaveAsk')}
              onConfirm={() => void leave()}
            />
          ) : null}
        </Group>
      </Alert>
    );
  }
  // The server moves what it knows; without a dossier there is nowhere to go.
  if (!role || place.rev === 0 || open.length === 0) return null;
  return (
    <Group maw={1240} mb="md" justify="flex-end">
      <Button
        variant="default"
        leftSection={<IconLock size={18} aria-hidden />}
        onClick={() => setMoving(true)}
      >
        {t('dossier.move.button')}
      </Button>
      {isMoving ? (
        <MoveDialog place={place} dossiers={open} role={role} onClose={() => setMoving(false)} />
      ) : null}
    </Group>
  );
}
