import { useEffect, useRef, useState } from 'react';
import type { AttachedFile } from '@shared/domain/document/incoming-document';
import type { ImportedFile } from '@shared/ipc/contract';
import { useBridge } from './bridge';
import { importFile } from './import-file';

/** A file that was added to a form: on its way to main, refused, or kept on this machine. */
export interface Attachment {
  readonly key: string;
  readonly name: string;
  readonly sizeBytes: number;
  readonly state:
    | { readonly status: 'importing'; readonly sentBytes: number }
    | { readonly status: 'failed'; readonly code: string }
    | {
        readonly status: 'ready';
        readonly file: AttachedFile;
        readonly pageCount: number | null;
      };
}

export interface Attachments {
  readonly entries: readonly Attachment[];
  /** The files that main keeps, in the order in which they were added. */
  readonly files: readonly AttachedFile[];
  /** Starts at once, one file after the other; `onReady` hears of each that main kept. */
  readonly add: (files: readonly File[], onReady?: (imported: ImportedFile) => void) => void;
  readonly remove: (key: string) => void;
  readonly reset: () => void;
}

/** The files of one form. The form asks for the statement of van-ban.md §6.2(1) before it calls `add`. */
export function useAttachments(
  role: AttachedFile['role'],
  initial: readonly AttachedFile[] = [],
): Attachments {
  const bridge = useBridge();
  const [entries, setEntries] = useState<readonly Attachment[]>(() => initial.map(keptEntry));
  const running = useRef(new Map<string, AbortController>());
  const queue = useRef<Promise<void>>(Promise.resolve());

  useEffect(() => {
    const { current } = running;
    return () => {
      for (const controller of current.values()) controller.abort();
      current.clear();
    };
  }, []);

  const set = (key: string, state: Attachment['state']) =>
    setEntries((all) => all.map((entry) => (entry.key === key ? { ...entry, state } : entry)));

  const run = async (key: string, file: File, onReady: (imported: ImportedFile) => void) => {
    const signal = running.current.get(key)?.signal;
    if (!signal || signal.aborted) return;
    const imported = await importFile(
      bridge,
      file,
      role,
      (sentBytes) => set(key, { status: 'importing', sentBytes }),
      signal,
    );
    running.current.delete(key);
    if (signal.aborted) return;
    if (!imported.ok) return set(key, { status: 'failed', code: imported.error.code });
    set(key, { status: 'ready', ...imported.value });
    onReady(imported.value);
  };

  return {
    entries,
    files: entries.flatMap(({ state }) => (state.status === 'ready' ? [state.file] : [])),
    add: (files, onReady = () => undefined) => {
      const added = files.map((file) => ({ key: crypto.randomUUID(), file }));
      for (const { key } of added) running.current.set(key, new AbortController());
      setEntries((all) => [
        ...all,
        ...added.map(({ key, file }): Attachment => ({
          key,
          name: file.name,
          sizeBytes: file.size,
          state: { status: 'importing', sentBytes: 0 },
        })),
      ]);
      for (const { key, file } of added) {
        queue.current = queue.current.then(() => run(key, file, onReady));
      }
    },
    remove: (key) => {
      running.current.get(key)?.abort();
      running.current.delete(key);
      setEntries((all) => all.filter((entry) => entry.key !== key));
    },
    reset: () => {
      for (const controller of running.current.values()) controller.abort();
      running.current.clear();
      setEntries([]);
    },
  };
}

const keptEntry = (file: AttachedFile): Attachment => ({
  key: crypto.randomUUID(),
  name: file.name,
  sizeBytes: file.sizeBytes,
  state: { status: 'ready', file, pageCount: null },
});
