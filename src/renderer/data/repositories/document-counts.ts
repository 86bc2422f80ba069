import { BehaviorSubject, distinctUntilChanged, filter, map, type Observable } from 'rxjs';
import type { RxCollection } from 'rxdb/plugins/core';
import type { DocumentRow } from '../collections/documents';
import { countRows } from '../raw-store';

export interface CountedRows {
  readonly type: DocumentRow['type'];
  /** Null for every state. */
  readonly state: string | null;
}

interface Count {
  readonly of: CountedRows;
  /** Undefined until the index has been walked once. */
  readonly value: BehaviorSubject<number | undefined>;
  isWalking: boolean;
  /** Rows came or went during the walk, which may have seen them or not: it does not tell. */
  isDoubtful: boolean;
}

type Row = DocumentRow & { readonly _deleted?: boolean };

/**
 * How many documents there are, by type and state. Chromium answers a count by walking the index, half a second at
 * 50,000 rows, so each number is walked for once and follows the changes from then on.
 */
export function createDocumentCounts(documents: RxCollection<DocumentRow>) {
  const counts = new Map<string, Count>();

  async function walk(count: Count): Promise<void> {
    if (count.isWalking) return;
    count.isWalking = true;
    const { type, state } = count.of;
    const selector = state === null ? { type } : { type, state };
    try {
      do {
        count.isDoubtful = false;
        const found = await countRows(documents, { selector });
        // During a long load a number that may be off by a few is shown, and walked for again.
        count.value.next(found);
      } while (count.isDoubtful && !documents.database.closed);
    } catch {
      // The list says that the database cannot be read; the number stays as it was.
    } finally {
      count.isWalking = false;
    }
  }

  const subscription = documents.eventBulks$.subscribe(({ events }) => {
    if (counts.size === 0) return;
    const shifts = new Map<Count, number>();
    for (const event of events) {
      const before = event.operation === 'INSERT' ? undefined : (event.previousDocumentData as Row);
      for (const count of counts.values()) {
        const by =
          Number(isCounted(event.documentData as Row, count.of)) -
          Number(isCounted(before, count.of));
        if (by !== 0) shifts.set(count, (shifts.get(count) ?? 0) + by);
      }
    }
    for (const [count, by] of shifts) {
      if (count.isWalking) count.isDoubtful = true;
      const { value } = count.value;
      if (value !== undefined && by !== 0) count.value.next(value + by);
    }
  });

  return {
    /** Emits once the number is known, and whenever it changes. */
    watch(of: CountedRows): Observable<number> {
      const count = counts.get(keyOf(of)) ?? {
        of,
        value: new BehaviorSubject<number | undefined>(undefined),
        isWalking: false,
        isDoubtful: false,
      };
      counts.set(keyOf(of), count);
      if (count.value.value === undefined) void walk(count);
      return count.value.pipe(
        filter((value) => value !== undefined),
        map((value) => Math.max(0, value)),
        distinctUntilChanged(),
      );
    },
    /** Null before the index was walked. */
    known: (of: CountedRows): number | null => counts.get(keyOf(of))?.value.value ?? null,
    stop: () => subscription.unsubscribe(),
  };
}

const keyOf = ({ type, state }: CountedRows): string => `${type}|${state ?? ''}`;

const isCounted = (row: Row | undefined, { type, state }: CountedRows): boolean =>
  row !== undefined &&
  row._deleted !== true &&
  row.type === type &&
  (state === null || row.state === state);
