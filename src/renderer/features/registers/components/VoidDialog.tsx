import { Button, Group, Modal, Select, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { printNumber } from '@shared/domain/register/allocate-number';
import { t } from '@shared/i18n/translate';
import type { Failure } from '@shared/kernel/result';
import { isVoidReason } from '@shared/sync/acts/register-numbers';
import { useBridge } from '../../../data/bridge';
import type { NumberedPaper } from '../../../data/repositories/register-book';
import { FailureNotice } from '../../../ui/FailureNotice';
import { actOnPaper } from '../commands/register-acts';
import { useLeaders } from '../hooks/use-book';

interface VoidDialogProps {
  readonly paper: NumberedPaper & { readonly number: number };
  readonly onVoided: () => void;
  readonly onClose: () => void;
}

/** Voids a number for ever: why, and which leader agreed (VB021, N-15). */
export function VoidDialog({ paper, onVoided, onClose }: VoidDialogProps) {
  const bridge = useBridge();
  const leaders = useLeaders(paper.organId);
  const [reason, setReason] = useState('');
  const [approver, setApprover] = useState<string | null>(null);
  const [isAsked, setAsked] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const [isBusy, setBusy] = useState(false);
  const number = printNumber(paper.number);

  const save = async () => {
    setAsked(true);
    if (!isVoidReason(reason) || approver === null) return;
    setBusy(true);
    const saved = await actOnPaper(bridge, paper, {
      kind: 'cmd.voidNumber',
      role: 'vanThu',
      body: { reason: reason.trim(), approver },
    });
    setBusy(false);
    if (saved.ok) onVoided();
    else setFailure(saved.error);
  };

  return (
    <Modal
      opened
      onClose={onClose}
      title={t('register.void.title', { number })}
      size="lg"
      centered
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <Stack gap="sm">
        {failure ? <FailureNotice code={failure.code} title={t('register.void.failed')} /> : null}
        <Text fw={600}>{[paper.codeDisplay, paper.subject].filter(Boolean).join(' – ')}</Text>
        <Text>{t('register.void.text', { number })}</Text>
        <Textarea
          label={t('register.void.reason')}
          description={t('register.void.reasonHelp')}
          name="reason"
          withAsterisk
          autosize
          minRows={2}
          maxRows={8}
          maxLength={500}
          autoComplete="off"
          data-autofocus
          error={isAsked && !isVoidReason(reason) ? t('register.void.reasonMissing') : undefined}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <Select
          label={t('register.void.approver')}
          name="approver"
          withAsterisk
          data={leaders.map(({ id, fullName, position }) => ({
            value: id,
            label: `${fullName} – ${position}`,
          }))}
          value={approver}
          onChange={setApprover}
          description={leaders.length === 0 ? t('register.void.approverNone') : undefined}
          error={isAsked && approver === null ? t('register.void.approverMissing') : undefined}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('common.back')}
          </Button>
          <Button color="red" loading={isBusy} onClick={() => void save()}>
            {t('register.void.act')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
