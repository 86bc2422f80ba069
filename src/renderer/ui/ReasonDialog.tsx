import { Button, Group, Modal, Stack, Text, Textarea, type MantineColor } from '@mantine/core';
import { useState } from 'react';
import { t } from '@shared/i18n/translate';
import type { Failure, Result } from '@shared/kernel/result';
import { FailureNotice } from './FailureNotice';

interface ReasonDialogProps {
  readonly words: {
    readonly title: string;
    readonly reason: string;
    readonly reasonHelp: string;
    readonly invalid: string;
    readonly failed: string;
    readonly confirm: string;
  };
  /** What the reason is about. */
  readonly subject: string;
  readonly color?: MantineColor;
  readonly isReason: (text: string) => boolean;
  readonly onConfirm: (reason: string) => Promise<Result<void>>;
  readonly onClose: () => void;
}

/** Asks why; what was typed stays until it is saved. */
export function ReasonDialog(props: ReasonDialogProps) {
  const { words, subject, color, isReason, onConfirm, onClose } = props;
  const [reason, setReason] = useState('');
  const [error, setError] = useState<string>();
  const [failure, setFailure] = useState<Failure>();
  const [isBusy, setBusy] = useState(false);

  const confirm = async () => {
    if (!isReason(reason)) return setError(words.invalid);
    setBusy(true);
    const done = await onConfirm(reason);
    setBusy(false);
    if (done.ok) onClose();
    else setFailure(done.error);
  };

  return (
    <Modal
      opened
      onClose={onClose}
      title={words.title}
      size="lg"
      centered
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <Stack gap="sm">
        {failure ? <FailureNotice code={failure.code} title={words.failed} /> : null}
        <Text fw={600}>{subject}</Text>
        <Textarea
          label={words.reason}
          description={words.reasonHelp}
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
          <Button {...(color && { color })} loading={isBusy} onClick={() => void confirm()}>
            {words.confirm}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
