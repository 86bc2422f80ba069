import { map, type Observable } from 'rxjs';
import { CertifiedCopy } from '@shared/domain/document/certified-copy';
import type { HeldRow } from '../collections/held-row';
import type { LocalDatabase } from '../database';
import type { ScopeCipher } from '../scope-cipher';
import { openedRows } from '../sealed-row';
import { dataOf } from './document-list';

/** A copy as this machine holds it. */
export interface HeldCopy {
  readonly id: string;
  /** Revision on the server; 0 while it has not answered. */
  readonly rev: number;
  readonly copy: CertifiedCopy;
}

/** Bản sao: they lie where their documents lie. */
export function createCopyRepository({ documents }: LocalDatabase, cipher: ScopeCipher) {
  return {
    /** Copies of one document, the newest first. */
    watchOf: (documentId: string): Observable<readonly HeldCopy[]> =>
      documents.find({ selector: { type: { $in: ['certifiedCopy', 'sealed'] } } }).$.pipe(
        map((rows) => rows.map((row) => dataOf(row))),
        openedRows(cipher),
        map((rows) =>
          rows
            .flatMap(copyFrom)
            .filter(({ copy }) => copy.targetId === documentId)
            .toSorted((a, b) => b.copy.madeAt.localeCompare(a.copy.madeAt)),
        ),
      ),
  };
}

export type CopyRepository = ReturnType<typeof createCopyRepository>;

function copyFrom({ id, rev, type, view }: HeldRow): readonly HeldCopy[] {
  const copy = type === 'certifiedCopy' ? CertifiedCopy.safeParse(view) : undefined;
  return copy?.success ? [{ id, rev, copy: copy.data }] : [];
}
