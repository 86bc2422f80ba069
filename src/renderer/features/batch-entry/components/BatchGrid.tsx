import {
  useCallback,
  useMemo,
  useRef,
  useState,
  type ClipboardEvent,
  type DragEvent,
  type FocusEvent,
  type FormEvent,
  type KeyboardEvent,
} from 'react';
import { flushSync } from 'react-dom';
import { t } from '@shared/i18n/translate';
import { columns, isBlank, type Column } from '../batch-row';
import { writtenOut, type CheckContext } from '../check-row';
import { useBatchView, type Batch } from '../hooks/use-batch';
import { useSuggestions } from '../hooks/use-suggestions';
import { parsePastedText } from '../pasted-text';
import classes from './batch-grid.module.css';
import { columnTitle, columnWidths, suggestionsFrom } from './grid-columns';
import { GridRow } from './GridRow';
import { SuggestionList } from './SuggestionList';

interface BatchGridProps {
  readonly batch: Batch;
  readonly context: CheckContext;
  readonly isBusy: boolean;
  readonly onOpen: (documentId: string) => void;
}

interface CellAt {
  readonly input: HTMLInputElement;
  readonly id: string;
  readonly column: Column;
}

const OTHER_WIDTHS = { number: 44, waiting: 92, files: 130, mark: 96, remove: 44 } as const;
const TABLE_WIDTH = [...Object.values(columnWidths), ...Object.values(OTHER_WIDTHS)].reduce(
  (sum, width) => sum + width,
  0,
);

