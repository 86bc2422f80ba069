import { Button, Group, Modal, NativeSelect, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { Role } from '@shared/domain/organ/user';
import { t } from '@shared/i18n/translate';
import type { Failure } from '@shared/kernel/result';
import { useBridge } from '../../../data/bridge';
import type { DocumentPlace, HeldDossier } from '../../../data/repositories/dossier-repository';
import { FailureNotice } from '../../../ui/FailureNotice';
import { moveToDossier } from '../commands/dossier-acts';

interface MoveDialogProps {
  readonly place: DocumentPlace;
  readonly dossiers: readonly HeldDossier[];
  readonly role: Role;
  readonly onClose: () => void;
}

/** Asks which dossier, and says who will no longer see the document. */
export function MoveDialog({ place, dossiers, role, onClose }: MoveDialogProps) {
  const bridge = useBridge();
  const [dossierId, setDossierId] = useState(dossiers[0]?.id ?? '');
  const [failure, setFailure] = useState<Failure>();
  const [isBusy, setBusy] = useState(false);

  const move = async () => {
    setBusy(true);
    const moved = await moveToDossier(bridge, place, { dossierId, role });
    setBusy(false);
    if (moved.ok) onClose();
    else setFailure(moved.error);
  };

  return (
    <Modal
      opened
      onClose={onClose}
      title={t('dossier.move.dialog')}
      size="lg"
      centered
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <Stack gap="sm">
        {failure ? <FailureNotice code={failure.code} title={t('dossier.move.notMoved')} /> : null}
        <NativeSelect
          label={t('dossier.move.choose')}
          data-autofocus
          value={dossierId}
          onChange={(event) => setDossierId(event.currentTarget.value)}
          data={dossiers.map(({ id, dossier }) => ({ value: id, label: dossier.title }))}
        />
        <Text>{t('dossier.move.hint')}</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('common.back')}
          </Button>
          <Button loading={isBusy} onClick={() => void move()}>
            {t('dossier.move.confirm')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
