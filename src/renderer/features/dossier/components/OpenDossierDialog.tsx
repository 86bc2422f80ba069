import { Button, Group, Modal, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { isDossierTitle } from '@shared/domain/dossier/dossier';
import { t } from '@shared/i18n/translate';
import type { Failure } from '@shared/kernel/result';
import { useBridge } from '../../../data/bridge';
import { useCurrentSession, useRoleFor } from '../../../data/session';
import { FailureNotice } from '../../../ui/FailureNotice';
import { openDossier } from '../commands/dossier-acts';

interface OpenDossierDialogProps {
  readonly onClose: () => void;
}

/** Asks for the title; whoever opens a dossier is its first member. */
export function OpenDossierDialog({ onClose }: OpenDossierDialogProps) {
  const bridge = useBridge();
  const { organs } = useCurrentSession();
  const roleFor = useRoleFor('openDossier');
  const own = organs.filter(({ id }) => roleFor(id) !== undefined);
  const [organId, setOrganId] = useState<string>(own[0]?.id ?? '');
  const [title, setTitle] = useState('');
  const [error, setError] = useState<string>();
  const [failure, setFailure] = useState<Failure>();
  const [isBusy, setBusy] = useState(false);

  const open = async () => {
    const role = roleFor(organId);
    if (!isDossierTitle(title)) return setError(t('dossier.open.titleInvalid'));
    if (!role) return setFailure({ code: 'dossier.not-allowed' });
    setBusy(true);
    const opened = await openDossier(bridge, { organId, title, role });
    setBusy(false);
    if (opened.ok) onClose();
    else setFailure(opened.error);
  };

  return (
    <Modal
      opened
      onClose={onClose}
      title={t('dossier.open.dialog')}
      size="lg"
      centered
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <form
        autoComplete="off"
        onSubmit={(event) => {
          event.preventDefault();
          void open();
        }}
      >
        <Stack gap="sm">
          {failure ? (
            <FailureNotice code={failure.code} title={t('dossier.open.notOpened')} />
          ) : null}
          <TextInput
            label={t('dossier.open.title')}
            description={t('dossier.open.titleHelp')}
            withAsterisk
            name="title"
            data-autofocus
            error={error}
            onChange={(event) => {
              setTitle(event.currentTarget.value);
              setError(undefined);
            }}
          />
          {own.length > 1 ? (
            <NativeSelect
              label={t('dossier.open.organ')}
              value={organId}
              onChange={(event) => setOrganId(event.currentTarget.value)}
              data={own.map(({ id, name }) => ({ value: id, label: name }))}
            />
          ) : null}
          <Text size="sm">{t('dossier.open.hint')}</Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('common.back')}
            </Button>
            <Button type="submit" loading={isBusy}>
              {t('dossier.open.button')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
