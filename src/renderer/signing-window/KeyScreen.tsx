import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useRef, useState, type Ref } from 'react';
import type { ErrorCode } from '@shared/errors/catalogue';
import { t } from '@shared/i18n/translate';
import type { KeyJob } from '@shared/ipc/signing-contract';
import { FailureNotice } from '../ui/FailureNotice';
import { askSigning, useSigningBridge } from './signing-bridge';
import { takeNewPin, takePassword, type NewPinProblem } from './take-pin';

interface KeyScreenProps {
  readonly job: KeyJob;
}

/** A software key is taken in from its file, or gets another PIN; what is typed leaves the fields at once (K-10). */
export function KeyScreen({ job }: KeyScreenProps) {
  const bridge = useSigningBridge();
  const { purpose, name, phase, pinLength } = job;
  const secret = useRef<HTMLInputElement>(null);
  const pin = useRef<HTMLInputElement>(null);
  const again = useRef<HTMLInputElement>(null);
  const [notice, setNotice] = useState<NewPinProblem>();
  const [failure, setFailure] = useState<ErrorCode>();
  const isWorking = phase === 'working';
  const perform = async () => {
    if (isWorking || !secret.current || !pin.current || !again.current) return;
    const newPin = takeNewPin(pin.current, again.current, pinLength);
    if (typeof newPin === 'string') return setNotice(newPin);
    setNotice(undefined);
    setFailure(undefined);
    const typed = takePassword(secret.current);
    const answer = await askSigning(bridge, 'signing.doKeyWork', { secret: typed, newPin });
    typed.fill(0);
    newPin.fill(0);
    if (!answer.ok) setFailure(answer.error.code);
  };
  return (
    <Stack p="lg" gap="md" maw={720}>
      <Text fw={600} fz="lg">
        {t(`signing.key.title.${purpose}`)}
      </Text>
      <Text>{t(`signing.key.text.${purpose}`, { name })}</Text>
      {phase === 'done' ? (
        <Alert color="teal" role="status">
          {t(`signing.key.done.${purpose}`)}
        </Alert>
      ) : (
        <>
          <Secret ref={secret} label={t(`signing.key.secret.${purpose}`)} disabled={isWorking} />
          <Secret
            ref={pin}
            label={t('signing.key.newPin')}
            description={t('signing.key.pinHint', { min: pinLength.min })}
            disabled={isWorking}
            error={notice && t(`signing.key.problem.${notice}`, { ...pinLength })}
          />
          <Secret ref={again} label={t('signing.key.again')} disabled={isWorking} />
          {failure === undefined ? null : <FailureNotice code={failure} />}
          <Group>
            <Button size="md" loading={isWorking} onClick={() => void perform()}>
              {t(`signing.key.act.${purpose}`)}
            </Button>
          </Group>
        </>
      )}
      <Group>
        <Button
          variant={phase === 'done' ? 'filled' : 'default'}
          onClick={() => void askSigning(bridge, 'signing.close', undefined)}
        >
          {t('common.close')}
        </Button>
      </Group>
    </Stack>
  );
}

interface SecretProps {
  readonly ref: Ref<HTMLInputElement>;
  readonly label: string;
  readonly description?: string;
  readonly disabled: boolean;
  readonly error?: string | undefined;
}

function Secret({ error, ...props }: SecretProps) {
  return <TextInput {...props} type="password" error={error} autoComplete="off" size="md" />;
}
