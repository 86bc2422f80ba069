import { Box, Button, Checkbox, Group, Stack, Text, UnstyledButton } from '@mantine/core';
import { describeFailure } from '@shared/i18n/failures';
import { t } from '@shared/i18n/translate';
import type { SigningIntent, SigningItem, SigningJob } from '@shared/ipc/signing-contract';
import { gateOf } from './GateFindings';
import classes from './document-list.module.css';

interface DocumentListProps {
  readonly job: SigningJob;
  readonly shownId: string;
  readonly isChosen: (id: string, isOpened: boolean) => boolean;
  readonly onShow: (id: string) => void;
  readonly onToggle: (id: string, isOpened: boolean) => void;
  /** Out of the batch that is being signed. */
  readonly onSkip: (id: string) => void;
}

/** Every document of the batch with what became of it; arrows go from one to the next. */
export function DocumentList({
  job,
  shownId,
  isChosen,
  onShow,
  onToggle,
  onSkip,
}: DocumentListProps) {
  const { items } = job;
  const move = (by: number) => {
    const at = items.findIndex(({ documentId }) => documentId === shownId);
    const next = items[at + by];
    if (next) onShow(next.documentId);
  };
  return (
    <Stack className={classes['list'] ?? ''} gap={0}>
      <Text fw={600} px="sm" pt="sm">
        {t(`signing.window.documents.${job.intent}`, { count: items.length })}
      </Text>
      <Text px="sm" pb="sm">
        {t('signing.window.keys')}
      </Text>
      <Box
        flex={1}
        style={{ overflowY: 'auto' }}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
          event.preventDefault();
          move(event.key === 'ArrowDown' ? 1 : -1);
        }}
      >
        {items.map((item) => (
          <Group
            key={item.documentId}
            className={classes['row'] ?? ''}
            data-shown={item.documentId === shownId}
            wrap="nowrap"
            gap="xs"
            px="sm"
            py="xs"
            align="flex-start"
          >
            <Checkbox
              size="md"
              mt={2}
              aria-label={t('signing.window.choose', { title: item.title })}
              checked={
                item.state === 'signed' ||
                (item.state !== 'returned' &&
                  gateOf(item) !== 'stop' &&
                  isChosen(item.documentId, item.isOpened))
              }
              disabled={
                item.state === 'signed' ||
                item.state === 'returned' ||
                gateOf(item) === 'stop' ||
                job.phase !== 'reading'
              }
              onChange={() => onToggle(item.documentId, item.isOpened)}
            />
            <UnstyledButton
              flex={1}
              aria-current={item.documentId === shownId}
              onClick={() => onShow(item.documentId)}
            >
              <Text size="sm" lineClamp={3}>
                {item.title}
              </Text>
              <ItemMark item={item} intent={job.intent} />
            </UnstyledButton>
            {job.phase === 'signing' && item.state === 'waiting' ? (
              <Button variant="default" size="compact-md" onClick={() => onSkip(item.documentId)}>
                {t('signing.window.skip')}
              </Button>
            ) : null}
          </Group>
        ))}
      </Box>
    </Stack>
  );
}

function markOf({ state, isOpened }: SigningItem, intent: SigningIntent): keyof typeof looks {
  if (state === 'waiting') return isOpened ? 'read' : 'unread';
  return state === 'signed' && intent === 'seal' ? 'sealed' : state;
}

const looks = {
  unread: { color: 'dark', key: 'signing.window.unread' },
  read: { color: 'blue', key: 'signing.window.read' },
  signing: { color: 'orange', key: 'signing.window.signing' },
  signed: { color: 'teal', key: 'signing.window.signed' },
  sealed: { color: 'teal', key: 'signing.window.sealed' },
  failed: { color: 'red', key: 'signing.window.failed' },
  returned: { color: 'red', key: 'signing.window.returned' },
} as const;

interface ItemMarkProps {
  readonly item: SigningItem;
  readonly intent: SigningIntent;
}

function ItemMark({ item, intent }: ItemMarkProps) {
  const mark = markOf(item, intent);
  const look = looks[mark];
  const gate = item.state === 'signed' || item.state === 'returned' ? 'clear' : gateOf(item);
  return (
    <>
      <Text fw={600} c={look.color}>
        {t(look.key)}
      </Text>
      {item.level === null ? null : (
        <Text size="sm">{t(`signing.window.reached.${item.level}`)}</Text>
      )}
      {gate === 'clear' ? null : (
        <Text fw={600} c={gate === 'stop' ? 'red.9' : 'orange.9'}>
          {t(gate === 'stop' ? 'signing.window.stopped' : 'signing.window.warned')}
        </Text>
      )}
      {item.failure === null ? null : (
        <Text size="sm" c="red.9">
          {describeFailure(item.failure).what}
        </Text>
      )}
    </>
  );
}
