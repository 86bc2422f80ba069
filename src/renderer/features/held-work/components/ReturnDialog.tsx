import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { t } from '@shared/i18n/translate';
import type { Failure, Result } from '@shared/kernel/result';
import { codePointLength } from '@shared/kernel/vietnamese-text';
import { FailureNotice } from '../../../ui/FailureNotice';

interface ReturnDialogProps {
  readonly title: string;
  readonly onReturn: (reason: string) => Promise<Result<void>>;
  readonly onClose: () => void;
}

/** Asks why the work is not taken over; what was typed stays until it is saved. */
export function ReturnDialog({ title, onReturn, onClose }: ReturnDialogProps) {
  const [reason, setReason] = useState('');
  const [error, setError] = useState<string>();
  const [failure, setFailure] = useState<Failure>();
  const [isBusy, setBusy] = useState(false);

  const giveBack = async () => {
    if (codePointLength(reason.trim()) < 3) return setError(t('held.reasonInvalid'));
    setBusy(true);
    const returned = await onReturn(reason);
    setBusy(false);
    if (returned.ok) onClose();
    else setFailure(returned.error);
  };

  return (
    <Modal
      opened
      onClose={onClose}
      title={t('held.returnTitle')}
      size="lg"
      centered
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <Stack gap="sm">
        {failure ? <FailureNotice code={failure.code} title={t('held.notDecided')} /> : null}
        <Text fw={600}>{title}</Text>
        <Textarea
          label={t('held.reason')}
          description={t('held.reasonHelp')}
          withAsterisk
          autosize
          minRows={3}
          maxRows={10}
          name="reason"
          autoComplete="off"
          data-autofocus
          error={error}
          onChange={(event) => {
            setReason(event.currentTarget.value);
            setError(undefined);
          }}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('common.back')}
          </Button>
          <Button loading={isBusy} onClick={() => void giveBack()}>
            {t('held.return')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
