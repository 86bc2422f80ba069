import { ActionIcon, Group, Text } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { memo, useLayoutEffect, useMemo, useRef, useState, type DragEvent } from 'react';
import { t } from '@shared/i18n/translate';
import { columns, isBlank, type Column } from '../batch-row';
import type { RowView, SaveMark } from '../batch-store';
import { checkRow, type CellMessages, type CheckContext } from '../check-row';
import { useRowView, type Batch } from '../hooks/use-batch';
import classes from './batch-grid.module.css';
import { columnTitle } from './grid-columns';
import { RowFilesCell } from './RowFilesCell';
import { hasMessages, RowMessages } from './RowMessages';

interface GridRowProps {
  readonly batch: Batch;
  readonly id: string;
  /** Place of the row, from 1. */
  readonly number: number;
  readonly context: CheckContext;
  readonly isBusy: boolean;
  readonly onOpen: (documentId: string) => void;
  readonly onGoTo: (rowId: string) => void;
  readonly onRemove: (rowId: string) => void;
}

const COMBOBOXES: ReadonlySet<Column> = new Set(['issuerName', 'documentType', 'priority']);
const DATES: ReadonlySet<Column> = new Set(['arrivalDate', 'issuedDate', 'dueDate']);
/** Row number, arrival number, files, mark, removal. */
const OTHER_COLUMNS = 5;

/** One paper: its cells, and below them what is wrong. It draws itself anew only when it changes. */
export const GridRow = memo(function GridRow(props: GridRowProps) {
  const { batch, id, number, context, isBusy, onOpen, onGoTo, onRemove } = props;
  const { store, files } = batch;
  const view = useRowView(store, id);
  const check = useMemo(() => view && checkRow(view.row, context), [view, context]);
  const [isOver, setOver] = useState(false);
  if (!view || !check) return null;
  const { row, transfers, mark } = view;
  const errors = shownErrors(view, check.errors);
  // The missing note says the same in other words.
  const warnings = errors.note === undefined ? check.warnings : {};
  const twinNumber =
    view.twinOf === undefined ? undefined : store.batch().ids.indexOf(view.twinOf) + 1;
  const onDrop = (event: DragEvent) => {
    setOver(false);
    const dropped = [...event.dataTransfer.files];
    // Several at once make a row each: the grid sees to that. What is on its way into the book takes nothing more.
    if (dropped.length !== 1 || isBusy) return;
    event.preventDefault();
    event.stopPropagation();
    files.add(id, dropped);
  };
  return (
    <>
      <tr
        className={classes['row']}
        data-over={isOver || undefined}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={onDrop}
      >
        <td className={classes['number']}>{number}</td>
        <td className={classes['quiet']}>{t('batch.waitingNumber')}</td>
        {columns.map((column) => (
          <td key={column}>
            <Cell
              id={id}
              number={number}
              column={column}
              text={row.cells[column]}
              error={errors[column]}
              warning={check.warnings[column]}
              isBusy={isBusy}
            />
          </td>
        ))}
        <td>
          <RowFilesCell
            number={number}
            files={row.files}
            transfers={transfers}
            onAdd={(added) => {
              if (!isBusy) files.add(id, added);
            }}
            onRemove={(sha256) => {
              if (!isBusy) store.removeFile(id, sha256);
            }}
          />
        </td>
        <td className={classes['mark']}>
          <Mark mark={isBlank(row) && transfers.length === 0 ? 'none' : mark} />
        </td>
        <td className={classes['quiet']}>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="md"
            tabIndex={-1}
            aria-label={t('batch.removeRow', { number: String(number) })}
            title={t('batch.removeRow', { number: String(number) })}
            disabled={isBusy}
            onClick={() => onRemove(id)}
          >
            <IconTrash size={18} aria-hidden />
          </ActionIcon>
        </td>
      </tr>
      {hasMessages(view, errors, warnings) ? (
        <tr>
          <td className={classes['messageCell']} colSpan={columns.length + OTHER_COLUMNS}>
            <div className={classes['messages']} id={`messages-${id}`}>
              <Group style={{ gap: '2px 1.5rem' }}>
                <RowMessages
                  view={view}
                  errors={errors}
                  warnings={warnings}
                  twinNumber={twinNumber}
                  onOpen={onOpen}
                  onGoTo={onGoTo}
                  onAccept={() => {
                    if (!isBusy) store.acceptDuplicate(id);
                  }}
                  onDismissFile={(key) => files.remove(id, key)}
                />
              </Group>
            </div>
          </td>
        </tr>
      ) : null}
    </>
  );
});

/** What is half typed is not wrong yet, and an empty cell is missing only once the clerk wants to hand in. */
function shownErrors({ row, isAsked, activeColumn }: RowView, errors: CellMessages): CellMessages {
  if (isBlank(row)) return {};
  if (isAsked) return errors;
  return Object.fromEntries(
    Object.entries(errors).filter(([name]) => {
      const column = name as Column;
      const isEmpty = row.cells[column].trim() === '' && column !== 'note';
      return !isEmpty && column !== activeColumn;
    }),
  );
}

interface CellProps {
  readonly id: string;
  readonly number: number;
  readonly column: Column;
  readonly text: string;
  readonly error: string | undefined;
  readonly warning: string | undefined;
  readonly isBusy: boolean;
}

/**
 * A plain field that the browser alone owns while it is typed in, for Unikey replaces letters as one types. What
 * was typed is in the store before anything is drawn, so only a change that the program made is written into it.
 */
function Cell({ id, number, column, text, error, warning, isBusy }: CellProps) {
  const own = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    if (own.current && own.current.value !== text) own.current.value = text;
  }, [text]);
  const isCombobox = COMBOBOXES.has(column);
  return (
    <input
      ref={own}
      className={classes['cell']}
      data-row={id}
      data-column={column}
      data-warning={(error === undefined && warning !== undefined) || undefined}
      aria-label={t('batch.cell', { column: columnTitle(column), number: String(number) })}
      aria-invalid={error !== undefined}
      aria-describedby={error === undefined && warning === undefined ? undefined : `messages-${id}`}
      title={error ?? warning ?? text}
      {...(isCombobox
        ? {
            role: 'combobox',
            'aria-expanded': false,
            'aria-autocomplete': 'list' as const,
            'aria-controls': 'batch-suggestions',
          }
        : {})}
      {...(column === 'pageAmount' ? { inputMode: 'numeric' as const } : {})}
      {...(DATES.has(column) && number === 1 ? { placeholder: t('batch.dateHint') } : {})}
      defaultValue={text}
      readOnly={isBusy}
      autoComplete="off"
      spellCheck={false}
    />
  );
}

function Mark({ mark }: { readonly mark: SaveMark }) {
  switch (mark) {
    case 'none':
      return null;
    case 'typing':
      return (
        <Text size="xs" lh={1.15}>
          {t('batch.mark.typing')}
        </Text>
      );
    case 'failed':
      return (
        <Text size="xs" lh={1.15} c="red.9" fw={600}>
          {t('batch.mark.failed')}
        </Text>
      );
    case 'saved':
      return (
        <Text size="xs" lh={1.15} c="orange.9" title={t('batch.mark.savedHint')}>
          {t('incoming.mark.saved')}
        </Text>
      );
  }
}
