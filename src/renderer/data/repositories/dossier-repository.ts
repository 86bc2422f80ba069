import { combineLatest, map, type Observable } from 'rxjs';
import { Dossier } from '@shared/domain/dossier/dossier';
import { dossierOf, dossierScope } from '@shared/sync/record';
import type { DocumentRow } from '../collections/documents';
import type { HeldRow } from '../collections/held-row';
import type { LocalDatabase } from '../database';
import { readText } from '../read-view';
import type { ScopeCipher } from '../scope-cipher';
import { openedRows } from '../sealed-row';
import { dataOf, heldDataOf } from './document-list';

/** Hồ sơ hạn chế as this machine holds it; only its members do. */
export interface HeldDossier {
  readonly id: string;
  /** Revision on the server; 0 while it has not answered. */
  readonly rev: number;
  readonly dirty: boolean;
  readonly dossier: Dossier;
}

/** A document inside a dossier, as its page lists it. */
export interface DossierDocument {
  readonly id: string;
  readonly type: 'incomingDocument' | 'outgoingDocument';
  readonly code: string;
  readonly subject: string;
}

/** Where a document lies, with what an act that moves it must say. */
export interface DocumentPlace {
  readonly id: string;
  readonly type: 'incomingDocument' | 'outgoingDocument';
  /** Revision on the server; 0 while it has not answered. */
  readonly rev: number;
  readonly organId: string;
  /** Null when the whole office sees it. */
  readonly dossier: HeldDossier | null;
}

const byTitle = new Intl.Collator('vi');

/** Restricted dossiers and what lies in them: rows that no list of the office finds. */
export function createDossierRepository(
  { reference, documents }: LocalDatabase,
  cipher: ScopeCipher,
) {
  const dossiers: Observable<readonly HeldDossier[]> = reference
    .find({ selector: { type: 'sealed' } })
    .$.pipe(
      map((rows) => rows.map((row) => heldDataOf(row))),
      openedRows(cipher),
      map((rows) => rows.flatMap(dossierFrom).toSorted(byName)),
    );

  return {
    /** By title. */
    watchAll: (): Observable<readonly HeldDossier[]> => dossiers,

    /** Null when this machine does not hold it, or no longer. */
    watchOne: (id: string): Observable<HeldDossier | null> =>
      dossiers.pipe(map((held) => held.find((one) => one.id === id) ?? null)),

    /** What lies in a dossier. */
    watchDocuments: (id: string): Observable<readonly DossierDocument[]> =>
      documents.find({ selector: { type: 'sealed', scope: dossierScope(id) } }).$.pipe(
        map((rows) => rows.map((row) => dataOf(row))),
        openedRows(cipher),
        map((rows) => rows.flatMap(documentFrom)),
      ),

    /** Where a document lies; null when this machine does not hold it. */
    watchPlaceOf: (documentId: string): Observable<DocumentPlace | null> => {
      const document = documents.findOne(documentId).$.pipe(
        map((row) => (row ? [dataOf(row)] : [])),
        openedRows(cipher),
      );
      return combineLatest([document, dossiers]).pipe(
        map(([[row], held]) => {
          const [found] = row ? documentFrom(row) : [];
          if (!row || !found) return null;
          const dossierId = dossierOf(row.scope);
          const dossier = held.find(({ id }) => id === dossierId) ?? null;
          const { id, type } = found;
          return { id, type, rev: row.rev, organId: readText(row.view, 'organId'), dossier };
        }),
      );
    },
  };
}

function dossierFrom({ id, rev, dirty, type, view }: HeldRow): readonly HeldDossier[] {
  const dossier = type === 'dossier' ? Dossier.safeParse(view) : undefined;
  return dossier?.success ? [{ id, rev, dirty: dirty === 1, dossier: dossier.data }] : [];
}

const byName = (a: HeldDossier, b: HeldDossier): number =>
  byTitle.compare(a.dossier.title, b.dossier.title);

function documentFrom({ id, type, view }: DocumentRow): readonly DossierDocument[] {
  if (type !== 'incomingDocument' && type !== 'outgoingDocument') return [];
  const subject = readText(view, 'subject');
  return [{ id, type, code: readText(view, 'codeDisplay'), subject }];
}

export type DossierRepository = ReturnType<typeof createDossierRepository>;
