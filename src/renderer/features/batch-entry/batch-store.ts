import type { AttachedFile } from '@shared/domain/document/incoming-document';
import { formatDate } from '@shared/i18n/format';
import type { LocalDate } from '@shared/kernel/local-date';
import type { IncomingRow } from '../../data/repositories/incoming-view';
import {
  columns,
  freshRow,
  isBlank,
  type BatchRow,
  type BatchSettings,
  type Column,
} from './batch-row';
import { duplicateKeyOfRow, writtenOut } from './check-row';

/** A file on its way into a row; nothing of it is kept before main has looked at it. */
export interface Transfer {
  readonly key: string;
  readonly name: string;
  readonly state:
    | { readonly status: 'waiting' }
    | { readonly status: 'importing'; readonly percent: number }
    | { readonly status: 'failed'; readonly code: string };
}

/** `typing`: not kept yet; `saved`: main's journal has answered. */
export type SaveMark = 'none' | 'typing' | 'saved' | 'failed';

/** A row as the grid shows it; another object whenever something of it changed. */
export interface RowView {
  readonly row: BatchRow;
  readonly mark: SaveMark;
  /** The clerk has tried to hand in: missing cells are named too. */
  readonly isAsked: boolean;
  readonly activeColumn: Column | undefined;
  readonly transfers: readonly Transfer[];
  /** The document that seems to be the same paper. */
  readonly duplicate: IncomingRow | undefined;
  /** The earlier row that seems to be the same paper. */
  readonly twinOf: string | undefined;
}

export interface CellChange {
  readonly id: string;
  readonly column: Column;
  readonly text: string;
}

export type UndoKind = 'removed' | 'pasted' | 'filled';

type UndoStep =
  | { readonly kind: 'removed'; readonly row: BatchRow }
  | {
      readonly kind: 'pasted' | 'filled';
      readonly changes: readonly (CellChange & { readonly before: string })[];
      readonly added: readonly string[];
    };

export interface Statement {
  /** Instant of the tick, milliseconds. */
  readonly atMs: number;
  readonly rowIds: ReadonlySet<string>;
}

/** What the page around the rows shows. */
export interface BatchView {
  readonly ids: readonly string[];
  readonly settings: BatchSettings;
  /** Rows that are papers: typed, or with a file. */
  readonly paperIds: readonly string[];
  /** Set while it covers every paper of the batch: a row that is added asks again (corrections.md item 11). */
  readonly statement: Statement | undefined;
  readonly undo: UndoKind | undefined;
  /** The worst mark of the papers: `saved` when all of them are kept. */
  readonly mark: SaveMark;
}

export interface BatchStoreDeps {
  readonly today: LocalDate;
  readonly rows: readonly BatchRow[];
  readonly settings: BatchSettings;
}

const MOST_UNDO = 30;

