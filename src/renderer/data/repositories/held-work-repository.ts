import { combineLatest, map, of, switchMap, type Observable } from 'rxjs';
import { HeldNotice, HeldWork } from '@shared/sync/acts/held-work';
import type { HeldRow } from '../collections/held-row';
import type { LocalDatabase } from '../database';
import { readText } from '../read-view';
import type { ScopeCipher } from '../scope-cipher';
import { openedRows } from '../sealed-row';
import { dataOf, heldDataOf } from './document-list';

/** Work of somebody who may no longer see its target, before those who may (§7.4). */
export interface WaitingWork {
  readonly id: string;
  /** Revision of the record on the server. */
  readonly rev: number;
  readonly work: HeldWork;
  /** Symbol and subject of the document; empty while this machine does not hold it. */
  readonly title: string;
  /** Organ that the document belongs to; empty for none. */
  readonly organId: string;
}

/** Held work, that which waits first, then the newest. */
export function createHeldWorkRepository(
  { conflicts, documents }: LocalDatabase,
  cipher: ScopeCipher,
) {
  const rows = conflicts.find({ selector: { type: { $in: ['heldWork', 'sealed'] } } }).$.pipe(
    map((found) => found.map((row) => heldDataOf(row))),
    openedRows(cipher),
  );
  const records = rows.pipe(map((found) => found.flatMap(workFrom)));

  return {
    /** What became of this person's own held work, by the operation's id. */
    watchNotices: (): Observable<ReadonlyMap<string, HeldNotice>> =>
      rows.pipe(map((found) => new Map(found.flatMap(noticeFrom)))),

    watchAll: (): Observable<readonly WaitingWork[]> =>
      records.pipe(
        switchMap((found) => {
          const ids = [...new Set(found.map(({ work }) => work.targetId))];
          const targets = documents.findByIds(ids).$.pipe(
            map((held) => [...held.values()].map((row) => dataOf(row))),
            openedRows(cipher),
          );
          return ids.length === 0 ? of([]) : combineLatest([of(found), targets]);
        }),
        map(([found = [], targets = []]) => {
          const views = new Map(targets.map(({ id, view }) => [id, view]));
          return found
            .map((one) => ({ ...one, ...aboutTarget(views.get(one.work.targetId) ?? madeBy(one)) }))
            .toSorted(waitingFirst);
        }),
      ),
  };
}

type FoundWork = Pick<WaitingWork, 'id' | 'rev' | 'work'>;

function workFrom({ id, rev, type, view }: HeldRow): readonly FoundWork[] {
  const work = type === 'heldWork' ? HeldWork.safeParse(view) : undefined;
  return work?.success ? [{ id, rev, work: work.data }] : [];
}

function noticeFrom({ type, view }: HeldRow): readonly (readonly [string, HeldNotice])[] {
  const notice = type === 'heldWork' ? HeldNotice.safeParse(view) : undefined;
  return notice?.success ? [[notice.data.opId, notice.data]] : [];
}

/** A record that held work would make tells of itself. */
const madeBy = ({ work: { operation } }: FoundWork): HeldRow['view'] =>
  operation.kind === 'create' ? operation.body : {};

const aboutTarget = (view: HeldRow['view']): Pick<WaitingWork, 'title' | 'organId'> => ({
  title: [readText(view, 'codeDisplay'), readText(view, 'subject')]
    .filter((part) => part !== '')
    .join(' – '),
  organId: readText(view, 'organId'),
});

function waitingFirst(a: WaitingWork, b: WaitingWork): number {
  const isOpen = ({ work }: WaitingWork) => (work.state === 'choTiepNhan' ? 0 : 1);
  return isOpen(a) - isOpen(b) || b.work.operation.at.wall - a.work.operation.at.wall;
}

export type HeldWorkRepository = ReturnType<typeof createHeldWorkRepository>;
