import { combineLatest, map, of, throttleTime, type Observable } from 'rxjs';
import { findDocumentType } from '@shared/domain/document/document-type';
import type { OutgoingState } from '@shared/domain/document/outgoing-document';
import { waitsFor } from '@shared/domain/document/outgoing-work';
import type { User } from '@shared/domain/organ/user';
import type { JsonObject } from '@shared/kernel/canonical-json';
import { foldForSearch } from '@shared/kernel/vietnamese-text';
import type { LocalDatabase } from '../database';
import type { ScopeCipher } from '../scope-cipher';
import { openedRows } from '../sealed-row';
import { readText } from '../read-view';
import {
  createDocumentList,
  dataOf,
  LIST_REFRESH_MS,
  type DocumentList,
  type DocumentQuery,
} from './document-list';
import {
  outgoingDetailFrom,
  outgoingFrom,
  outgoingRowFrom,
  type OutgoingDetail,
  type OutgoingRow,
} from './outgoing-view';

export interface OutgoingQuery extends DocumentQuery {
  readonly state: OutgoingState | null;
}

export type OutgoingList = DocumentList<OutgoingRow>;

/** States in which a document waits for somebody of the office; what is finished is never read for "Việc của tôi". */
const waitingStates = [
  'duThao',
  'traLai',
  'choDonVi',
  'choTheThuc',
  'choKy',
  'daKy',
  'daCapSo',
  'daDongDau',
] as const satisfies readonly OutgoingState[];

export function createOutgoingRepository(
  database: LocalDatabase,
  pause: () => Promise<void>,
  cipher: ScopeCipher,
) {
  const { documents } = database;
  const list = createDocumentList(documents, {
    type: 'outgoingDocument',
    searchTextOf,
    rowFrom: outgoingRowFrom,
    pause,
  });

  return {
    watchList: (query: OutgoingQuery): Observable<OutgoingList> => list.watchList(query),

    /** Documents that wait for a step of this person. */
    watchMine: (
      user: Pick<User, 'id' | 'active' | 'grants'>,
      { text, state, limit }: OutgoingQuery,
    ): Observable<OutgoingList> => {
      const words = foldForSearch(text).split(' ');
      const states = waitingStates.filter((waiting) => state === null || waiting === state);
      const found = states.map(
        (waiting) =>
          documents.find({
            selector: { type: 'outgoingDocument', state: waiting },
            sort: [{ type: 'asc' }, { state: 'asc' }, { newestKey: 'asc' }],
          }).$,
      );
      if (found.length === 0) return of(NOTHING);
      return combineLatest(found).pipe(
        throttleTime(LIST_REFRESH_MS, undefined, { leading: true, trailing: true }),
        map((byState) => {
          const mine = byState
            .flat()
            .filter((row) => {
              const view = dataOf(row).view;
              const searched = searchTextOf(view);
              return (
                waitsFor(outgoingFrom(view), user) && words.every((word) => searched.includes(word))
              );
            })
            .toSorted((a, b) => (a.newestKey < b.newestKey ? -1 : 1));
          return {
            rows: mine.slice(0, limit).map((row) => list.rowOf(row)),
            total: mine.length,
            searchedSoFar: null,
          };
        }),
      );
    },

    /** Null when this machine does not hold it. */
    watchOne: (id: string): Observable<OutgoingDetail | null> =>
      documents.findOne(id).$.pipe(
        map((row) => (row ? [dataOf(row)] : [])),
        openedRows(cipher),
        map(([row]) => (row?.type === 'outgoingDocument' ? outgoingDetailFrom(row) : null)),
      ),

    watchRows: list.watchRows,
    /** Begins to read what searching needs, before anyone searches. */
    warmUp: list.warmUp,
    stop: list.stop,
  };
}

const NOTHING: OutgoingList = { rows: [], total: 0, searchedSoFar: null };

const searchTextOf = (view: JsonObject): string =>
  foldForSearch(
    [
      readText(view, 'codeDisplay'),
      findDocumentType(readText(view, 'documentTypeId'))?.name ?? '',
      readText(view, 'subject'),
      readText(view, 'signerName'),
      readText(view, 'note'),
    ].join(' '),
  );

export type OutgoingRepository = ReturnType<typeof createOutgoingRepository>;
