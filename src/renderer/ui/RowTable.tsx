import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useEffect, useRef, type ComponentType, type KeyboardEvent } from 'react';
import classes from './row-table.module.css';

const ROW_HEIGHT = 54;
/** Rows before the end at which more are asked for. */
const NEAR_END = 30;

interface Identified {
  readonly id: string;
}

/** What a row shows: `Cell`s, one a column. Stable, so that a row is drawn again only when it changed. */
type RowCells<Row> = ComponentType<{ readonly row: Row }>;

interface RowTableProps<Row extends Identified> {
  readonly label: string;
  readonly columns: readonly string[];
  /** Widths of the columns, as `grid-template-columns` writes them. */
  readonly widths: string;
  readonly cells: RowCells<Row>;
  readonly rows: readonly Row[];
  readonly total: number;
  readonly selectedId: string | undefined;
  readonly onSelect: (id: string) => void;
  readonly onOpen: (id: string) => void;
  readonly onNearEnd: () => void;
}

/** Only the rows in view are drawn; arrows move, Enter opens. */
export function RowTable<Row extends Identified>({
  label,
  columns,
  widths,
  cells,
  rows,
  total,
  selectedId,
  onSelect,
  onOpen,
  onNearEnd,
}: RowTableProps<Row>) {
  const scroller = useRef<HTMLDivElement>(null);
  // oxlint-disable-next-line react/incompatible-library -- the React compiler, which could not memoise it, is not used
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
    initialRect: { width: 0, height: 600 },
  });
  const items = virtualizer.getVirtualItems();
  const lastDrawn = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (rows.length < total && lastDrawn >= rows.length - NEAR_END) onNearEnd();
  }, [lastDrawn, rows.length, total, onNearEnd]);

  const selectedIndex = rows.findIndex(({ id }) => id === selectedId);
  const moveTo = (index: number) => {
    const next = Math.min(Math.max(index, 0), rows.length - 1);
    const row = rows[next];
    if (!row) return;
    onSelect(row.id);
    virtualizer.scrollToIndex(next);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const pageRows = Math.max(
      1,
      Math.floor((scroller.current?.clientHeight ?? ROW_HEIGHT) / ROW_HEIGHT) - 1,
    );
    const targets: Readonly<Record<string, number>> = {
      ArrowDown: selectedIndex + 1,
      ArrowUp: Math.max(selectedIndex, 1) - 1,
      PageDown: selectedIndex + pageRows,
      PageUp: selectedIndex - pageRows,
      Home: 0,
      End: rows.length - 1,
    };
    const target = targets[event.key];
    if (target !== undefined) {
      event.preventDefault();
      moveTo(target);
    } else if (event.key === 'Enter' && selectedId !== undefined) {
      onOpen(selectedId);
    }
  };

  return (
    <div className={classes['table']} role="grid" aria-label={label} aria-rowcount={total + 1}>
      <div
        className={`${classes['row']} ${classes['head']}`}
        style={{ gridTemplateColumns: widths }}
        role="row"
        aria-rowindex={1}
      >
        {columns.map((column) => (
          <div key={column} role="columnheader">
            {column}
          </div>
        ))}
      </div>
      <div
        ref={scroller}
        className={classes['body']}
        role="rowgroup"
        tabIndex={0}
        data-table-rows
        aria-activedescendant={selectedId === undefined ? undefined : `row-${selectedId}`}
        onKeyDown={onKeyDown}
        onFocus={() => selectedIndex < 0 && moveTo(0)}
      >
        <div style={{ height: virtualizer.getTotalSize(), position: 'relative' }}>
          {items.map(({ index, start, size }) => {
            const row = rows[index];
            return row ? (
              <Line
                key={row.id}
                row={row}
                cells={cells as RowCells<Identified>}
                index={index}
                widths={widths}
                isSelected={row.id === selectedId}
                top={start}
                height={size}
                onOpen={onOpen}
              />
            ) : null;
          })}
        </div>
      </div>
    </div>
  );
}

/** Moves the keyboard from the search field into the rows. */
export const focusRows = (): void =>
  document.querySelector<HTMLElement>('[data-table-rows]')?.focus();

interface LineProps {
  readonly row: Identified;
  readonly cells: RowCells<Identified>;
  readonly index: number;
  readonly widths: string;
  readonly isSelected: boolean;
  readonly top: number;
  readonly height: number;
  readonly onOpen: (id: string) => void;
}

const Line = memo(function Line(props: LineProps) {
  const { row, cells: Cells, index, widths, isSelected, top, height, onOpen } = props;
  return (
    <div
      id={`row-${row.id}`}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      className={`${classes['row']} ${classes['line']}`}
      style={{
        gridTemplateColumns: widths,
        position: 'absolute',
        top: 0,
        left: 0,
        right: 0,
        height,
        transform: `translateY(${top}px)`,
      }}
      onClick={() => onOpen(row.id)}
    >
      <Cells row={row} />
    </div>
  );
});
