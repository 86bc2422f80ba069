import { Button, Checkbox, Group, Modal, Stack, Text } from '@mantine/core';
import { IconShieldLock } from '@tabler/icons-react';
import { useState } from 'react';
import { t } from '@shared/i18n/translate';
import type { Failure } from '@shared/kernel/result';
import { useBridge } from '../../../data/bridge';
import { useRoleFor } from '../../../data/session';
import { FailureNotice } from '../../../ui/FailureNotice';
import { sealDocument } from '../commands/dossier-acts';
import { useDocumentPlace } from '../hooks/use-dossiers';

interface SealDocumentProps {
  readonly documentId: string;
}

/** On a document's page, for who answers for the office's papers: the way out for what should never have come in. */
export function SealDocument({ documentId }: SealDocumentProps) {
  const bridge = useBridge();
  const roleFor = useRoleFor('sealDocument');
  const live = useDocumentPlace(documentId);
  const [isOpen, setOpen] = useState(false);
  const [isUnderstood, setUnderstood] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const place = live.status === 'ready' ? live.value : null;
  const role = place ? roleFor(place.organId) : undefined;
  // The server seals what it knows; a paper that was never sent is deleted or corrected here.
  if (!place || !role || place.rev === 0) return null;

  const close = () => {
    setOpen(false);
    setUnderstood(false);
  };
  const seal = async () => {
    const sealed = await sealDocument(bridge, place, role);
    setFailure(sealed.ok ? undefined : sealed.error);
    if (sealed.ok) close();
  };

  return (
    <Group maw={1240} mb="md" justify="flex-end">
      <Button
        variant="subtle"
        color="red"
        leftSection={<IconShieldLock size={18} aria-hidden />}
        onClick={() => setOpen(true)}
      >
        {t('dossier.seal.button')}
      </Button>
      <Modal
        opened={isOpen}
        onClose={close}
        title={t('dossier.seal.dialog')}
        size="lg"
        centered
        closeButtonProps={{ 'aria-label': t('common.close') }}
      >
        <Stack gap="sm">
          {failure ? (
            <FailureNotice code={failure.code} title={t('dossier.seal.notSealed')} />
          ) : null}
          <Text fw={600}>{t('dossier.seal.now')}</Text>
          <Text>{t('dossier.seal.after')}</Text>
          <Checkbox
            label={t('dossier.seal.understood')}
            checked={isUnderstood}
            onChange={(event) => setUnderstood(event.currentTarget.checked)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={close} data-autofocus>
              {t('common.back')}
            </Button>
            <Button color="red" disabled={!isUnderstood} onClick={() => void seal()}>
              {t('dossier.seal.confirm')}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </Group>
  );
}
