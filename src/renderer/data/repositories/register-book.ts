import { combineLatest, map, of, switchMap, throttleTime, type Observable } from 'rxjs';
import { findDocumentType } from '@shared/domain/document/document-type';
import { NumberDispute, QueuedRequest } from '@shared/domain/register/number-queue';
import { RegisterEntry } from '@shared/domain/register/register';
import type { JsonObject } from '@shared/kernel/canonical-json';
import { DISPUTED_UNTIL } from '../collections/documents';
import type { HeldRow } from '../collections/held-row';
import { placeOf, type EntryGroup } from '../collections/register-entries';
import type { LocalDatabase } from '../database';
import { readNumber, readText } from '../read-view';
import type { ScopeCipher } from '../scope-cipher';
import { openedRows } from '../sealed-row';
import { dataOf, heldDataOf, LIST_REFRESH_MS } from './document-list';

/** A row of a book, and its document where this machine may show it in a list. */
export interface BookRow {
  readonly entry: RegisterEntry;
  readonly view: JsonObject | null;
}

/** Numbers of a book, both inclusive. */
export interface NumberRange {
  readonly from: number;
  readonly to: number;
}

/** A document with what its number is about. */
export interface NumberedPaper {
  readonly id: string;
  readonly rev: number;
  readonly type: QueuedRequest['type'];
  /** The document that is opened for it: of a copy, the one that was copied. */
  readonly opens: { readonly type: string; readonly id: string };
  readonly organId: string;
  readonly registerId: string;
  readonly state: string;
  /** Null before it has one. */
  readonly number: number | null;
  /** Its own code, or the sender's. */
  readonly codeDisplay: string;
  readonly subject: string;
  /** Who issued it elsewhere, or signs it here. */
  readonly from: string;
  readonly dispute: NumberDispute | null;
}

/** One number of a book over which a person must decide. */
export interface OpenDispute {
  readonly registerId: string;
  readonly number: number;
  /** Rows of the number; a number that was never given has none. */
  readonly entry: RegisterEntry | null;
  /** One paper, or the two that have the same number. */
  readonly papers: readonly NumberedPaper[];
}

/** Rows that one look at a book shows, and one press prints. */
export const BOOK_ROWS = 500;

/** What stands in the books, and what is disputed about it. */
export function createRegisterBook(
  { documents, registerEntries }: LocalDatabase,
  cipher: ScopeCipher,
) {
  const rowsIn = (registerId: string, group: EntryGroup, { from, to }: NumberRange) =>
    registerEntries
      .find({
        selector: {
          type: 'registerEntry',
          place: {
            $gte: placeOf(registerId, group, to),
            $lte: placeOf(registerId, group, from),
          },
        },
        sort: [{ type: 'asc' }, { place: 'asc' }],
        limit: BOOK_ROWS,
      })
      .$.pipe(map((found) => found.flatMap((row) => entryFrom(heldDataOf(row)))));

  const withPapers = (entries: readonly RegisterEntry[]): Observable<readonly BookRow[]> => {
    const ids = entries.flatMap(({ documentId }) => (documentId === null ? [] : [documentId]));
    if (ids.length === 0) return of(entries.map((entry) => ({ entry, view: null })));
    return documents.findByIds(ids).$.pipe(
      map((held) =>
        entries.map((entry) => {
          const row = held.get(entry.documentId ?? '');
          const data = row && dataOf(row);
          return { entry, view: data && data.sealed === null ? data.view : null };
        }),
      ),
    );
  };

  const disputedOf = (type: NumberedPaper['type']) =>
    documents
      .find({ selector: { type, newestKey: { $lt: DISPUTED_UNTIL } } })
      .$.pipe(map((found) => found.map((row) => numberedPaperFrom(dataOf(row)))));

  return {
    /** The newest rows of a range, oldest of them first, as a book is read. */
    watchBook: (registerId: string, range: NumberRange): Observable<readonly BookRow[]> =>
      combineLatest([
        rowsIn(registerId, 'papers', range),
        rowsIn(registerId, 'others', range),
      ]).pipe(
        throttleTime(LIST_REFRESH_MS, undefined, { leading: true, trailing: true }),
        map((groups) =>
          groups
            .flat()
            .toSorted((a, b) => a.number - b.number)
            .slice(-BOOK_ROWS),
        ),
        switchMap(withPapers),
      ),

    /** Numbers that are voided, or kept for a paper that has not come; newest first. */
    watchOthers: (registerId: string): Observable<readonly BookRow[]> =>
      rowsIn(registerId, 'others', EVERY_NUMBER).pipe(switchMap(withPapers)),

    watchPaper: (id: string): Observable<NumberedPaper | null> =>
      documents.findOne(id).$.pipe(
        map((row) => (row ? [dataOf(row)] : [])),
        openedRows(cipher),
        map(([row]) => (row ? numberedPaperFrom(row) : null)),
      ),

    watchDisputes: (): Observable<readonly OpenDispute[]> =>
      combineLatest([
        disputedOf('incomingDocument'),
        disputedOf('outgoingDocument'),
        disputedOf('certifiedCopy'),
      ]).pipe(
        throttleTime(LIST_REFRESH_MS, undefined, { leading: true, trailing: true }),
        map((papers) => disputesOf(papers.flat())),
        switchMap((disputes) => {
          if (disputes.length === 0) return of([]);
          return combineLatest(
            disputes.map((dispute) => {
              const only = { from: dispute.number, to: dispute.number };
              return combineLatest([
                rowsIn(dispute.registerId, 'papers', only),
                rowsIn(dispute.registerId, 'others', only),
              ]).pipe(map((rows) => ({ ...dispute, entry: rows.flat()[0] ?? null })));
            }),
          );
        }),
      ),
  };
}

export const EVERY_NUMBER: NumberRange = { from: 1, to: 9_999_999 };

function entryFrom({ view }: HeldRow): readonly RegisterEntry[] {
  const entry = RegisterEntry.safeParse(view);
  return entry.success ? [entry.data] : [];
}

function numberedPaperFrom({ id, rev, type, view }: HeldRow): NumberedPaper {
  const dispute = NumberDispute.safeParse(view['dispute']);
  const isIncoming = type === 'incomingDocument';
  return {
    id,
    rev,
    type: QueuedRequest.unwrap().shape.type.parse(type),
    opens:
      type === 'certifiedCopy'
        ? { type: readText(view, 'targetType'), id: readText(view, 'targetId') }
        : { type, id },
    organId: readText(view, 'organId'),
    registerId: readText(view, 'registerId'),
    state: readText(view, 'state'),
    number: readNumber(view, isIncoming ? 'arrivalNumber' : 'codeNumber'),
    codeDisplay: readText(view, 'codeDisplay'),
    subject: [findDocumentType(readText(view, 'documentTypeId'))?.name, readText(view, 'subject')]
      .filter((part) => part !== undefined && part !== '')
      .join(': '),
    from: readText(view, isIncoming ? 'issuerName' : 'signerName'),
    dispute: dispute.success ? dispute.data : null,
  };
}

function disputesOf(papers: readonly NumberedPaper[]): readonly Omit<OpenDispute, 'entry'>[] {
  const found = new Map<string, Omit<OpenDispute, 'entry'>>();
  for (const paper of papers) {
    if (paper.dispute === null) continue;
    const { registerId, number } = paper.dispute;
    const key = `${registerId}|${number}`;
    const known = found.get(key)?.papers ?? [];
    found.set(key, { registerId, number, papers: [...known, paper] });
  }
  return [...found.values()];
}
