import { Button, PasswordInput, Stack } from '@mantine/core';
import { useRef, useState, type FormEvent } from 'react';
import { t } from '@shared/i18n/translate';
import type { SessionState } from '@shared/ipc/contract';
import type { Failure } from '@shared/kernel/result';
import { ask, useBridge } from '../../../data/bridge';
import { FailureNotice } from '../../../ui/FailureNotice';
import { SessionCard } from '../components/SessionCard';

const PASSPHRASE_MIN = 8;

interface PassphrasePageProps {
  readonly session: SessionState;
  readonly onUnlocked: (session: SessionState) => void;
}

/** Asked only where the system keeps no keys safely: chosen once, given at every later start. */
export function PassphrasePage({ session, onUnlocked }: PassphrasePageProps) {
  const bridge = useBridge();
  const isFirst = !session.passphraseChosen;
  const passphrase = useRef<HTMLInputElement>(null);
  const repeat = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState<'tooShort' | 'differs'>();
  const [failure, setFailure] = useState<Failure>();
  const [isBusy, setBusy] = useState(false);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const text = passphrase.current?.value ?? '';
    const found =
      text.length < PASSPHRASE_MIN
        ? 'tooShort'
        : isFirst && text !== repeat.current?.value
          ? 'differs'
          : undefined;
    setProblem(found);
    if (found) return (found === 'tooShort' ? passphrase : repeat).current?.focus();
    setBusy(true);
    const answer = await ask(bridge, 'session.unlock', { passphrase: text });
    setBusy(false);
    if (answer.ok) return onUnlocked(answer.value);
    setFailure(answer.error);
    passphrase.current?.select();
  };

  return (
    <SessionCard
      title={t(isFirst ? 'session.passphrase.chooseTitle' : 'session.passphrase.unlockTitle')}
      intro={t(isFirst ? 'session.passphrase.chooseIntro' : 'session.passphrase.unlockIntro')}
      office={session.office?.name}
    >
      <form onSubmit={(event) => void submit(event)} noValidate>
        <Stack gap="md">
          <PasswordInput
            ref={passphrase}
            label={t('session.passphrase.passphrase')}
            autoFocus
            autoComplete="off"
            error={problem === 'tooShort' ? t('session.passphrase.tooShort') : undefined}
          />
          {isFirst ? (
            <PasswordInput
              ref={repeat}
              label={t('session.passphrase.repeat')}
              autoComplete="off"
              error={problem === 'differs' ? t('session.passphrase.differs') : undefined}
            />
          ) : null}
          {failure ? <FailureNotice code={failure.code} /> : null}
          <Button type="submit" size="md" loading={isBusy}>
            {t(isFirst ? 'session.passphrase.choose' : 'session.passphrase.unlock')}
          </Button>
        </Stack>
      </form>
    </SessionCard>
  );
}
