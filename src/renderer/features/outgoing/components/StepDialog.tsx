import { Button, Group, Modal, NativeSelect, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { AttachedFile } from '@shared/domain/document/incoming-document';
import { t } from '@shared/i18n/translate';
import type { Failure, Result } from '@shared/kernel/result';
import type { OutgoingDetail } from '../../../data/repositories/outgoing-view';
import { FailureNotice } from '../../../ui/FailureNotice';
import type { OfferedStep, StepGiven } from '../commands/take-step';
import { useCodeParts, useOutgoingRegisters, type CodeParts } from '../hooks/use-outgoing';
import { FinalPdfChoice } from './FinalPdfChoice';

/** Steps that ask for something before they are done; dispatch has a dialog of its own. */
export type AskingStep = Exclude<OfferedStep, 'submitDraft' | 'dispatch'>;

interface StepDialogProps {
  readonly step: AskingStep;
  readonly detail: OutgoingDetail;
  readonly onTake: (given: StepGiven) => Promise<Result<void>>;
  readonly onClose: () => void;
}

/** Asks for what a step needs; everything typed stays until it is saved. */
export function StepDialog({ step, detail, onTake, onClose }: StepDialogProps) {
  const registers = useOutgoingRegisters(detail.document.organId);
  const offered = registers.status === 'ready' ? registers.value : [];
  const code = useCodeParts(detail.document);
  const [text, setText] = useState('');
  const [pdf, setPdf] = useState<AttachedFile>();
  const [registerId, setRegisterId] = useState<string>();
  const [error, setError] = useState<string>();
  const [failure, setFailure] = useState<Failure>();
  const [isBusy, setBusy] = useState(false);

  const take = async () => {
    const given = givenFrom(step, {
      text,
      pdf,
      registerId: registerId ?? offered[0]?.id,
      code,
    });
    if (typeof given === 'string') return setError(given);
    setBusy(true);
    setFailure(undefined);
    const taken = await onTake(given);
    setBusy(false);
    if (taken.ok) onClose();
    else setFailure(taken.error);
  };

  return (
    <Modal opened onClose={onClose} title={t(titles[step])} size="lg" centered>
      <Stack gap="sm">
        {failure ? (
          <FailureNotice code={failure.code} title={t('outgoing.detail.notDone')} />
        ) : null}
        {step === 'approveFormat' ? (
          <FinalPdfChoice
            drafts={detail.document.drafts}
            chosen={pdf}
            onChoose={setPdf}
            error={error}
          />
        ) : null}
        {step === 'requestNumber' ? (
          offered.length === 0 ? (
            <Text>{t('outgoing.step.registerMissing')}</Text>
          ) : (
            <NativeSelect
              label={t('outgoing.step.register')}
              data={offered.map(({ id, name, year }) => ({ value: id, label: `${name} ${year}` }))}
              value={registerId ?? offered[0]?.id ?? ''}
              onChange={(event) => setRegisterId(event.currentTarget.value)}
            />
          )
        ) : (
          <Textarea
            label={t(textLabels[step])}
            withAsterisk={step === 'returnDraft'}
            autosize
            minRows={2}
            maxRows={8}
            maxLength={2000}
            name="text"
            data-autofocus={step === 'approveFormat' ? undefined : true}
            error={step === 'returnDraft' ? error : undefined}
            onChange={(event) => {
              setText(event.currentTarget.value);
              setError(undefined);
            }}
          />
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('common.back')}
          </Button>
          <Button
            loading={isBusy}
            color={step === 'returnDraft' || step === 'dropDraft' ? 'red' : 'blue'}
            disabled={step === 'requestNumber' && offered.length === 0}
            onClick={() => void take()}
          >
            {t(step === 'returnDraft' ? 'outgoing.step.doReturn' : `outgoing.step.${step}`)}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

const titles = {
  approveContent: 'outgoing.step.approveContent',
  approveFormat: 'outgoing.step.approveFormat',
  returnDraft: 'outgoing.step.returnTitle',
  dropDraft: 'outgoing.step.dropDraft',
  requestNumber: 'outgoing.step.requestNumber',
} as const;

const textLabels = {
  approveContent: 'outgoing.step.opinion',
  approveFormat: 'outgoing.step.opinion',
  returnDraft: 'outgoing.step.reason',
  dropDraft: 'outgoing.step.dropReason',
} as const;

interface Typed {
  readonly text: string;
  readonly pdf: AttachedFile | undefined;
  readonly registerId: string | undefined;
  readonly code: CodeParts | null;
}

/** What the step needs, or what is missing, in words. */
function givenFrom(step: AskingStep, { text, pdf, registerId, code }: Typed): StepGiven | string {
  switch (step) {
    case 'approveContent':
      return { step, opinion: text };
    case 'approveFormat':
      return pdf ? { step, pdf, opinion: text } : t('outgoing.invalid.pdf');
    case 'returnDraft':
      return text.trim().length < 3 ? t('outgoing.invalid.reason') : { step, reason: text };
    case 'dropDraft':
      return { step, reason: text };
    case 'requestNumber':
      return registerId === undefined ? t('outgoing.invalid.register') : { step, registerId, code };
  }
}
