import type { FileHash } from '@shared/kernel/ids';
import type { JournalState } from '@shared/sync/journal-state';
import type { LogDep } from '../../platform/log';
import type { ContentStore } from './content-store';
import type { FileTransfer } from './file-transfer';

export interface HubFilesDeps extends LogDep {
  readonly state: Pick<JournalState, 'unsentFiles'>;
  /** Files that should lie here before anyone asks. */
  readonly wanted: () => readonly FileHash[];
  readonly hasRoom: () => Promise<boolean>;
  /** By the hub. */
  readonly transfer: Pick<FileTransfer, 'upload' | 'download'>;
  readonly store: Pick<ContentStore, 'has'>;
  readonly monotonicMs: () => number;
}

/** A hub may have had to forget a file, as what the province did not take: it is told of each again after so long. */
const AGAIN_AFTER_MS = 3_600_000;

/**
 * Files by way of the hub (§20): own ones that the province does not have are brought there, sealed; what is wanted here is
 * fetched. Nothing counts as received by it: the journal goes on offering each file to the province.
 */
export function createHubFiles(deps: HubFilesDeps) {
  const { log, state, wanted, hasRoom, transfer, store, monotonicMs } = deps;
  let running: Promise<void> | undefined;
  let isStopped = false;
  let mailbox = '';
  /** When the hub last said that it has a file. */
  const atHub = new Map<FileHash, number>();

  async function exchange(): Promise<void> {
    for (const sha256 of state.unsentFiles()) {
      if (isStopped) return;
      const saidAt = atHub.get(sha256);
      if (saidAt !== undefined && monotonicMs() - saidAt < AGAIN_AFTER_MS) continue;
      const sent = await transfer.upload(sha256);
      if (sent.ok) atHub.set(sha256, monotonicMs());
      else log.warn('a file did not reach the hub', { code: sent.error.code });
    }
    for (const sha256 of wanted()) {
      if (isStopped || !(await hasRoom())) return;
      if (await store.has(sha256)) continue;
      const fetched = await transfer.download(sha256);
      if (!fetched.ok) log.warn('the hub gave no wanted file', { code: fetched.error.code });
    }
  }

  return {
    /** The hub answered, with this mailbox: another one has none of the files. */
    met(id: string): void {
      if (id !== mailbox) atHub.clear();
      mailbox = id;
      running ??= exchange().finally(() => {
        running = undefined;
      });
    },
    async stop(): Promise<void> {
      isStopped = true;
      await running;
    },
  };
}
