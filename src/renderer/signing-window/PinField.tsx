import { Alert, Checkbox, Text, TextInput } from '@mantine/core';
import { useState, type KeyboardEvent, type Ref } from 'react';
import { t } from '@shared/i18n/translate';
import type { OfferedCertificate } from '@shared/ipc/signing-contract';
import type { PinProblem } from './take-pin';

export type PinNotice = PinProblem;

interface PinFieldProps {
  readonly ref: Ref<HTMLInputElement>;
  readonly certificate: OfferedCertificate;
  readonly notice: PinNotice | undefined;
  readonly isDisabled: boolean;
  /** The person has said that they know the PIN, at the last try before the token locks. */
  readonly isSure: boolean;
  readonly onSure: (isSure: boolean) => void;
  readonly onEnter: () => void;
}

/**
 * The PIN, with what the token says about it before anyone types (K-7). The field is never state of a component: its
 * value is taken once and the field emptied (K-10).
 */
export function PinField({
  ref,
  certificate,
  notice,
  isDisabled,
  isSure,
  onSure,
  onEnter,
}: PinFieldProps) {
  const [hasCapsLock, setCapsLock] = useState(false);
  const watchKeys = (event: KeyboardEvent<HTMLInputElement>) => {
    setCapsLock(event.getModifierState('CapsLock'));
    if (event.key === 'Enter') onEnter();
  };
  if (certificate.pin === 'locked') {
    return (
      <Alert color="red" role="alert">
        {t('signing.pin.locked')}
      </Alert>
    );
  }
  const warnings = (
    <>
      {certificate.pin === 'finalTry' ? (
        <>
          <Alert color="red" role="alert">
            {t('signing.pin.finalTry')}
          </Alert>
          <Checkbox
            label={t('signing.pin.sure')}
            checked={isSure}
            disabled={isDisabled}
            onChange={(event) => onSure(event.currentTarget.checked)}
          />
        </>
      ) : null}
      {certificate.pin === 'countLow' || certificate.failedLogins > 0 ? (
        <Alert color="orange">{t('signing.pin.countLow')}</Alert>
      ) : null}
    </>
  );
  if (certificate.typesPinOnDevice) {
    return (
      <>
        {warnings}
        <Text>{t('signing.pin.onDevice')}</Text>
      </>
    );
  }
  return (
    <>
      {warnings}
      <TextInput
        ref={ref}
        type="password"
        label={t('signing.pin.label')}
        description={t('signing.pin.hint')}
        autoComplete="off"
        size="md"
        disabled={isDisabled}
        error={notice === undefined ? undefined : problemText(notice, certificate)}
        onKeyDown={watchKeys}
        onKeyUp={(event) => setCapsLock(event.getModifierState('CapsLock'))}
      />
      {hasCapsLock ? (
        <Text size="sm" c="orange.9">
          {t('signing.pin.capsLock')}
        </Text>
      ) : null}
    </>
  );
}

function problemText(notice: PinNotice, { pinLength }: OfferedCertificate): string {
  switch (notice) {
    case 'empty':
      return t('signing.pin.empty');
    case 'letters':
      return t('signing.pin.letters');
    case 'tooShort':
      return t('signing.pin.tooShort', { min: pinLength.min });
    case 'tooLong':
      return t('signing.pin.tooLong', { max: pinLength.max });
  }
}
