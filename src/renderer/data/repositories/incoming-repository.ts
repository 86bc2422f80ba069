import { map, type Observable } from 'rxjs';
import { findDocumentType } from '@shared/domain/document/document-type';
import type { IncomingState } from '@shared/domain/document/incoming-document';
import type { JsonObject } from '@shared/kernel/canonical-json';
import { foldForSearch } from '@shared/kernel/vietnamese-text';
import { duplicateKeyOf } from '../collections/documents';
import type { LocalDatabase } from '../database';
import type { ScopeCipher } from '../scope-cipher';
import { openedRows } from '../sealed-row';
import { readNumber, readText } from '../read-view';
import { createDocumentList, dataOf, type DocumentList, type DocumentQuery } from './document-list';
import {
  incomingDetailFrom,
  incomingRowFrom,
  type IncomingDetail,
  type IncomingRow,
} from './incoming-view';

export interface IncomingQuery extends DocumentQuery {
  readonly state: IncomingState | null;
}

export type IncomingList = DocumentList<IncomingRow>;

export function createIncomingRepository(
  database: LocalDatabase,
  pause: () => Promise<void>,
  cipher: ScopeCipher,
) {
  const { documents } = database;
  const list = createDocumentList(documents, {
    type: 'incomingDocument',
    searchTextOf,
    rowFrom: incomingRowFrom,
    pause,
  });

  return {
    watchList: (query: IncomingQuery): Observable<IncomingList> => list.watchList(query),

    /** Null when this machine does not hold it. */
    watchOne: (id: string): Observable<IncomingDetail | null> =>
      documents.findOne(id).$.pipe(
        map((row) => (row ? [dataOf(row)] : [])),
        openedRows(cipher),
        map(([row]) => (row?.type === 'incomingDocument' ? incomingDetailFrom(row) : null)),
      ),

    watchRows: list.watchRows,

    /** A document of the same issuer, symbol and date (VB006); undefined when none is held. */
    async findDuplicate(paper: {
      readonly issuerName: string;
      readonly codeDisplay: string;
      readonly issuedDate: string | null;
    }): Promise<IncomingRow | undefined> {
      const duplicateKey = duplicateKeyOf({ ...paper, issuedDate: paper.issuedDate ?? '' });
      if (duplicateKey === '') return undefined;
      const found = await documents
        .find({ selector: { type: 'incomingDocument', duplicateKey }, limit: 5 })
        .exec();
      const rows = found.map((row) => list.rowOf(row));
      return rows.find(({ state }) => state !== 'huySoDen' && state !== 'tuChoi');
    },

    /** Which of the ids are incoming documents here. */
    async findHeldIds(ids: readonly string[]): Promise<readonly string[]> {
      const found = await documents.findByIds([...ids]).exec();
      return [...found.keys()];
    },

    /** Begins to read what searching needs, before anyone searches. */
    warmUp: list.warmUp,
    stop: list.stop,
  };
}

const searchTextOf = (view: JsonObject): string =>
  foldForSearch(
    [
      readNumber(view, 'arrivalNumber') ?? '',
      readText(view, 'codeDisplay'),
      readText(view, 'issuerName'),
      findDocumentType(readText(view, 'documentTypeId'))?.name ?? '',
      readText(view, 'subject'),
      readText(view, 'signerName'),
      readText(view, 'note'),
    ].join(' '),
  );

export type IncomingRepository = ReturnType<typeof createIncomingRepository>;
