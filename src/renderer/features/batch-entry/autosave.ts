import type { Failure, Result } from '@shared/kernel/result';
import { ok } from '@shared/kernel/result';
import type { RowChange, Workbench } from '../../data/workbench';
import { isBlank, storedFrom } from './batch-row';
import type { BatchStore } from './batch-store';

/** Pause after the last key before a row goes to the journal. */
const TYPING_PAUSE_MS = 800;

export interface AutosaveDeps {
  readonly store: BatchStore;
  readonly workbench: Pick<Workbench, 'save'>;
  readonly onFailure: (failure: Failure | undefined) => void;
  /** Runs `work` after so many milliseconds; the answer takes it back. */
  readonly later: (work: () => void, delayMs: number) => () => void;
}

/** Keeps every changed row: a moment after the last key, and at once when a cell or the page is left. */
export function createAutosave({ store, workbench, onFailure, later }: AutosaveDeps) {
  const dirty = new Set<string>();
  let cancel: (() => void) | undefined;
  /** The newest save: who asks whether all is kept waits for it. */
  let last: Promise<Result<void>> = Promise.resolve(ok(undefined));

  const changeOf = (rowId: string): RowChange => {
    const row = store.view(rowId)?.row;
    const isKept = row !== undefined && !isBlank(row);
    return { rowId, row: isKept ? storedFrom(row, store.batch().settings) : null };
  };

  /** Resolves once everything typed so far is in the journal, or could not be put there. */
  function flush(): Promise<Result<void>> {
    cancel?.();
    cancel = undefined;
    const ids = [...dirty];
    dirty.clear();
    if (ids.length > 0) last = saveAfter(last, ids);
    return last;
  }

  async function saveAfter(
    before: Promise<Result<void>>,
    ids: readonly string[],
  ): Promise<Result<void>> {
    await before;
    const edits = new Map(ids.map((id) => [id, store.view(id)?.row.edit]));
    const saved = await workbench.save(ids.map(changeOf));
    if (saved.ok) {
      // What was typed meanwhile is not saved yet.
      const settled = ids.filter((id) => store.view(id)?.row.edit === edits.get(id));
      store.setMark(settled, 'saved');
    } else {
      for (const id of ids) dirty.add(id);
      store.setMark(ids, 'failed');
    }
    onFailure(saved.ok ? undefined : saved.error);
    return saved;
  }

  return {
    flush,
    /** Follows the batch until the answer is called, which saves what is left. */
    listen(): () => void {
      const stopListening = store.onChange((ids) => {
        for (const id of ids) dirty.add(id);
        cancel?.();
        cancel = later(() => void flush(), TYPING_PAUSE_MS);
      });
      return () => {
        stopListening();
        void flush();
      };
    },
  };
}

export type Autosave = ReturnType<typeof createAutosave>;
