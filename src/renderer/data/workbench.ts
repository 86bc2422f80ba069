import { z } from 'zod';
import type { JsonObject } from '@shared/kernel/canonical-json';
import type { Bridge } from '@shared/ipc/contract';
import { ok, type Result } from '@shared/kernel/result';
import { ask } from './bridge';
import type { KeptRow, RowStore } from './pouch-rows';

/** One change of a batch: the row's content, which carries its own `edit` count, or null when it is gone. */
export interface RowChange {
  readonly rowId: string;
  readonly row: JsonObject | null;
}

export interface WorkbenchRow {
  readonly rowId: string;
  readonly row: JsonObject;
}

/** The unfinished rows of one person on this machine (sync-requirements.md §2, §4.2). */
export interface Workbench {
  /** Rows as they were found at the opening. */
  readonly rows: readonly WorkbenchRow[];
  /**
   * Journal first, then PouchDB; calls follow each other in order. The answer is the journal's: from there on a row
   * survives the loss of the page's storage. A row that the journal refused is still put into PouchDB.
   */
  readonly save: (changes: readonly RowChange[]) => Promise<Result<void>>;
  /** Throws away all revisions, once no row is left: papers that are in the book need no second copy. */
  readonly clear: () => Promise<void>;
  /** Waits for what is being saved. */
  readonly close: () => Promise<void>;
}

export interface OpenWorkbench {
  readonly bridge: Bridge;
  /** Throws where the browser's storage cannot be used: then the journal alone keeps the rows. */
  readonly openStore: () => Promise<RowStore>;
}

/** Rows of one call to main; its limit is 500. */
const CHUNK_ROWS = 200;

/** Opens the workbench. The journal's rows are the truth; PouchDB is filled again from them when it has lost them. */
export async function openWorkbench({
  bridge,
  openStore,
}: OpenWorkbench): Promise<Result<Workbench>> {
  const listed = await ask(bridge, 'workbench.listRows', undefined);
  if (!listed.ok) return listed;
  const store = await attempt(openStore);
  const kept = (store && (await attempt(store.readAll))) ?? [];
  const { rows, stale, missing, unsaved } = reconcile(listed.value, kept);
  if (stale.length > 0) await attempt(async () => store?.remove(stale));
  if (missing.length > 0) await attempt(async () => store?.put(missing));

  let queue: Promise<unknown> = Promise.resolve();
  let underway = 0;
  const save = async (changes: readonly RowChange[]): Promise<Result<void>> => {
    underway += 1;
    // The first in line speaks to main at once: a page that closes runs no later step.
    const saving =
      underway === 1
        ? write(bridge, store, changes)
        : queue.then(() => write(bridge, store, changes));
    queue = saving;
    const saved = await saving;
    underway -= 1;
    return saved;
  };
  if (unsaved.length > 0) await save(unsaved);
  return ok({
    rows,
    save,
    clear: async () => {
      await queue;
      await attempt(async () => store?.clear());
    },
    close: async () => {
      await queue;
      await attempt(async () => store?.close());
    },
  });
}

async function write(
  bridge: Bridge,
  store: RowStore | undefined,
  changes: readonly RowChange[],
): Promise<Result<void>> {
  let answer: Result<void> = ok(undefined);
  for (let start = 0; start < changes.length; start += CHUNK_ROWS) {
    const chunk = changes.slice(start, start + CHUNK_ROWS);
    const saved = await ask(bridge, 'workbench.saveRows', { rows: chunk });
    if (!saved.ok) answer = saved;
    const kept = chunk.flatMap(({ rowId, row }) =>
      row ? [{ rowId, row, edit: editOf(row), journalled: saved.ok }] : [],
    );
    const gone = chunk.filter(({ row }) => row === null).map(({ rowId }) => rowId);
    if (kept.length > 0) await attempt(async () => store?.put(kept));
    if (gone.length > 0 && saved.ok) await attempt(async () => store?.remove(gone));
  }
  return answer;
}

/**
 * Which rows are there, given both keepers. A row that only PouchDB has was removed or handed in meanwhile, unless the
 * journal never answered for it.
 */
export function reconcile(journalled: readonly WorkbenchRow[], kept: readonly KeptRow[]) {
  const keptById = new Map(kept.map((row) => [row.rowId, row]));
  const listedIds = new Set(journalled.map(({ rowId }) => rowId));
  const rows: WorkbenchRow[] = [];
  const missing: KeptRow[] = [];
  const unsaved: WorkbenchRow[] = [];
  for (const { rowId, row } of journalled) {
    const other = keptById.get(rowId);
    if (other && other.edit > editOf(row)) {
      rows.push({ rowId, row: other.row });
      unsaved.push({ rowId, row: other.row });
    } else {
      rows.push({ rowId, row });
      if (!other || other.edit < editOf(row))
        missing.push({ rowId, row, edit: editOf(row), journalled: true });
    }
  }
  const alone = kept.filter(({ rowId }) => !listedIds.has(rowId));
  for (const { rowId, row, journalled: wasSaved } of alone) {
    if (wasSaved) continue;
    rows.push({ rowId, row });
    unsaved.push({ rowId, row });
  }
  const stale = alone.filter(({ journalled: wasSaved }) => wasSaved).map(({ rowId }) => rowId);
  return { rows, missing, unsaved, stale };
}

const Counted = z.looseObject({ edit: z.int().nonnegative() });

function editOf(row: JsonObject): number {
  const counted = Counted.safeParse(row);
  return counted.success ? counted.data.edit : 0;
}

/** The page's own storage is a help: when it fails, the journal still has every row. */
async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch {
    return undefined;
  }
}
