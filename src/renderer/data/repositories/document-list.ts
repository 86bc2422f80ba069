import {
  auditTime,
  combineLatest,
  map,
  ReplaySubject,
  share,
  startWith,
  switchMap,
  take,
  throttleTime,
  type Observable,
} from 'rxjs';
import type { RxCollection } from 'rxdb/plugins/core';
import type { JsonObject } from '@shared/kernel/canonical-json';
import type { DocumentRow } from '../collections/documents';
import type { HeldRow } from '../collections/held-row';
import { createDocumentCounts } from './document-counts';
import { createDocumentDirectory } from './document-directory';

export interface DocumentQuery {
  /** Words that must all occur, marks and case aside; empty for no search. */
  readonly text: string;
  readonly state: string | null;
  readonly limit: number;
}

export interface DocumentList<Row> {
  readonly rows: readonly Row[];
  /** Documents that match, of which `rows` are the newest; null until they are counted. */
  readonly total: number | null;
  /** Set while a search has not read all documents yet: how many it has read. */
  readonly searchedSoFar: number | null;
}

export interface DocumentListOptions<Row> {
  readonly type: 'incomingDocument' | 'outgoingDocument';
  readonly searchTextOf: (view: JsonObject) => string;
  readonly rowFrom: (row: DocumentRow) => Row;
  readonly pause: () => Promise<void>;
}

/** Searching answers while people type: not more often than they can look. */
const SEARCH_REFRESH_MS = 150;
export const LIST_REFRESH_MS = 250;

/** Lists of one type of document: the newest by index, a search by the directory in memory. */
export function createDocumentList<Row>(
  documents: RxCollection<DocumentRow>,
  { type, searchTextOf, rowFrom, pause }: DocumentListOptions<Row>,
) {
  const counts = createDocumentCounts(documents);
  const directory = createDocumentDirectory(documents, { type, searchTextOf, pause });

  /** List rows by RxDB's document, of which there is one for each revision: what did not change is not drawn again. */
  const rows = new WeakMap<object, Row>();
  function rowOf(document: StoredDocument): Row {
    const known = rows.get(document);
    if (known) return known;
    const row = rowFrom(dataOf(document));
    rows.set(document, row);
    return row;
  }

  /** The newest of an index; reads no more than it shows. */
  function watchIndexed({ state, limit }: DocumentQuery): Observable<DocumentList<Row>> {
    const base = { type };
    const query =
      state === null
        ? { selector: base, sort: [{ type: 'asc' as const }, { newestKey: 'asc' as const }] }
        : {
            selector: { ...base, state },
            sort: [
              { type: 'asc' as const },
              { state: 'asc' as const },
              { newestKey: 'asc' as const },
            ],
          };
    const shown$ = documents.find({ ...query, limit }).$.pipe(
      throttleTime(LIST_REFRESH_MS, undefined, { leading: true, trailing: true }),
      map((found) => found.map((row) => rowOf(row))),
      share({ connector: () => new ReplaySubject(1) }),
    );
    // Counting walks the index, and IndexedDB answers in turn: the rows are asked for first.
    const total$ = shown$.pipe(
      take(1),
      switchMap(() => counts.watch({ type, state })),
      throttleTime(LIST_REFRESH_MS, undefined, { leading: true, trailing: true }),
      startWith(counts.known({ type, state })),
    );
    return combineLatest([shown$, total$]).pipe(
      map(([shown, count]) => ({
        rows: shown,
        total: count === null ? null : Math.max(count, shown.length),
        searchedSoFar: null,
      })),
    );
  }

  function watchSearch(query: DocumentQuery): Observable<DocumentList<Row>> {
    directory.start();
    return directory.changes.pipe(
      auditTime(SEARCH_REFRESH_MS),
      startWith(0),
      map(() => directory.find(query)),
      switchMap((match) =>
        documents.findByIds([...match.ids]).$.pipe(
          map((found) => ({
            rows: match.ids.flatMap((id) => {
              const row = found.get(id);
              return row ? [rowOf(row)] : [];
            }),
            total: match.total,
            searchedSoFar: match.isComplete ? null : match.read,
          })),
        ),
      ),
    );
  }

  return {
    watchList: (query: DocumentQuery): Observable<DocumentList<Row>> =>
      query.text.trim() === '' ? watchIndexed(query) : watchSearch(query),

    watchRows: (ids: readonly string[]): Observable<readonly Row[]> =>
      documents.findByIds([...ids]).$.pipe(
        map((found) =>
          ids.flatMap((id) => {
            const row = found.get(id);
            return row?.type === type ? [rowOf(row)] : [];
          }),
        ),
      ),

    rowOf,
    /** Begins to read what searching needs, before anyone searches. */
    warmUp: () => directory.start(),
    stop: () => {
      directory.stop();
      counts.stop();
    },
  };
}

interface StoredDocument {
  readonly toJSON: () => unknown;
}

/** The row inside RxDB's document; its own type of JSON is too deep for the compiler. */
export const dataOf = (document: StoredDocument): DocumentRow => document.toJSON() as DocumentRow;

/** As `dataOf`, of any other collection. */
export const heldDataOf = (document: StoredDocument): HeldRow => document.toJSON() as HeldRow;
