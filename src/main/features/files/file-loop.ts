import type { FileHash } from '@shared/kernel/ids';
import type { Result } from '@shared/kernel/result';
import type { JournalRecord } from '@shared/sync/journal-record';
import type { JournalState } from '@shared/sync/journal-state';
import type { LogDep } from '../../platform/log';
import type { ContentStore } from './content-store';
import type { FileTransfer } from './file-transfer';

export interface FileLoopDeps extends LogDep {
  readonly state: Pick<JournalState, 'unsentFiles'>;
  readonly append: (records: readonly JournalRecord[]) => Promise<Result<void>>;
  /** Files that should lie here before anyone asks: what waits for this person's signature, wherever they sign. */
  readonly wanted: () => readonly FileHash[];
  /** Priority of the document that an unsent file belongs to, 0 for an ordinary one. */
  readonly urgencyOf: (file: FileHash) => number;
  /** Whether the disk has room for what nobody has asked for yet. */
  readonly hasRoom: () => Promise<boolean>;
  readonly transfer: Pick<FileTransfer, 'upload' | 'download'>;
  readonly store: Pick<ContentStore, 'has' | 'sizeOf'>;
  readonly changed: () => void;
}

const FIRST_RETRY_MS = 2000;
const LAST_RETRY_MS = 60_000;

/**
 * Sends the files that saved acts refer to, apart from the acts themselves, which never wait for them (§10.2). A file
 * counts as received only after the server said so and the journal kept it (I-21).
 */
export function createFileLoop({
  state,
  append,
  wanted,
  urgencyOf,
  hasRoom,
  transfer,
  store,
  log,
  changed,
}: FileLoopDeps) {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let isStopped = true;
  let retryMs = FIRST_RETRY_MS;
  /** Of the file that is on its way. */
  let sentPercent: number | null = null;

  function schedule(delayMs: number): void {
    if (isStopped) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      running ??= exchange().finally(() => {
        running = undefined;
      });
    }, delayMs);
  }

  /** Work of our own goes first; what is wanted comes when nothing waits to be sent. */
  async function exchange(): Promise<void> {
    await sendAll();
    for (const sha256 of wanted()) {
      if (isStopped || state.unsentFiles().length > 0) return;
      if (await store.has(sha256)) continue;
      if (!(await hasRoom())) return;
      const fetched = await transfer.download(sha256);
      // Asked for again after the next contact with the server.
      if (!fetched.ok) log.warn('a wanted file was not fetched', { code: fetched.error.code });
    }
  }

  async function sendAll(): Promise<void> {
    for (const sha256 of await inTurn(state.unsentFiles())) {
      if (isStopped) return;
      const sent = await transfer.upload(sha256, (percent) => {
        sentPercent = percent;
        changed();
      });
      sentPercent = null;
      if (!sent.ok) {
        log.warn('a file was not sent', { code: sent.error.code });
        // What is wrong with one file must not hold up the others (I-16); it stays in the list and is shown.
        if (isOfOneFile(sent.error.code)) continue;
        schedule(retryMs);
        retryMs = Math.min(LAST_RETRY_MS, retryMs * 2);
        return;
      }
      await append([{ t: 'fileReceived', sha256 }]);
      retryMs = FIRST_RETRY_MS;
      changed();
    }
  }

  /** Urgent papers first, then small files, so that a large scan never keeps twenty letters waiting (§10.2). */
  async function inTurn(files: readonly FileHash[]): Promise<readonly FileHash[]> {
    const ranked = await Promise.all(
      files.map(async (sha256) => ({
        sha256,
        urgency: urgencyOf(sha256),
        size: (await store.sizeOf(sha256)) ?? 0,
      })),
    );
    return ranked
      .toSorted((a, b) => b.urgency - a.urgency || a.size - b.size)
      .map(({ sha256 }) => sha256);
  }

  return {
    start(): void {
      isStopped = false;
      schedule(0);
    },
    /** A saved act named files, or the line came back. */
    nudge(): void {
      if (!running && (state.unsentFiles().length > 0 || wanted().length > 0)) schedule(50);
    },
    async stop(): Promise<void> {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
    /** Files and bytes that the server does not hold whole. */
    async unsent(): Promise<{
      readonly files: number;
      readonly bytes: number;
      readonly sentPercent: number | null;
    }> {
      const files = state.unsentFiles();
      const sizes = await Promise.all(files.map((sha256) => store.sizeOf(sha256)));
      return {
        files: files.length,
        sentPercent,
        bytes: sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0),
      };
    },
  };
}

/** Missing or damaged here, or refused by the server: another file may go all the same. */
const isOfOneFile = (code: string): boolean =>
  code.startsWith('files.') || code === 'http.invalid-body';
