import { Button, Group, Kbd, Stack, Text } from '@mantine/core';
import { IconSwitchHorizontal } from '@tabler/icons-react';
import { rolesOf } from '@shared/domain/organ/user';
import { t } from '@shared/i18n/translate';
import type { CurrentSession } from '../../../data/session';

interface CurrentUserProps {
  readonly session: CurrentSession;
  readonly onChangeUser: () => void;
}

/** Who works here now, in which roles; several officials share one machine. */
export function CurrentUser({ session, onChangeUser }: CurrentUserProps) {
  const { user, offline } = session;
  const roles = [...rolesOf(user)].map((role) => t(`session.role.${role}`)).join(', ');
  return (
    <Group gap="md" wrap="nowrap">
      <Stack gap={0} align="flex-end" miw={0}>
        <Text fw={600} lh={1.25} lineClamp={1}>
          {user.fullName}
        </Text>
        <Text size="sm" c="dark.3" lh={1.25} lineClamp={1}>
          {offline ? `${roles} · ${t('shell.offlineSession')}` : roles}
        </Text>
      </Stack>
      <Button
        variant="default"
        leftSection={<IconSwitchHorizontal size={18} aria-hidden />}
        rightSection={<Kbd size="xs">{t('shell.changeUserKey')}</Kbd>}
        onClick={onChangeUser}
        style={{ flexShrink: 0 }}
      >
        {t('shell.changeUser')}
      </Button>
    </Group>
  );
}
