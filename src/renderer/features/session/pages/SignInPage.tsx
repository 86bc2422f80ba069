import { Alert, Anchor, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useRef, useState, type FormEvent, type KeyboardEvent } from 'react';
import { t } from '@shared/i18n/translate';
import type { SessionState } from '@shared/ipc/contract';
import type { Failure } from '@shared/kernel/result';
import { ask, useBridge } from '../../../data/bridge';
import { FailureNotice } from '../../../ui/FailureNotice';
import { KnownUsers, type KnownUser } from '../components/KnownUsers';
import { SessionCard } from '../components/SessionCard';

interface SignInPageProps {
  readonly session: SessionState;
  readonly isOffline: boolean;
  readonly onSignedIn: (session: SessionState) => void;
}

type Who =
  | { readonly kind: 'list' }
  | { readonly kind: 'known'; readonly user: KnownUser }
  | { readonly kind: 'typed' };

export function SignInPage({ session, isOffline, onSignedIn }: SignInPageProps) {
  const { knownUsers } = session;
  const [who, setWho] = useState<Who>(() => firstChoice(knownUsers));
  const device =
    session.deviceName === null
      ? undefined
      : t('session.signIn.device', { name: session.deviceName });
  return (
    <SessionCard title={t('session.signIn.title')} office={session.office?.name} device={device}>
      {isOffline ? <Alert color="orange">{t('session.signIn.offlineNotice')}</Alert> : null}
      {who.kind === 'list' ? (
        <KnownUsers
          users={knownUsers}
          onPick={(user) => setWho(user ? { kind: 'known', user } : { kind: 'typed' })}
        />
      ) : (
        <PasswordForm
          key={who.kind === 'known' ? who.user.login : ''}
          user={who.kind === 'known' ? who.user : undefined}
          onSignedIn={onSignedIn}
          {...(knownUsers.length > 0 ? { onBack: () => setWho({ kind: 'list' }) } : {})}
        />
      )}
    </SessionCard>
  );
}

function firstChoice(knownUsers: readonly KnownUser[]): Who {
  const [only] = knownUsers;
  if (!only) return { kind: 'typed' };
  return knownUsers.length === 1 ? { kind: 'known', user: only } : { kind: 'list' };
}

interface PasswordFormProps {
  readonly user: KnownUser | undefined;
  readonly onSignedIn: (session: SessionState) => void;
  readonly onBack?: () => void;
}

function PasswordForm({ user, onSignedIn, onBack }: PasswordFormProps) {
  const bridge = useBridge();
  const login = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);
  const [failure, setFailure] = useState<Failure>();
  const [missing, setMissing] = useState<'login' | 'password'>();
  const [isBusy, setBusy] = useState(false);
  const [hasCapsLock, setCapsLock] = useState(false);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    void signIn('session.signIn');
  };
  const signIn = async (channel: 'session.signIn' | 'session.enrolAgain') => {
    const loginText = user?.login ?? login.current?.value.trim() ?? '';
    const passwordText = password.current?.value ?? '';
    const gap = loginText === '' ? 'login' : passwordText === '' ? 'password' : undefined;
    setMissing(gap);
    if (gap) return (gap === 'login' ? login : password).current?.focus();
    setBusy(true);
    const answer = await ask(bridge, channel, {
      login: loginText,
      password: passwordText,
    });
    setBusy(false);
    if (answer.ok) return onSignedIn(answer.value);
    setFailure(answer.error);
    password.current?.select();
  };
  const watchCapsLock = (event: KeyboardEvent) =>
    setCapsLock(event.getModifierState?.('CapsLock') ?? false);

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        {user ? (
          <Text size="lg" fw={600}>
            {user.fullName}
            <Text span c="dark.3" fw={400}>
              {' – '}
              {user.position}
            </Text>
          </Text>
        ) : (
          <TextInput
            ref={login}
            label={t('session.signIn.login')}
            autoFocus
            autoComplete="off"
            spellCheck={false}
            error={missing === 'login' ? t('session.signIn.loginMissing') : undefined}
          />
        )}
        <PasswordInput
          ref={password}
          label={t('session.signIn.password')}
          autoFocus={user !== undefined}
          autoComplete="off"
          onKeyUp={watchCapsLock}
          description={hasCapsLock ? t('session.signIn.capsLock') : undefined}
          error={missing === 'password' ? t('session.signIn.passwordMissing') : undefined}
        />
        {failure ? <FailureNotice code={failure.code} /> : null}
        {failure?.code === 'device.forked' ? (
          <Button size="md" loading={isBusy} onClick={() => void signIn('session.enrolAgain')}>
            {t('incarnation.forked.submit')}
          </Button>
        ) : (
          <Button type="submit" size="md" loading={isBusy}>
            {t('session.signIn.submit')}
          </Button>
        )}
        {onBack ? (
          <Anchor component="button" type="button" onClick={onBack} ta="left">
            {t('session.signIn.knownUsers')}
          </Anchor>
        ) : null}
      </Stack>
    </form>
  );
}
