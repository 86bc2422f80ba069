import { Button, Group, Paper, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useId, useState } from 'react';
import type { Role } from '@shared/domain/organ/user';
import { formatInstant } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';
import { sameJson } from '@shared/kernel/canonical-json';
import type { Failure } from '@shared/kernel/result';
import { useBridge } from '../../../data/bridge';
import type { OpenConflict } from '../../../data/repositories/conflict-repository';
import { useUserNames } from '../../../data/use-user-names';
import { FailureNotice } from '../../../ui/FailureNotice';
import { resolveConflict } from '../commands/resolve-conflict';
import { conflictFieldName, conflictValueText } from '../field-text';
import { RestoredDraft } from './RestoredDraft';

interface ConflictCardProps {
  readonly open: OpenConflict;
  /** The role in which this person may choose; undefined when they may only look. */
  readonly role: Role | undefined;
}

/** What two people wanted of one document, and the one press that settles it. */
export function ConflictCard(props: ConflictCardProps) {
  return props.open.conflict.field === 'isDeleted' ? (
    <RestoredDraft {...props} />
  ) : (
    <TwoVersions {...props} />
  );
}

/** Two versions of one field side by side, with who wrote each and when; one press takes one. */
function TwoVersions({ open, role }: ConflictCardProps) {
  const bridge = useBridge();
  const nameOf = useUserNames();
  const heading = useId();
  const [failure, setFailure] = useState<Failure>();
  const [isBusy, setBusy] = useState(false);
  const { conflict, document } = open;
  const { field, kind, kept, losing } = conflict;

  const choose = (choice: 'kept' | 'losing') => async () => {
    if (role === undefined) return;
    setBusy(true);
    const saved = await resolveConflict(bridge, open, { choice, role });
    setBusy(false);
    setFailure(saved.ok ? undefined : saved.error);
  };
  const isStillKept = kind === 'set' || sameJson(document.now, kept);
  const text = (value: typeof kept) => conflictValueText(field, value, nameOf);

  return (
    <Paper withBorder radius="md" p="md" component="article" aria-labelledby={heading}>
      <Stack gap="sm">
        <Text fw={600} id={heading}>
          {t('conflict.field', { field: conflictFieldName(conflict) })}
        </Text>
        <SimpleGrid cols={2} spacing="md">
          <Version
            title={t('conflict.inUse')}
            text={isStillKept ? text(kept) : text(document.now)}
            author={isStillKept && conflict.keptAuthor !== null ? nameOf(conflict.keptAuthor) : ''}
            at={isStillKept ? conflict.keptAt : null}
            color="var(--mantine-color-teal-0)"
            take={t('conflict.keepThis')}
            isBusy={isBusy}
            onTake={role === undefined ? undefined : choose('kept')}
          />
          <Version
            title={t(kind === 'set' ? 'conflict.removal' : 'conflict.other')}
            text={kind === 'set' ? t('conflict.removed', { element: text(kept) }) : text(losing)}
            author={nameOf(conflict.author)}
            at={conflict.at}
            color="var(--mantine-color-orange-0)"
            take={t('conflict.takeThis')}
            isBusy={isBusy}
            onTake={role === undefined ? undefined : choose('losing')}
          />
        </SimpleGrid>
        {kind === 'set' ? null : (
          <Text size="sm" c="dark.3">
            {t('conflict.before', { value: text(conflict.seen) })}
          </Text>
        )}
        {failure ? <FailureNotice code={failure.code} title={t('conflict.notChosen')} /> : null}
        {role === undefined ? <Text size="sm">{t('conflict.notYours')}</Text> : null}
      </Stack>
    </Paper>
  );
}

interface VersionProps {
  readonly title: string;
  readonly text: string;
  /** Empty where nobody knows. */
  readonly author: string;
  readonly at: string | null;
  readonly color: string;
  readonly take: string;
  readonly isBusy: boolean;
  readonly onTake: (() => Promise<void>) | undefined;
}

function Version({ title, text, author, at, color, take, isBusy, onTake }: VersionProps) {
  return (
    <Paper withBorder radius="sm" p="sm" bg={color}>
      <Stack gap="xs" h="100%" justify="space-between">
        <div>
          <Text size="sm" fw={600}>
            {title}
          </Text>
          <Text size="lg" style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
            {text}
          </Text>
          <Text size="sm" c="dark.5">
            {[author, at === null ? '' : formatInstant(at)]
              .filter((part) => part !== '')
              .join(', ')}
          </Text>
        </div>
        {onTake ? (
          <Group>
            <Button
              variant="default"
              leftSection={<IconCheck size={18} aria-hidden />}
              loading={isBusy}
              aria-label={`${take}: ${text}`}
              onClick={() => void onTake()}
            >
              {take}
            </Button>
          </Group>
        ) : null}
      </Stack>
    </Paper>
  );
}
