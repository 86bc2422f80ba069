import { combineLatest, map, throttleTime, type Observable } from 'rxjs';
import { Organ, OrgUnit } from '@shared/domain/organ/organ';
import { NEW_CUSTODY } from '@shared/domain/register/custody';
import {
  holdingOf,
  RegisterHolding,
  type QueuedRequest,
} from '@shared/domain/register/number-queue';
import { Register } from '@shared/domain/register/register';
import type { JsonObject } from '@shared/kernel/canonical-json';
import { isWaitingForNumber } from '../collections/documents';
import type { HeldRow } from '../collections/held-row';
import type { LocalDatabase } from '../database';
import { readNumber, readText } from '../read-view';
import type { ScopeCipher } from '../scope-cipher';
import { dataOf, LIST_REFRESH_MS } from './document-list';
import { createRegisterBook } from './register-book';

/** A register as the server last sent it; one that nobody ever took is the server's. */
export interface RegisterRow {
  readonly register: Register;
  readonly rev: number;
  readonly holding: RegisterHolding;
}

/** A paper that waits for its number, with what a holder needs to give it one. */
export interface WaitingPaper {
  readonly id: string;
  readonly rev: number;
  readonly type: QueuedRequest['type'];
  readonly organId: string;
  /** Register that it was registered in; null for what the organ issues, which has none before its number. */
  readonly registerId: string | null;
  readonly subject: string;
  /** Instant from which it waits, by the clock of the PC where it was asked. */
  readonly since: string;
  /** What an outgoing code is printed with. */
  readonly code: JsonObject | null;
}

const untouched = holdingOf(NEW_CUSTODY, 0);

export function createRegisterRepository(database: LocalDatabase, cipher: ScopeCipher) {
  const { documents, reference } = database;
  const rows = (type: 'register' | 'organ' | 'orgUnit') => reference.find({ selector: { type } }).$;
  const waitingIn = (type: WaitingPaper['type'], state: string) =>
    documents
      .find({ selector: { type, state } })
      .$.pipe(map((found) => found.map((row) => dataOf(row))));

  const codes = combineLatest([rows('organ'), rows('orgUnit')]).pipe(
    map(([organs, units]) => {
      const read = <T>(found: typeof organs, parse: (view: unknown) => readonly T[]) =>
        found.flatMap(({ id, view }) => parse({ ...view, id }));
      const organOf = new Map(
        read(organs, (view) => listed(Organ.safeParse(view))).map((organ) => [organ.id, organ]),
      );
      const unitOf = new Map(
        read(units, (view) => listed(OrgUnit.safeParse(view))).map((unit) => [unit.id, unit]),
      );
      return (view: JsonObject): JsonObject | null => {
        const organ = organOf.get(readText(view, 'organId') as Organ['id']);
        const unit = unitOf.get(readText(view, 'draftingUnitId') as OrgUnit['id']);
        // The code of a copy names its organ alone.
        if (organ && 'targetId' in view)
          return { organShortName: organ.shortName, unitAbbreviation: '' };
        return organ && unit
          ? { organShortName: organ.shortName, unitAbbreviation: unit.abbreviation }
          : null;
      };
    }),
  );

  return {
    ...createRegisterBook(database, cipher),

    watchRegisters: (): Observable<readonly RegisterRow[]> =>
      rows('register').pipe(
        map((found) =>
          found
            .flatMap(({ id, view, rev }) =>
              listed(Register.safeParse({ ...view, id })).map((register): RegisterRow => {
                const holding = RegisterHolding.safeParse(view['holding']);
                return { register, rev, holding: holding.success ? holding.data : untouched };
              }),
            )
            .toSorted(
              (a, b) =>
                b.register.year - a.register.year ||
                byName.compare(a.register.name, b.register.name),
            ),
        ),
      ),

    /** Oldest first, as numbers are given. */
    watchWaiting: (): Observable<readonly WaitingPaper[]> =>
      combineLatest([
        waitingIn('incomingDocument', 'moiDen'),
        waitingIn('outgoingDocument', 'daKy'),
        waitingIn('certifiedCopy', 'choCapSo'),
        codes,
      ]).pipe(
        throttleTime(LIST_REFRESH_MS, undefined, { leading: true, trailing: true }),
        map(([incoming, outgoing, copies, codeOf]) =>
          [
            ...incoming
              .filter(
                ({ view }) =>
                  !isDisputed(view) &&
                  isWaitingForNumber('moiDen', readNumber(view, 'arrivalNumber')),
              )
              .map((row) => paperFrom(row, 'incomingDocument', null)),
            ...outgoing
              .filter(
                ({ view }) =>
                  !isDisputed(view) &&
                  readText(view, 'numberRequestedAt') !== '' &&
                  readNumber(view, 'codeNumber') === null,
              )
              .map((row) => paperFrom(row, 'outgoingDocument', codeOf(row.view))),
            ...copies
              .filter(({ view }) => !isDisputed(view) && readText(view, 'numberRequestedAt') !== '')
              .map((row) => paperFrom(row, 'certifiedCopy', codeOf(row.view))),
          ].toSorted((a, b) => a.since.localeCompare(b.since)),
        ),
      ),
  };
}

export type RegisterRepository = ReturnType<typeof createRegisterRepository>;

/** It left the queue: a leader decides about its number first. */
const isDisputed = (view: JsonObject): boolean => (view['dispute'] ?? null) !== null;

const byName = new Intl.Collator('vi');

const listed = <T>(
  parsed: { readonly success: true; readonly data: T } | { readonly success: false },
): readonly T[] => (parsed.success ? [parsed.data] : []);

function paperFrom(
  { id, rev, view }: HeldRow,
  type: WaitingPaper['type'],
  code: JsonObject | null,
): WaitingPaper {
  return {
    id,
    rev,
    type,
    organId: readText(view, 'organId'),
    registerId: type === 'incomingDocument' ? readText(view, 'registerId') : null,
    subject: readText(view, 'subject'),
    since: readText(view, 'numberRequestedAt') || readText(view, 'registeredAt'),
    code,
  };
}
