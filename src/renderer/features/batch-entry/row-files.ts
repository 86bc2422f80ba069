import type { Bridge } from '@shared/ipc/contract';
import { importFile } from '../../data/import-file';
import type { BatchStore, Transfer } from './batch-store';

const MOST_PAGES = 999;

/**
 * Scans of the rows. They wait in memory until the clerk has made the statement for the batch, then go to main one
 * after the other; main looks for a secrecy mark before it stores the first byte (van-ban.md §6.2).
 */
export function createRowFiles(bridge: Bridge, store: BatchStore) {
  const waiting: { readonly id: string; readonly key: string; readonly file: File }[] = [];
  const running = new Map<string, AbortController>();
  let isRunning = false;

  const setState = (id: string, key: string, state: Transfer['state']): void =>
    store.setTransfers(id, (all) => all.map((one) => (one.key === key ? { ...one, state } : one)));
  const drop = (id: string, key: string): void =>
    store.setTransfers(id, (all) => all.filter((one) => one.key !== key));

  async function run(id: string, key: string, file: File): Promise<void> {
    // The row was removed, or the file taken out, while it waited.
    if (!store.view(id)?.transfers.some((one) => one.key === key)) return;
    const controller = new AbortController();
    running.set(key, controller);
    setState(id, key, { status: 'importing', percent: 0 });
    const imported = await importFile(
      bridge,
      file,
      'banQuet',
      (sent) =>
        setState(id, key, {
          status: 'importing',
          percent: Math.floor((100 * sent) / Math.max(1, file.size)),
        }),
      controller.signal,
    );
    running.delete(key);
    if (controller.signal.aborted) return;
    if (!imported.ok) return setState(id, key, { status: 'failed', code: imported.error.code });
    drop(id, key);
    store.addFile(id, imported.value.file);
    prefillPages(id, imported.value.pageCount);
  }

  /** Never over what was typed, nor while the cursor stands there. */
  function prefillPages(id: string, pageCount: number | null): void {
    const view = store.view(id);
    if (pageCount === null || !view || view.activeColumn === 'pageAmount') return;
    if (view.row.cells.pageAmount.trim() !== '') return;
    store.write(id, 'pageAmount', String(Math.min(pageCount, MOST_PAGES)));
  }

  /** Begins with what waits, as far as the statement covers it. */
  async function start(): Promise<void> {
    if (isRunning) return;
    isRunning = true;
    for (;;) {
      const at = waiting.findIndex(({ id }) => store.batch().statement?.rowIds.has(id));
      const [next] = at < 0 ? [] : waiting.splice(at, 1);
      if (!next) break;
      await run(next.id, next.key, next.file);
    }
    isRunning = false;
  }

  return {
    start,
    add(id: string, files: readonly File[]): void {
      for (const file of files) {
        const key = crypto.randomUUID();
        waiting.push({ id, key, file });
        store.setTransfers(id, (all) => [
          ...all,
          { key, name: file.name, state: { status: 'waiting' } },
        ]);
      }
      void start();
    },
    remove(id: string, key: string): void {
      running.get(key)?.abort();
      drop(id, key);
    },
    /** The page is left: nothing goes on behind it. */
    stop(): void {
      waiting.length = 0;
      for (const controller of running.values()) controller.abort();
      running.clear();
    },
  };
}

export type RowFiles = ReturnType<typeof createRowFiles>;
