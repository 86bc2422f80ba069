import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { OutgoingStep } from '@shared/domain/document/outgoing-steps';
import { stepsOpenTo } from '@shared/domain/document/outgoing-work';
import { t } from '@shared/i18n/translate';
import type { Failure, Result } from '@shared/kernel/result';
import { useBridge } from '../../../data/bridge';
import type { OutgoingDetail } from '../../../data/repositories/outgoing-view';
import { useCurrentSession } from '../../../data/session';
import { useBeginSigning } from '../../signing';
import { takeStep, type OfferedStep, type StepGiven } from '../commands/take-step';
import { DispatchDialog } from './DispatchDialog';
import { StepDialog, type AskingStep } from './StepDialog';

interface StepButtonsProps {
  readonly detail: OutgoingDetail;
  readonly onFailure: (failure: Failure | undefined) => void;
}

/** The steps open to the signed-in person; signing and sealing open the signing window. */
export function StepButtons({ detail, onFailure }: StepButtonsProps) {
  const bridge = useBridge();
  const { user } = useCurrentSession();
  const { begin, failure } = useBeginSigning();
  const [asking, setAsking] = useState<AskingStep | 'dispatch'>();
  const [isBusy, setBusy] = useState(false);
  const open = stepsOpenTo(detail.document, user);
  const isOpen = (step: OutgoingStep): boolean => open.some((own) => own.step === step);
  const steps = shown.filter(isOpen);
  useEffect(() => {
    if (failure !== undefined) onFailure({ code: failure });
  }, [failure, onFailure]);

  const take = async (given: StepGiven): Promise<Result<void>> => {
    const role = open.find(({ step }) => step === given.step)?.role;
    return role
      ? takeStep(bridge, detail, role, given)
      : { ok: false, error: { code: 'outgoing.wrong-state' } };
  };
  const press = async (step: OfferedStep) => {
    if (step !== 'submitDraft') return setAsking(step);
    setBusy(true);
    const taken = await take({ step });
    setBusy(false);
    onFailure(taken.ok ? undefined : taken.error);
  };

  return (
    <>
      {steps.map((step) => (
        <Button
          key={step}
          variant={step === 'returnDraft' || step === 'dropDraft' ? 'default' : 'filled'}
          loading={isBusy && step === 'submitDraft'}
          onClick={() => void press(step)}
        >
          {t(`outgoing.step.${step}`)}
        </Button>
      ))}
      {isOpen('recordSignature') ? (
        <Button onClick={() => void begin('leader', [detail.id])}>{t('signing.begin')}</Button>
      ) : null}
      {isOpen('recordSeal') ? (
        <Button onClick={() => void begin('seal', [detail.id])}>{t('signing.beginSeal')}</Button>
      ) : null}
      {asking === 'dispatch' ? (
        <DispatchDialog
          detail={detail}
          onDispatch={() => take({ step: 'dispatch' })}
          onClose={() => setAsking(undefined)}
        />
      ) : null}
      {asking !== undefined && asking !== 'dispatch' ? (
        <StepDialog
          step={asking}
          detail={detail}
          onTake={take}
          onClose={() => setAsking(undefined)}
        />
      ) : null}
    </>
  );
}

/** Main acts stand at the right, where the eye ends. */
const shown = [
  'dropDraft',
  'returnDraft',
  'submitDraft',
  'approveContent',
  'approveFormat',
  'requestNumber',
  'dispatch',
] as const satisfies readonly (OfferedStep & OutgoingStep)[];
