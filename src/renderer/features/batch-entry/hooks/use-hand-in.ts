import { useState } from 'react';
import type { Failure } from '@shared/kernel/result';
import { useBridge } from '../../../data/bridge';
import { useRoleFor } from '../../../data/session';
import { useIncomingRepository } from '../../../data/workspace';
import type { Workbench } from '../../../data/workbench';
import { checkRow, type CheckContext } from '../check-row';
import { handIn, type Paper } from '../commands/hand-in';
import type { Batch } from './use-batch';

/** What became of the last hand-in. */
export interface Summary {
  /** In the book now, in the order of the batch. */
  readonly ids: readonly string[];
  /** Papers that stay, with their marks. */
  readonly left: number;
  readonly failure: Failure | undefined;
}

export interface Progress {
  readonly done: number;
  readonly total: number;
}

/** "Đưa cả lô vào sổ": what is complete goes, the rest stays with its marks. */
export function useHandIn(batch: Batch, workbench: Workbench, context: CheckContext) {
  const { store, duplicates, save } = batch;
  const bridge = useBridge();
  const incoming = useIncomingRepository();
  const roleFor = useRoleFor('registerIncoming');
  const [progress, setProgress] = useState<Progress>();
  const [summary, setSummary] = useState<Summary>();

  const readyPapers = (): readonly Paper[] =>
    store.batch().paperIds.flatMap((id) => {
      const view = store.view(id);
      if (!view || view.transfers.length > 0) return [];
      const isDuplicate = view.duplicate !== undefined || view.twinOf !== undefined;
      if (isDuplicate && !view.row.isDuplicateAccepted) return [];
      const { registration } = checkRow(view.row, context);
      const role = registration && roleFor(registration.organId);
      return registration && role ? [{ id, registration, role }] : [];
    });

  const run = async (): Promise<Summary> => {
    store.askAll();
    const saved = await save();
    if (!saved.ok) return { ids: [], left: store.batch().paperIds.length, failure: saved.error };
    try {
      await duplicates.checkAll(store.batch().paperIds);
    } catch {
      return {
        ids: [],
        left: store.batch().paperIds.length,
        failure: { code: 'projection.store-failed' },
      };
    }
    const papers = readyPapers();
    const total = papers.length;
    let done = 0;
    if (total > 0) setProgress({ done, total });
    const { ids, failure } = await handIn(
      {
        bridge,
        workbench,
        findHeldIds: (ids) => incoming.findHeldIds(ids),
        onGone: (gone) => {
          store.handedIn(gone);
          done += gone.length;
          setProgress({ done, total });
        },
      },
      papers,
    );
    const left = store.batch().paperIds.length;
    if (left === 0 && failure === undefined) await workbench.clear();
    return { ids, left, failure };
  };

  return {
    progress,
    summary,
    isBusy: progress !== undefined,
    closeSummary: () => setSummary(undefined),
    submit: async (): Promise<void> => {
      if (progress) return;
      setSummary(undefined);
      setProgress({ done: 0, total: store.batch().paperIds.length });
      setSummary(await run());
      setProgress(undefined);
    },
  };
}
