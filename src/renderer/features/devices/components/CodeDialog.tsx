import { Button, Code, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { t } from '@shared/i18n/translate';
import type { Output } from '@shared/ipc/contract';
import type { Failure } from '@shared/kernel/result';
import { ask, useBridge } from '../../../data/bridge';
import { FailureNotice } from '../../../ui/FailureNotice';

interface CodeDialogProps {
  readonly onClose: () => void;
}

/** Issues an activation code, after a word on what it allows, and shows it once. */
export function CodeDialog({ onClose }: CodeDialogProps) {
  const bridge = useBridge();
  const [issued, setIssued] = useState<Output<'devices.issueCode'>>();
  const [failure, setFailure] = useState<Failure>();
  const [isBusy, setBusy] = useState(false);

  const issue = async () => {
    setBusy(true);
    const answer = await ask(bridge, 'devices.issueCode', undefined);
    setBusy(false);
    setFailure(answer.ok ? undefined : answer.error);
    if (answer.ok) setIssued(answer.value);
  };

  return (
    <Modal
      opened
      onClose={onClose}
      title={t('devices.code.title')}
      size="lg"
      centered
      closeOnClickOutside={!issued}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <Stack gap="sm">
        {failure ? <FailureNotice code={failure.code} title={t('devices.code.failed')} /> : null}
        {issued ? (
          <>
            <Text>{t('devices.code.issued', { hours: issued.validHours })}</Text>
            <Code block fz={28} ta="center" aria-label={t('devices.code.label')}>
              {issued.code}
            </Code>
            <Text fw={600}>{t('devices.code.once')}</Text>
          </>
        ) : (
          <Text>{t('devices.code.text')}</Text>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {issued ? t('common.close') : t('common.back')}
          </Button>
          {issued ? null : (
            <Button loading={isBusy} onClick={() => void issue()}>
              {t('devices.code.act')}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}
