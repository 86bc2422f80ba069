import { combineLatest, distinctUntilChanged, map, of, shareReplay, switchMap } from 'rxjs';
import type { Observable } from 'rxjs';
import { ConflictRecord } from '@shared/domain/document/conflict';
import type { Json, JsonObject } from '@shared/kernel/canonical-json';
import type { LocalDatabase } from '../database';
import { readText } from '../read-view';
import type { ScopeCipher } from '../scope-cipher';
import { openedRows } from '../sealed-row';
import { dataOf, heldDataOf } from './document-list';

/** Two wishes for one field that wait for a person's choice, beside what the document says now (§8). */
export interface OpenConflict {
  readonly id: string;
  /** Revision of the record on the server. */
  readonly rev: number;
  readonly conflict: ConflictRecord;
  readonly document: ConflictedDocument;
}

export interface ConflictedDocument {
  /** Symbol and subject; empty while this machine does not hold it. */
  readonly title: string;
  readonly organId: string;
  /** Empty for what nobody drafted here. */
  readonly draftedBy: string;
  /** The field as it stands. */
  readonly now: Json;
}

export function createConflictRepository(
  { conflicts, documents }: LocalDatabase,
  cipher: ScopeCipher,
) {
  const records: Observable<readonly Omit<OpenConflict, 'document'>[]> = conflicts
    .find({
      selector: { type: { $in: ['conflict', 'sealed'] } },
    })
    .$.pipe(
      map((rows) => rows.map((row) => heldDataOf(row))),
      openedRows(cipher),
      map((rows) =>
        rows.flatMap(({ id, rev, type, view }) => {
          const conflict = ConflictRecord.safeParse(view);
          return type === 'conflict' && conflict.success && conflict.data.state === 'open'
            ? [{ id, rev, conflict: conflict.data }]
            : [];
        }),
      ),
      distinctUntilChanged((a, b) => a.length === 0 && b.length === 0),
    );

  const open: Observable<readonly OpenConflict[]> = records.pipe(
    switchMap((found) => {
      const ids = [...new Set(found.map(({ conflict }) => conflict.targetId))];
      if (ids.length === 0) return of([]);
      const targets = documents.findByIds(ids).$.pipe(
        map((held) => [...held.values()].map((row) => dataOf(row))),
        openedRows(cipher),
        map((held) => new Map(held.map((row) => [row.id, row]))),
      );
      return combineLatest([of(found), targets]).pipe(
        map(([rows, held]) =>
          rows
            .map((row) => {
              const { targetId, field } = row.conflict;
              const view: JsonObject = held.get(targetId)?.view ?? {};
              return { ...row, document: conflictedFrom(view, field) };
            })
            .toSorted((a, b) => (a.conflict.at < b.conflict.at ? 1 : -1)),
        ),
      );
    }),
    // Every row of a list asks whether it is among them: they all read one answer.
    shareReplay({ bufferSize: 1, refCount: true }),
  );

  const ids = open.pipe(
    map((found) => new Set(found.map(({ conflict }) => conflict.targetId))),
    shareReplay({ bufferSize: 1, refCount: true }),
  );

  return {
    /** Newest first. */
    watchOpen: (): Observable<readonly OpenConflict[]> => open,
    /** Documents with at least one open conflict. */
    watchDocumentIds: (): Observable<ReadonlySet<string>> => ids,
  };
}

const conflictedFrom = (view: JsonObject, field: string): ConflictedDocument => ({
  title: [readText(view, 'codeDisplay'), readText(view, 'subject')]
    .filter((part) => part !== '')
    .join(' – '),
  organId: readText(view, 'organId'),
  draftedBy: readText(view, 'draftedBy'),
  now: view[field] ?? null,
});

export type ConflictRepository = ReturnType<typeof createConflictRepository>;
