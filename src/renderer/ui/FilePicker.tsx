import { ActionIcon, Box, Button, Group, Progress, Stack, Text } from '@mantine/core';
import { IconFile, IconPaperclip, IconX } from '@tabler/icons-react';
import { useEffect, useRef, useState, type DragEvent } from 'react';
import { formatBytes } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';
import { FailureNotice } from './FailureNotice';

interface PickedFile {
  readonly key: string;
  readonly name: string;
  readonly sizeBytes: number;
  readonly state:
    | { readonly status: 'importing'; readonly sentBytes: number }
    | { readonly status: 'failed'; readonly code: string }
    | { readonly status: 'ready'; readonly pageCount: number | null };
}

interface FilePickerProps {
  readonly entries: readonly PickedFile[];
  /** Asked before files are chosen and before dropped ones are taken; when false nothing is read. */
  readonly mayAdd: () => boolean;
  readonly onAdd: (files: readonly File[]) => void;
  readonly onRemove: (key: string) => void;
  /** Types that the chooser offers first, such as `.pdf`. */
  readonly accept?: string;
  readonly error?: string | undefined;
}

/** Files of a form: dropped or chosen, several at a time, each with its own progress and its own failure. */
export function FilePicker({ entries, mayAdd, onAdd, onRemove, accept, error }: FilePickerProps) {
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  const take = (files: readonly File[]) => {
    if (files.length > 0 && mayAdd()) onAdd(files);
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take([...event.dataTransfer.files]);
  };
  return (
    <Stack gap="xs">
      <Box
        data-file-drop
        p="xs"
        bg={isOver ? 'blue.0' : 'white'}
        style={{
          border: `2px dashed var(--mantine-color-${isOver ? 'blue-7' : 'gray-5'})`,
          borderRadius: 'var(--mantine-radius-sm)',
        }}
        onDragOver={(event: DragEvent) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={onDrop}
      >
        <Group gap="sm">
          <Button
            variant="default"
            leftSection={<IconPaperclip size={18} aria-hidden />}
            onClick={() => {
              if (mayAdd()) input.current?.click();
            }}
          >
            {t('files.add')}
          </Button>
          <Text c="dark.3">{t('files.dropHint')}</Text>
        </Group>
        <input
          ref={input}
          type="file"
          multiple
          hidden
          tabIndex={-1}
          aria-hidden
          accept={accept}
          onChange={(event) => {
            const chosen = [...(event.currentTarget.files ?? [])];
            event.currentTarget.value = '';
            take(chosen);
          }}
        />
      </Box>
      {error === undefined ? null : (
        <Text c="var(--mantine-color-error)" role="alert">
          {error}
        </Text>
      )}
      {entries.length === 0 ? null : (
        <Stack component="ul" gap={4} m={0} p={0} style={{ listStyle: 'none' }}>
          {entries.map((entry) => (
            <li key={`${entry.key}-${entry.state.status}`}>
              <Entry entry={entry} onRemove={() => onRemove(entry.key)} />
            </li>
          ))}
        </Stack>
      )}
    </Stack>
  );
}

interface EntryProps {
  readonly entry: PickedFile;
  readonly onRemove: () => void;
}

function Entry({ entry, onRemove }: EntryProps) {
  const { name, sizeBytes, state } = entry;
  const own = useRef<HTMLDivElement>(null);
  // A form is longer than its window: what was added or refused must be seen.
  useEffect(() => {
    // Newer browsers answer with a promise, which is no clean-up of an effect.
    own.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  const remove = (
    <ActionIcon
      variant="default"
      size="lg"
      aria-label={t('files.remove', { name })}
      title={t('files.remove', { name })}
      onClick={onRemove}
    >
      <IconX size={18} aria-hidden />
    </ActionIcon>
  );
  if (state.status === 'failed') {
    return (
      <Group ref={own} gap="sm" wrap="nowrap" align="flex-start">
        <Box flex={1} miw={0}>
          <FailureNotice code={state.code} title={t('files.notAdded', { name })} />
        </Box>
        {remove}
      </Group>
    );
  }
  return (
    <Group ref={own} gap="sm" wrap="nowrap">
      <IconFile size={20} stroke={1.6} aria-hidden />
      <Text flex={1} miw={0} truncate title={name}>
        {name}
      </Text>
      {state.status === 'importing' ? (
        <Group gap="xs" wrap="nowrap" w={260}>
          <Progress
            value={(100 * state.sentBytes) / Math.max(1, sizeBytes)}
            flex={1}
            aria-label={name}
          />
          <Text size="sm">
            {state.sentBytes < sizeBytes
              ? t('files.importing', { percent: Math.floor((100 * state.sentBytes) / sizeBytes) })
              : t('files.checking')}
          </Text>
        </Group>
      ) : null}
      {state.status === 'ready' && state.pageCount !== null ? (
        <Text c="dark.3">{t('files.pages', { count: state.pageCount })}</Text>
      ) : null}
      <Text c="dark.3" style={{ whiteSpace: 'nowrap' }}>
        {formatBytes(sizeBytes)}
      </Text>
      {remove}
    </Group>
  );
}
