import { Stack, Text, UnstyledButton } from '@mantine/core';
import type { KeyboardEvent } from 'react';
import { t } from '@shared/i18n/translate';
import type { SessionState } from '@shared/ipc/contract';
import classes from './known-users.module.css';

export type KnownUser = SessionState['knownUsers'][number];

interface KnownUsersProps {
  readonly users: readonly KnownUser[];
  readonly onPick: (user: KnownUser | undefined) => void;
}

/** Names as large buttons: arrows move, Enter picks. */
export function KnownUsers({ users, onPick }: KnownUsersProps) {
  const move = (event: KeyboardEvent<HTMLDivElement>) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const buttons = [...event.currentTarget.querySelectorAll('button')];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    buttons[Math.min(Math.max(at + step, 0), buttons.length - 1)]?.focus();
  };
  return (
    <Stack gap="xs" onKeyDown={move} role="group" aria-label={t('session.signIn.pickUser')}>
      <Text>{t('session.signIn.pickUser')}</Text>
      {users.map((user, index) => (
        <UnstyledButton
          key={user.login}
          className={classes['user']}
          autoFocus={index === 0}
          onClick={() => onPick(user)}
        >
          <Text fw={600}>{user.fullName}</Text>
          <Text size="sm" c="dark.3">
            {user.position}
          </Text>
        </UnstyledButton>
      ))}
      <UnstyledButton className={classes['user']} onClick={() => onPick(undefined)}>
        <Text>{t('session.signIn.otherUser')}</Text>
      </UnstyledButton>
    </Stack>
  );
}
