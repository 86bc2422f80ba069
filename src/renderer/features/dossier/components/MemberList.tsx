import { Badge, Button, Fieldset, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { Role } from '@shared/domain/organ/user';
import { t } from '@shared/i18n/translate';
import { UserId } from '@shared/kernel/ids';
import type { Failure } from '@shared/kernel/result';
import { useBridge } from '../../../data/bridge';
import type { HeldDossier } from '../../../data/repositories/dossier-repository';
import { useLive } from '../../../data/use-live';
import { useReferenceRepository } from '../../../data/workspace';
import { ConfirmButton } from '../../../ui/ConfirmButton';
import { FailureNotice } from '../../../ui/FailureNotice';
import { setMembers } from '../commands/dossier-acts';

interface MemberListProps {
  readonly held: HeldDossier;
  /** The role in which this person may change the members; undefined when they may only read. */
  readonly role: Role | undefined;
}

/** Who sees the dossier. Taking somebody out says first what becomes of the copies on their machines. */
export function MemberList({ held, role }: MemberListProps) {
  const bridge = useBridge();
  const reference = useReferenceRepository();
  const live = useLive(useMemo(() => reference.watchUsers(), [reference]));
  const [chosen, setChosen] = useState('');
  const [failure, setFailure] = useState<Failure>();
  const users = live.status === 'ready' ? live.value : [];
  const { members, owner } = held.dossier;
  const others = users.filter(({ id, active }) => active && !members.includes(id));
  const named = (id: UserId) => users.find((user) => user.id === id)?.fullName ?? '';

  const change = async (next: readonly UserId[]) => {
    if (!role) return;
    const saved = await setMembers(bridge, held, { members: next, role });
    setFailure(saved.ok ? undefined : saved.error);
    if (saved.ok) setChosen('');
  };

  return (
    <Fieldset legend={t('dossier.members.title', { count: members.length })} bg="white">
      <Stack gap="xs">
        {failure ? (
          <FailureNotice code={failure.code} title={t('dossier.members.notSaved')} />
        ) : null}
        {members.map((id) => (
          <Group key={id} justify="space-between" wrap="nowrap" mih={40}>
            <Group gap="sm">
              <Text>{named(id)}</Text>
              {id === owner ? (
                <Badge variant="light" tt="none" radius="sm">
                  {t('dossier.members.owner')}
                </Badge>
              ) : null}
            </Group>
            {role && id !== owner ? (
              <ConfirmButton
                label={t('dossier.members.remove', { name: named(id) })}
                question={t('dossier.members.removeAsk', { name: named(id) })}
                onConfirm={() => void change(members.filter((member) => member !== id))}
              />
            ) : null}
          </Group>
        ))}
        {role ? (
          <Group align="flex-end">
            <NativeSelect
              flex={1}
              label={t('dossier.members.add')}
              description={t('dossier.members.addHelp')}
              value={chosen}
              onChange={(event) => setChosen(event.currentTarget.value)}
              data={[
                { value: '', label: t('dossier.members.choose') },
                ...others.map(({ id, fullName, position }) => ({
                  value: id,
                  label: `${fullName} – ${position}`,
                })),
              ]}
            />
            <Button
              disabled={chosen === ''}
              onClick={() => void change([...members, UserId.parse(chosen)])}
            >
              {t('dossier.members.addButton')}
            </Button>
          </Group>
        ) : (
          <Text size="sm">{t('dossier.members.readOnly')}</Text>
        )}
      </Stack>
    </Fieldset>
  );
}
