import { combineLatest, map, type Observable } from 'rxjs';
import { Dossier } from '@shared/domain/dossier/dossier';
import type { UserId } from '@shared/kernel/ids';
import { dossierOf, dossierScope } from '@shared/sync/record';
import type { DocumentRow } from '../collections/documents';
import type { HeldRow } from '../collections/held-row';
import type { LocalDatabase } from '../database';
import { readText } from '../read-view';
import type { ScopeCipher } from '../scope-cipher';
import { openedRows } from '../sealed-row';
import { dataOf } from './document-list';

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
  readonly newestKey: string;
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
      map((rows) => rows.map((row) => dataOf<HeldRow>(row))),
      openedRows(cipher),
      map((rows) => rows.flatMap(dossierFrom).toSorted(byName)),
    );

  return {
    /** By title. */
    watchAll: (): Observable<readonly HeldDossier[]> => dossiers,

    /** Null when this machine does not hold it, or no longer. */
    watchOne: (id: string): Observable<HeldDossier | null> =>
      dossiers.pipe(map((held) => held.find((one) => one.id === id) ?? null)),

    /** What lies in a dossier, by the order of its papers' books. */
    watchDocuments: (id: string): Observable<readonly DossierDocument[]> =>
      documents.find({ selector: { type: 'sealed', scope: dossierScope(id) } }).$.pipe(
        map((rows) => rows.map((row) => dataOf<DocumentRow>(row))),
        openedRows(cipher),
        map((rows) => rows.flatMap(documentFrom)),
      ),

    /** The dossier that a document lies in; null when the whole office sees it. */
    watchDossierOf: (documentId: string): Observable<HeldDossier | null> =>
      combineLatest([documents.findOne(documentId).$, dossiers]).pipe(
        map(([row, held]) => {
          const dossierId = dossierOf(row?.scope ?? '');
          return held.find(({ id }) => id === dossierId) ?? null;
        }),
      ),
  };
}

function dossierFrom({ id, rev, dirty, type, view }: HeldRow): readonly HeldDossier[] {
  const dossier = type === 'dossier' ? Dossier.safeParse(view) : undefined;
  return dossier?.success ? [{ id, rev, dirty: dirty === 1, dossier: dossier.data }] : [];
}

const byName = (a: HeldDossier, b: HeldDossier): number =>
  byTitle.compare(a.dossier.title, b.dossier.title);

function documentFrom({ id, type, view, newestKey }: DocumentRow): readonly DossierDocument[] {
  if (type !== 'incomingDocument' && type !== 'outgoingDocument') return [];
  const subject = readText(view, 'subject');
  return [{ id, type, code: readText(view, 'codeDisplay'), subject, newestKey }];
}

/** May this person change the members or take documents out? */
export const ownsDossier = ({ dossier }: HeldDossier, user: UserId): boolean =>
  dossier.owner === user;

export type DossierRepository = ReturnType<typeof createDossierRepository>;
