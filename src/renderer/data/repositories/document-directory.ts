import { BehaviorSubject, type Observable } from 'rxjs';
import type { RxCollection } from 'rxdb/plugins/core';
import type { JsonObject } from '@shared/kernel/canonical-json';
import { foldForSearch } from '@shared/kernel/vietnamese-text';
import type { DocumentRow } from '../collections/documents';
import { queryRows } from '../raw-store';

interface DirectoryMatch {
  /** Newest first, at most `limit`. */
  readonly ids: readonly string[];
  readonly total: number;
  /** False while older documents are still being read. */
  readonly isComplete: boolean;
  /** Documents read so far. */
  readonly read: number;
}

interface Entry {
  readonly id: string;
  readonly newestKey: string;
  readonly state: string;
  readonly text: string;
}

export interface DirectoryOptions {
  readonly type: 'incomingDocument' | 'outgoingDocument';
  /** What a search looks at, folded. */
  readonly searchTextOf: (view: JsonObject) => string;
  readonly pause: () => Promise<void>;
}

const PAGE_ROWS = 250;

/**
 * The folded text of every document of a type in memory, some 200 bytes each: searching 50,000 is then a scan of
 * milliseconds, where IndexedDB would read every document. Built in small steps, newest first; it follows the database.
 */
export function createDocumentDirectory(
  documents: RxCollection<DocumentRow>,
  { type, searchTextOf, pause }: DirectoryOptions,
) {
  const entries = new Map<string, Entry>();
  const changes = new BehaviorSubject(0);
  let sorted: readonly Entry[] | undefined;
  let isComplete = false;
  let isStopped = false;
  let isStarted = false;

  const entryFrom = ({ id, newestKey, state, view }: DocumentRow): Entry => ({
    id,
    newestKey,
    state,
    text: searchTextOf(view),
  });

  const announce = () => {
    sorted = undefined;
    changes.next(changes.value + 1);
  };

  const subscription = documents.eventBulks$.subscribe(({ events }) => {
    // What comes before the first search is read with the rest.
    if (!isStarted) return;
    for (const event of events) {
      const row = event.documentData as DocumentRow & { readonly _deleted?: boolean };
      if (row._deleted || row.type !== type) entries.delete(row.id);
      else entries.set(row.id, entryFrom(row));
    }
    announce();
  });

  async function readAll(): Promise<void> {
    let after = '';
    for (;;) {
      const rows = await queryRows(documents, {
        selector: { type, newestKey: { $gte: after } },
        sort: [{ type: 'asc' }, { newestKey: 'asc' }],
        limit: PAGE_ROWS,
      });
      if (isStopped) return;
      for (const row of rows) if (!entries.has(row.id)) entries.set(row.id, entryFrom(row));
      const last = rows.at(-1)?.newestKey;
      if (last === undefined || rows.length < PAGE_ROWS || last === after) break;
      after = last;
      announce();
      await pause();
    }
    isComplete = true;
    announce();
  }

  return {
    /** Ticks when an answer may have changed. */
    changes: changes as Observable<number>,
    /** Starts reading; later calls do nothing. */
    start(): void {
      if (isStarted) return;
      isStarted = true;
      void readAll().catch(() => undefined);
    },
    find({ text, state, limit }: DirectoryQuery): DirectoryMatch {
      sorted ??= [...entries.values()].sort((a, b) =>
        a.newestKey < b.newestKey ? -1 : a.newestKey > b.newestKey ? 1 : 0,
      );
      const words = foldForSearch(text).split(' ');
      const matches = sorted.filter(
        (entry) =>
          (state === null || entry.state === state) &&
          words.every((word) => entry.text.includes(word)),
      );
      return {
        ids: matches.slice(0, limit).map(({ id }) => id),
        total: matches.length,
        isComplete,
        read: entries.size,
      };
    },
    stop(): void {
      isStopped = true;
      subscription.unsubscribe();
    },
  };
}

interface DirectoryQuery {
  readonly text: string;
  readonly state: string | null;
  readonly limit: number;
}
