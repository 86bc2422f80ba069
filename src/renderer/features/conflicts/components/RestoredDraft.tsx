import { Button, Group, Paper, Stack, Text } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useState } from 'react';
import type { Role } from '@shared/domain/organ/user';
import { formatInstant } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';
import type { Failure } from '@shared/kernel/result';
import { useBridge } from '../../../data/bridge';
import type { OpenConflict } from '../../../data/repositories/conflict-repository';
import { useUserNames } from '../../../data/use-user-names';
import { FailureNotice } from '../../../ui/FailureNotice';
import { resolveConflict } from '../commands/resolve-conflict';

interface RestoredDraftProps {
  readonly open: OpenConflict;
  /** The role in which this person may decide; undefined when they may only look. */
  readonly role: Role | undefined;
}

/** A draft that was deleted while somebody edited it: it is back, and one press says that it stays (§6.6). */
export function RestoredDraft({ open, role }: RestoredDraftProps) {
  const bridge = useBridge();
  const nameOf = useUserNames();
  const [failure, setFailure] = useState<Failure>();
  const [isBusy, setBusy] = useState(false);
  const { author, at } = open.conflict;

  const keep = async (by: Role) => {
    setBusy(true);
    const saved = await resolveConflict(bridge, open, { choice: 'kept', role: by });
    setBusy(false);
    setFailure(saved.ok ? undefined : saved.error);
  };

  return (
    <Paper withBorder radius="md" p="md" component="article">
      <Stack gap="sm">
        <Text fw={600}>{t('conflict.restored')}</Text>
        <Text>{t('conflict.restoredBy', { name: nameOf(author), at: formatInstant(at) })}</Text>
        <Text>{t('conflict.restoredHint')}</Text>
        {failure ? <FailureNotice code={failure.code} title={t('conflict.notChosen')} /> : null}
        {role === undefined ? (
          <Text size="sm">{t('conflict.notYours')}</Text>
        ) : (
          <Group>
            <Button
              variant="default"
              leftSection={<IconCheck size={18} aria-hidden />}
              loading={isBusy}
              onClick={() => void keep(role)}
            >
              {t('conflict.keepDraft')}
            </Button>
          </Group>
        )}
      </Stack>
    </Paper>
  );
}