/** The papers of a batch, a row each. Typing goes straight into the cells; the keys move as in a spreadsheet. */
export function BatchGrid({ batch, context, isBusy, onOpen }: BatchGridProps) {
  const { store, duplicates, save } = batch;
  const { ids } = useBatchView(store);
  const box = useRef<HTMLDivElement>(null);
  const [isOver, setOver] = useState(false);
  const suggestions = useSuggestions(
    useMemo(() => suggestionsFrom(context.agencies), [context.agencies]),
    (input, label) => {
      const at = cellOf(input);
      if (at) store.write(at.id, at.column, label);
    },
  );

  const goTo = useCallback((id: string, column: Column): void => {
    const input = box.current?.querySelector<HTMLInputElement>(
      `[data-row="${id}"][data-column="${column}"]`,
    );
    input?.focus();
    input?.setSelectionRange(input.value.length, input.value.length);
    input?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, []);
  const goToFirst = useCallback((id: string) => goTo(id, 'issuerName'), [goTo]);

  /** The row above or below; a new one after the last when asked for. */
  const move = ({ id, column }: CellAt, step: 1 | -1, mayAdd = false): void => {
    const next = ids[ids.indexOf(id) + step];
    if (next) goTo(next, column);
    else if (mayAdd) {
      // The row is drawn first; then the cursor can stand in it.
      goTo(
        flushSync(() => store.addRow()),
        column,
      );
    }
  };

  const remove = useCallback(
    (id: string): void => {
      const before = store.batch().ids;
      const at = before.indexOf(id);
      const near = before[at + 1] ?? before[at - 1];
      const column = document.activeElement?.getAttribute('data-column') as Column | null;
      flushSync(() => store.remove(id));
      const next = near ?? store.batch().ids[0];
      if (next) goTo(next, column ?? 'issuerName');
    },
    [store, goTo],
  );

  const addRowAfter = (id: string): void => {
    const view = store.view(id);
    if (ids.at(-1) === id && view && !isBlank(view.row)) flushSync(() => store.addRow());
  };

  const takeKey = (event: KeyboardEvent, at: CellAt): boolean => {
    const { key, ctrlKey } = event;
    if (event.altKey && key === 'ArrowDown') {
      suggestions.open(at.input, at.column, true);
      return true;
    }
    if (event.altKey || event.metaKey) return false;
    if (ctrlKey) {
      if (isBusy) return false;
      if (key.toLowerCase() === 'd') store.fillDown(at.id, at.column);
      else if (key === 'Delete') remove(at.id);
      else return false;
      return true;
    }
    if (suggestions.takeKey(key)) return true;
    // Tab goes its own way; after the last cell of the last paper there is a row to go to.
    if (key === 'Tab' && !event.shiftKey && at.column === 'note' && !isBusy) addRowAfter(at.id);
    if (key === 'Enter') move(at, event.shiftKey ? -1 : 1, !isBusy && !event.shiftKey);
    else if (key === 'ArrowDown') move(at, 1);
    else if (key === 'ArrowUp') move(at, -1);
    else return false;
    return true;
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    const at = cellOf(event.target);
    if (at && !event.nativeEvent.isComposing && takeKey(event, at)) event.preventDefault();
  };
  const onInput = (event: FormEvent): void => {
    const at = cellOf(event.target);
    if (!at) return;
    store.write(at.id, at.column, at.input.value);
    suggestions.open(at.input, at.column);
  };
  const onFocus = (event: FocusEvent): void => {
    const at = cellOf(event.target);
    if (at) store.setActive(at.id, at.column);
  };
  const onBlur = (event: FocusEvent): void => {
    const at = cellOf(event.target);
    if (!at) return;
    suggestions.close();
    store.setActive(at.id, undefined);
    const meant = writtenOut(at.column, at.input.value, context.today);
    if (meant !== undefined && !isBusy) store.write(at.id, at.column, meant);
    duplicates.check([at.id]);
    void save();
  };
  const onPaste = (event: ClipboardEvent): void => {
    const at = cellOf(event.target);
    const table = at && parsePastedText(event.clipboardData.getData('text/plain'));
    if (!at || !table) return;
    event.preventDefault();
    if (isBusy) return;
    suggestions.close();
    store.paste(at.id, at.column, table);
    duplicates.check(store.batch().ids);
  };
  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    if (!isBusy) addFileRows(batch, [...event.dataTransfer.files]);
  };

  return (
    <div
      ref={box}
      className={classes['box']}
      data-over={isOver || undefined}
      data-file-drop
      onKeyDown={onKeyDown}
      onInput={onInput}
      onFocus={onFocus}
      onBlur={onBlur}
      onPaste={onPaste}
      onScroll={() => suggestions.list && suggestions.close()}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
    >
      <table
        className={classes['table']}
        style={{ width: '100%', minWidth: TABLE_WIDTH }}
        aria-label={t('batch.title')}
      >
        <colgroup>
          <col style={{ width: OTHER_WIDTHS.number }} />
          <col style={{ width: OTHER_WIDTHS.waiting }} />
          {columns.map((column) => (
            <col key={column} style={{ width: columnWidths[column] }} />
          ))}
          <col style={{ width: OTHER_WIDTHS.files }} />
          <col style={{ width: OTHER_WIDTHS.mark }} />
          <col style={{ width: OTHER_WIDTHS.remove }} />
        </colgroup>
        <thead>
          <tr>
            <th className={classes['number']}>{t('batch.column.row')}</th>
            <th>{t('incoming.field.arrivalNumber')}</th>
            {columns.map((column) => (
              <th key={column}>{columnTitle(column)}</th>
            ))}
            <th>{t('batch.column.files')}</th>
            <th>{t('batch.column.mark')}</th>
            <th aria-label={t('batch.column.remove')} />
          </tr>
        </thead>
        <tbody>
          {ids.map((id, at) => (
            <GridRow
              key={id}
              batch={batch}
              id={id}
              number={at + 1}
              context={context}
              isBusy={isBusy}
              onOpen={onOpen}
              onGoTo={goToFirst}
              onRemove={remove}
            />
          ))}
        </tbody>
      </table>
      {suggestions.list ? (
        <SuggestionList list={suggestions.list} onChoose={(label) => suggestions.choose(label)} />
      ) : null}
    </div>
  );
}

/** A row for each file, beginning with the empty rows at the end; one file makes one row. */
export function addFileRows({ store, files }: Batch, added: readonly File[]): void {
  const isEmpty = (id: string): boolean => {
    const view = store.view(id);
    return view !== undefined && isBlank(view.row) && view.transfers.length === 0;
  };
  for (const file of added) {
    const last = store.batch().ids.at(-1);
    files.add(last !== undefined && isEmpty(last) ? last : store.addRow(), [file]);
  }
}

function cellOf(target: EventTarget): CellAt | undefined {
  if (!(target instanceof HTMLInputElement)) return undefined;
  const { row, column } = target.dataset;
  return row !== undefined && column !== undefined
    ? { input: target, id: row, column: column as Column }
    : undefined;
}
