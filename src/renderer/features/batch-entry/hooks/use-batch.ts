import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { Register } from '@shared/domain/register/register';
import type { Failure } from '@shared/kernel/result';
import type { LocalDate } from '@shared/kernel/local-date';
import { useBridge } from '../../../data/bridge';
import { useIncomingRepository } from '../../../data/workspace';
import { createAutosave, type Autosave } from '../autosave';
import { rowFrom, type BatchSettings } from '../batch-row';
import { createBatchStore, type BatchStore, type BatchView, type RowView } from '../batch-store';
import { createDuplicateCheck, type DuplicateCheck } from '../duplicate-check';
import { createRowFiles, type RowFiles } from '../row-files';
import type { OpenedBatch } from './use-workbench';

/** Everything that acts on one open batch. */
export interface Batch {
  readonly store: BatchStore;
  readonly files: RowFiles;
  readonly duplicates: DuplicateCheck;
  /** Why the last typed text is not kept, while it is so. */
  readonly failure: Failure | undefined;
  readonly save: Autosave['flush'];
}

/** Brings the rows of an opened workbench onto the page and keeps what becomes of them. */
export function useBatch(
  opened: OpenedBatch,
  registers: readonly Register[],
  today: LocalDate,
): Batch {
  const bridge = useBridge();
  const incoming = useIncomingRepository();
  const [failure, setFailure] = useState<Failure>();
  const [parts] = useState(() => {
    const found = opened.rows.flatMap(({ rowId, row }) => rowFrom(rowId, row) ?? []);
    const store = createBatchStore({
      today,
      rows: found.map(({ row }) => row),
      settings: settingsOf(found.at(-1)?.settings, registers, today),
    });
    const autosave = createAutosave({
      store,
      workbench: opened.workbench,
      onFailure: setFailure,
      later: (work, delayMs) => {
        const timer = setTimeout(work, delayMs);
        return () => clearTimeout(timer);
      },
    });
    return {
      store,
      autosave,
      files: createRowFiles(bridge, store),
      duplicates: createDuplicateCheck(store, incoming, today),
    };
  });
  const { store, autosave, files, duplicates } = parts;

  useEffect(() => {
    const stop = autosave.listen();
    const flush = (): void => void autosave.flush();
    // The window closes or hides: main still takes what is sent now.
    window.addEventListener('pagehide', flush);
    window.addEventListener('beforeunload', flush);
    document.addEventListener('visibilitychange', flush);
    return () => {
      window.removeEventListener('pagehide', flush);
      window.removeEventListener('beforeunload', flush);
      document.removeEventListener('visibilitychange', flush);
      stop();
    };
  }, [autosave]);
  useEffect(() => () => files.stop(), [files]);
  useEffect(() => duplicates.check(store.batch().ids), [duplicates, store]);

  return useMemo(
    () => ({ store, files, duplicates, failure, save: autosave.flush }),
    [store, files, duplicates, autosave, failure],
  );
}

export const useBatchView = (store: BatchStore): BatchView =>
  useSyncExternalStore(store.subscribe, store.batch);

/** Undefined for a row that has just gone. */
export function useRowView(store: BatchStore, id: string): RowView | undefined {
  const [subscribe, read] = useMemo(
    () => [(listener: () => void) => store.subscribeRow(id, listener), () => store.view(id)],
    [store, id],
  );
  return useSyncExternalStore(subscribe, read);
}

/** As the batch was left; a book that is closed since gives way to this year's. */
function settingsOf(
  kept: BatchSettings | undefined,
  registers: readonly Register[],
  today: LocalDate,
): BatchSettings {
  const ofYear = registers.find(({ year }) => year === Number(today.slice(0, 4))) ?? registers[0];
  const isOpen = registers.some(({ id }) => id === kept?.registerId);
  return {
    registerId: (isOpen ? kept?.registerId : ofYear?.id) ?? '',
    channel: kept?.channel ?? 'PAPER_POST',
    hasPaper: kept?.hasPaper ?? true,
  };
}
