import { ActionIcon, Text } from '@mantine/core';
import { IconPaperclip, IconX } from '@tabler/icons-react';
import { useRef } from 'react';
import type { AttachedFile } from '@shared/domain/document/incoming-document';
import { t } from '@shared/i18n/translate';
import type { Transfer } from '../batch-store';
import classes from './batch-grid.module.css';

interface RowFilesCellProps {
  /** Place of the row, from 1. */
  readonly number: number;
  readonly files: readonly AttachedFile[];
  readonly transfers: readonly Transfer[];
  readonly onAdd: (files: readonly File[]) => void;
  readonly onRemove: (sha256: string) => void;
}

/** The scans of one row: names of those that are kept, and how far the others are. */
export function RowFilesCell({ number, files, transfers, onAdd, onRemove }: RowFilesCellProps) {
  const input = useRef<HTMLInputElement>(null);
  const underway = transfers.find(({ state }) => state.status !== 'failed');
  const [first] = files;
  const names = files.map(({ name }) => name).join(', ');
  return (
    <div className={classes['files']}>
      <ActionIcon
        variant="default"
        size="md"
        aria-label={t('batch.files.addTo', { number: String(number) })}
        title={t('batch.files.addTo', { number: String(number) })}
        onClick={() => input.current?.click()}
      >
        <IconPaperclip size={18} aria-hidden />
      </ActionIcon>
      <span className={classes['fileName']} title={names}>
        {underway ? <TransferText transfer={underway} /> : null}
        {!underway && first ? first.name : null}
      </span>
      {files.length > 1 ? <Text size="sm">+{files.length - 1}</Text> : null}
      {first && !underway ? (
        <ActionIcon
          variant="subtle"
          color="gray"
          size="md"
          tabIndex={-1}
          aria-label={t('files.remove', { name: first.name })}
          title={t('files.remove', { name: first.name })}
          onClick={() => onRemove(first.sha256)}
        >
          <IconX size={16} aria-hidden />
        </ActionIcon>
      ) : null}
      <input
        ref={input}
        type="file"
        multiple
        hidden
        tabIndex={-1}
        aria-hidden
        onChange={(event) => {
          const chosen = [...(event.currentTarget.files ?? [])];
          event.currentTarget.value = '';
          if (chosen.length > 0) onAdd(chosen);
        }}
      />
    </div>
  );
}

function TransferText({ transfer: { name, state } }: { readonly transfer: Transfer }) {
  if (state.status === 'importing') {
    return state.percent < 100
      ? t('files.importing', { percent: state.percent })
      : t('files.checking');
  }
  return (
    <Text span size="sm" c="orange.9" fw={600} title={name}>
      {t('batch.files.waiting')}
    </Text>
  );
}
