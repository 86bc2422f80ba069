import { contract, type Input, type Output } from '@shared/ipc/contract';
import type { UserId } from '@shared/kernel/ids';
import { ok, type Result } from '@shared/kernel/result';
import type { JournalRecord } from '@shared/sync/journal-record';
import { bind } from '../../ipc/bind';
import type { LogDep } from '../../platform/log';
import type { Journal } from './journal';

/** What the calls need: the journal, and the person whose rows they are. */
export interface WorkbenchAt {
  readonly journal: Journal;
  readonly userId: UserId;
}

export interface WorkbenchHandlersDeps extends LogDep {
  readonly at: () => Result<WorkbenchAt>;
}

/** Rows of unfinished batches, kept for the page in the journal (sync-requirements.md §4.2). */
export function workbenchHandlers(deps: WorkbenchHandlersDeps) {
  return {
    'workbench.saveRows': bind(deps, contract['workbench.saveRows'], async ({ rows }) => {
      const at = deps.at();
      return at.ok ? saveDraftRows(at.value, rows) : at;
    }),
    'workbench.listRows': bind(deps, contract['workbench.listRows'], async () => {
      const at = deps.at();
      return at.ok ? ok(listDraftRows(at.value)) : at;
    }),
  };
}

/**
 * Appends the rows and answers after the flush. A row whose document has been made already stays gone: a late save
 * of the page must not bring it back beside its document.
 */
export async function saveDraftRows(
  { journal, userId }: WorkbenchAt,
  rows: Input<'workbench.saveRows'>['rows'],
): Promise<Result<undefined>> {
  const saved = await journal.append(() => {
    const held = journal.state.draftRows(userId);
    return rows
      .filter(({ rowId, row }) =>
        row === null ? held.has(rowId) : journal.state.overlayOf(rowId).length === 0,
      )
      .map(({ rowId, row }): JournalRecord => ({ t: 'draftRow', user: userId, rowId, row }));
  });
  return saved.ok ? ok(undefined) : saved;
}

export const listDraftRows = ({ journal, userId }: WorkbenchAt): Output<'workbench.listRows'> =>
  [...journal.state.draftRows(userId)].map(([rowId, row]) => ({ rowId, row }));
