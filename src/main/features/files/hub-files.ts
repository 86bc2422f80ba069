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
}

/**
 * Files by way of the hub (§20): own ones that the province does not have are brought there, sealed; what is wanted here is
 * fetched. Nothing counts as received by it: the journal goes on offering each file to the province.
 */
export function createHubFiles({ log, state, wanted, hasRoom, transfer, store }: HubFilesDeps) {
  let running: Promise<void> | undefined;
  let isStopped = false;
  let mailbox = '';
  const atHub = new Set<FileHash>();

  async function exchange(): Promise<void> {
    for (const sha256 of state.unsentFiles()) {
      if (isStopped) return;
      if (atHub.has(sha256)) continue;
      const sent = await transfer.upload(sha256);
      if (sent.ok) atHub.add(sha256);
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
