import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { t } from '@shared/i18n/translate';
import type { Failure, Result } from '@shared/kernel/result';
import { isRefusalReason } from '@shared/sync/acts/delivery';
import type { DeliveryRow } from '../../../data/repositories/delivery-repository';
import { FailureNotice } from '../../../ui/FailureNotice';

interface RefuseDialogProps {
  readonly row: DeliveryRow;
  readonly onRefuse: (reason: string) => Promise<Result<void>>;
  readonly onClose: () => void;
}

/** Asks for the reason that goes back to the sender; what was typed stays until it is saved. */
export function RefuseDialog({ row, onRefuse, onClose }: RefuseDialogProps) {
  const [reason, setReason] = useState('');
  const [error, setError] = useState<string>();
  const [failure, setFailure] = useState<Failure>();
  const [isBusy, setBusy] = useState(false);

  const refuse = async () => {
    if (!isRefusalReason(reason)) return setError(t('incoming.delivery.reasonInvalid'));
    setBusy(true);
    const refused = await onRefuse(reason);
    setBusy(false);
    if (refused.ok) onClose();
    else setFailure(refused.error);
  };

  return (
    <Modal opened onClose={onClose} title={t('incoming.delivery.refuseTitle')} size="lg" centered>
      <Stack gap="sm">
        {failure ? (
          <FailureNotice code={failure.code} title={t('incoming.delivery.notRefused')} />
        ) : null}
        <Text fw={600}>{`${row.delivery.codeDisplay} – ${row.delivery.subject}`}</Text>
        <Textarea
          label={t('incoming.delivery.reason')}
          description={t('incoming.delivery.reasonHelp')}
          withAsterisk
          autosize
          minRows={3}
          maxRows={10}
          name="reason"
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
          <Button color="red" loading={isBusy} onClick={() => void refuse()}>
            {t('incoming.delivery.refuse')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