/** The rows of the page, outside React: a key press draws one row, whatever the batch holds. */
export function createBatchStore({ today, rows, settings: initialSettings }: BatchStoreDeps) {
  const views = new Map<string, RowView>();
  const rowListeners = new Map<string, Set<() => void>>();
  const listeners = new Set<() => void>();
  const changeListeners = new Set<(ids: readonly string[]) => void>();
  const keys = new WeakMap<BatchRow, string>();
  let settings = initialSettings;
  let statement: Statement | undefined;
  let undoSteps: readonly UndoStep[] = [];
  let batch: BatchView = {
    ids: [],
    settings,
    paperIds: [],
    statement: undefined,
    undo: undefined,
    mark: 'none',
  };

  const viewOf = (row: BatchRow, mark: SaveMark): RowView => ({
    row,
    mark,
    isAsked: false,
    activeColumn: undefined,
    transfers: [],
    duplicate: undefined,
    twinOf: undefined,
  });

  function set(id: string, part: Partial<RowView>): void {
    const view = views.get(id);
    if (!view) return;
    views.set(id, { ...view, ...part });
    for (const listener of rowListeners.get(id) ?? []) listener();
  }

  const keyOf = (row: BatchRow): string => {
    const known = keys.get(row);
    if (known !== undefined) return known;
    const key = duplicateKeyOfRow(row, today);
    keys.set(row, key);
    return key;
  };

  const sorted = (): readonly RowView[] =>
    [...views.values()].toSorted((a, b) => a.row.order - b.row.order);

  /** Twins, count and statement follow the rows; the page hears of it only when what it shows has changed. */
  function settle(): void {
    const inOrder = sorted();
    const firstByKey = new Map<string, string>();
    for (const { row, twinOf } of inOrder) {
      const key = keyOf(row);
      const first = key === '' ? undefined : firstByKey.get(key);
      if (first !== twinOf) set(row.id, { twinOf: first });
      if (key !== '' && first === undefined) firstByKey.set(key, row.id);
    }
    const ids = inOrder.map(({ row }) => row.id);
    const paperIds = inOrder.filter(isPaper).map(({ row }) => row.id);
    const covering =
      paperIds.length > 0 && paperIds.every((id) => statement?.rowIds.has(id))
        ? statement
        : undefined;
    statement = covering;
    const next: BatchView = {
      ids: same(ids, batch.ids) ? batch.ids : ids,
      settings,
      paperIds: same(paperIds, batch.paperIds) ? batch.paperIds : paperIds,
      statement,
      undo: undoSteps.at(-1)?.kind,
      mark: worstMark(inOrder.filter(isPaper)),
    };
    const isSame =
      next.ids === batch.ids &&
      next.settings === batch.settings &&
      next.paperIds === batch.paperIds &&
      next.statement === batch.statement &&
      next.undo === batch.undo &&
      next.mark === batch.mark;
    if (isSame) return;
    batch = next;
    for (const listener of listeners) listener();
  }

  function changed(ids: readonly string[]): void {
    for (const id of ids) set(id, { mark: 'typing' });
    settle();
    for (const listener of changeListeners) listener(ids);
  }

  function change(id: string, part: Partial<BatchRow>): void {
    const held = views.get(id);
    if (held) set(id, { row: { ...held.row, ...part, edit: held.row.edit + 1 } });
  }

  function put(id: string, column: Column, text: string): void {
    const view = views.get(id);
    if (!view) return;
    const cells = { ...view.row.cells, [column]: text };
    change(id, IDENTIFYING.has(column) ? { cells, isDuplicateAccepted: false } : { cells });
  }

  function append(): string {
    const last = sorted().at(-1)?.row;
    const row = freshRow((last?.order ?? 0) + 1, formatDate(today), last);
    views.set(row.id, viewOf(row, 'none'));
    return row.id;
  }

  const remember = (step: UndoStep): void => {
    undoSteps = [...undoSteps, step].slice(-MOST_UNDO);
  };

  function dropRows(ids: readonly string[]): void {
    for (const id of ids) views.delete(id);
    if (views.size === 0) append();
  }

  for (const row of rows) views.set(row.id, viewOf(row, 'saved'));
  if (views.size === 0) append();
  settle();

  return {
    batch: () => batch,
    view: (id: string): RowView | undefined => views.get(id),
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    subscribeRow: (id: string, listener: () => void) => {
      const own = rowListeners.get(id) ?? new Set();
      rowListeners.set(id, own.add(listener));
      return () => void own.delete(listener);
    },
    /** Hears the ids of rows whose kept content changed or went. */
    onChange: (listener: (ids: readonly string[]) => void) => {
      changeListeners.add(listener);
      return () => void changeListeners.delete(listener);
    },

    /** What a cell says now, by the keyboard or by the program. */
    write(id: string, column: Column, text: string): void {
      if (views.get(id)?.row.cells[column] === text) return;
      put(id, column, text);
      changed([id]);
    },
    /**
     * Fills from a cell to the right and below, adding rows at the end as they are needed. Dates come as they are
     * typed, and are written out at once so that the year can be read.
     */
    paste(id: string, column: Column, table: readonly (readonly string[])[]): void {
      const startRow = batch.ids.indexOf(id);
      const startColumn = columns.indexOf(column);
      const added: string[] = [];
      while (sorted().length < startRow + table.length) added.push(append());
      const ids = sorted().map(({ row }) => row.id);
      const changes = table.flatMap((cells, down) =>
        cells.flatMap((text, right) => {
          const at = columns[startColumn + right];
          const to = ids[startRow + down];
          return at && to
            ? [{ id: to, column: at, text: writtenOut(at, text, today) ?? text }]
            : [];
        }),
      );
      apply('pasted', changes, added);
    },
    /** Takes the text of the cell above. */
    fillDown(id: string, column: Column): void {
      const above = views.get(batch.ids[batch.ids.indexOf(id) - 1] ?? '');
      if (above) apply('filled', [{ id, column, text: above.row.cells[column] }], []);
    },
    addRow(): string {
      const id = append();
      settle();
      return id;
    },
    remove(id: string): void {
      const view = views.get(id);
      if (!view) return;
      if (!isBlank(view.row)) remember({ kind: 'removed', row: view.row });
      dropRows([id]);
      changed([id]);
    },
    /** Takes the last fill, paste or removal back; a cell that was typed over since keeps what was typed. */
    undo(): void {
      const step = undoSteps.at(-1);
      if (!step) return;
      undoSteps = undoSteps.slice(0, -1);
      if (step.kind === 'removed') {
        const row = { ...step.row, edit: step.row.edit + 1 };
        views.set(row.id, viewOf(row, 'typing'));
        return changed([row.id]);
      }
      for (const { id, column, text, before } of step.changes) {
        if (views.get(id)?.row.cells[column] === text) put(id, column, before);
      }
      const emptied = step.added.filter((id) => {
        const view = views.get(id);
        return view && isBlank(view.row) && view.transfers.length === 0;
      });
      dropRows(emptied);
      changed([...new Set(step.changes.map(({ id }) => id))]);
    },
    /** Rows that are in the book now; what was pasted or filled with them is not taken back any more. */
    handedIn(ids: readonly string[]): void {
      dropRows(ids);
      const gone = new Set(ids);
      undoSteps = undoSteps.filter((step) => step.kind === 'removed' && !gone.has(step.row.id));
      settle();
    },

    setSettings(next: BatchSettings): void {
      settings = next;
      for (const id of views.keys()) change(id, {});
      changed(batch.paperIds);
    },
    addFile(id: string, file: AttachedFile): void {
      const view = views.get(id);
      if (!view || view.row.files.some(({ sha256 }) => sha256 === file.sha256)) return;
      change(id, { files: [...view.row.files, file] });
      changed([id]);
    },
    removeFile(id: string, sha256: string): void {
      const view = views.get(id);
      if (!view) return;
      change(id, { files: view.row.files.filter((file) => file.sha256 !== sha256) });
      changed([id]);
    },
    setTransfers(id: string, update: (now: readonly Transfer[]) => readonly Transfer[]): void {
      set(id, { transfers: update(views.get(id)?.transfers ?? []) });
      settle();
    },
    acceptDuplicate(id: string): void {
      change(id, { isDuplicateAccepted: true });
      changed([id]);
    },
    setDuplicate: (id: string, duplicate: IncomingRow | undefined): void => set(id, { duplicate }),
    setActive(id: string, column: Column | undefined): void {
      if (views.get(id)?.activeColumn !== column) set(id, { activeColumn: column });
    },
    setMark(ids: readonly string[], mark: SaveMark): void {
      for (const id of ids) if (views.get(id)?.mark !== mark) set(id, { mark });
      settle();
    },
    askAll(): void {
      for (const { row, isAsked } of sorted()) if (!isAsked) set(row.id, { isAsked: true });
    },
    /** The clerk states for every paper that is in the batch now (van-ban.md §6.2(1)). */
    confirm(atMs: number): void {
      statement = { atMs, rowIds: new Set(batch.paperIds) };
      settle();
    },
    unconfirm(): void {
      statement = undefined;
      settle();
    },
  };

  function apply(
    kind: 'pasted' | 'filled',
    changes: readonly CellChange[],
    added: readonly string[],
  ): void {
    const withBefore = changes.map((one) => ({
      ...one,
      before: views.get(one.id)?.row.cells[one.column] ?? '',
    }));
    remember({ kind, changes: withBefore, added });
    for (const { id, column, text } of changes) put(id, column, text);
    changed([...new Set(changes.map(({ id }) => id))]);
  }
}

export type BatchStore = ReturnType<typeof createBatchStore>;

const IDENTIFYING: ReadonlySet<Column> = new Set(['issuerName', 'codeDisplay', 'issuedDate']);

const isPaper = ({ row, transfers }: RowView): boolean => !isBlank(row) || transfers.length > 0;

const worstMark = (papers: readonly RowView[]): SaveMark =>
  (['failed', 'typing', 'saved'] as const).find((mark) =>
    papers.some((paper) => paper.mark === mark),
  ) ?? 'none';

const same = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((id, at) => id === b[at]);
