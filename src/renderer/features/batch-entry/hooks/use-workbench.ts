import { useEffect, useState } from 'react';
import type { Result } from '@shared/kernel/result';
import { useBridge } from '../../../data/bridge';
import { openPouchRows } from '../../../data/pouch-rows';
import { useCurrentSession } from '../../../data/session';
import { useIncomingRepository } from '../../../data/workspace';
import { openWorkbench, type Workbench, type WorkbenchRow } from '../../../data/workbench';
import { findHandedIn } from '../commands/hand-in';

export interface OpenedBatch {
  readonly workbench: Workbench;
  /** Rows that are still rows: those that have become documents are gone. */
  readonly rows: readonly WorkbenchRow[];
}

/** Undefined while it opens. One at a time: the next opening waits until the former one has saved and closed. */
export function useWorkbench(): Result<OpenedBatch> | undefined {
  const bridge = useBridge();
  const incoming = useIncomingRepository();
  const { projectionName } = useCurrentSession();
  const [opened, setOpened] = useState<Result<OpenedBatch>>();
  useEffect(() => {
    let isLeft = false;
    const open = async (former: Promise<void>): Promise<Result<OpenedBatch>> => {
      await former;
      const batch = await openBatch();
      if (!isLeft) setOpened(batch);
      return batch;
    };
    const openBatch = async (): Promise<Result<OpenedBatch>> => {
      const openStore = () => openPouchRows(`workbench-${projectionName}`);
      const at = await openWorkbench({ bridge, openStore });
      if (!at.ok) return at;
      const workbench = at.value;
      const ids = workbench.rows.map(({ rowId }) => rowId);
      const known = await findHandedIn(
        { bridge, findHeldIds: (asked) => incoming.findHeldIds(asked) },
        ids,
      );
      if (!known.ok) return known;
      const gone = [...known.value];
      if (gone.length > 0) await workbench.save(gone.map((rowId) => ({ rowId, row: null })));
      const rows = workbench.rows.filter(({ rowId }) => !known.value.has(rowId));
      return { ok: true, value: { workbench, rows } };
    };
    const opening = open(lastClosing);
    const close = async (): Promise<void> => {
      const batch = await opening;
      if (batch.ok) await batch.value.workbench.close();
    };
    return () => {
      isLeft = true;
      lastClosing = close();
    };
  }, [bridge, incoming, projectionName]);
  return opened;
}

let lastClosing: Promise<void> = Promise.resolve();
