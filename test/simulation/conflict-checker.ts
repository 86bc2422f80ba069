import { sameJson, type Json, type JsonObject } from '@shared/kernel/canonical-json';
import type { Operation } from '@shared/sync/operation';
import type { Commit, OwnCommit } from './memory-intake-store';
import { incarnationName } from './incarnation-name';
import type { Rewind } from './rewind';

interface Additions {
  readonly field: string;
  readonly element: Json;
  readonly tag: string;
}

/** No value disappears without a record of both, and nobody is in conflict with themselves (I-8, R-6). */
export function createConflictChecker(
  fail: (rule: string, what: string) => void,
  count: (name: string) => void,
  rewind: Rewind,
) {
  const contents = rewind.map<string, JsonObject>();
  /** Whose value stands in a field: actor and device. */
  const writers = rewind.map<string, string>();
  /** Acts by author and record that the server decided otherwise than the screen had shown meanwhile. */
  const mistaken = rewind.map<string, number[]>();
  /** Acts by author and record before which the screen showed the record as the server holds it, and nothing else. */
  const clean = new Map<string, number[]>();
  /** Acts whose author had all their earlier work on the screen. */
  const informed = new Set<string>();

  /** A value that lost against one its author had not seen is in a conflict record. */
  function checkField({ operation, puts }: Commit, before: JsonObject, field: string): void {
    const { was, now } = changesOf(operation)[field] ?? { was: null, now: null };
    const after = puts.find((put) => put.after.id === operation.target.id)?.after.content ?? {};
    const held = before[field] ?? null;
    const conflict = conflictsIn(puts).find((content) => content['field'] === field);
    const isClash = !sameJson(held, was) && !sameJson(held, now);
    if (isClash !== (conflict !== undefined)) {
      const what = isClash ? 'a value was overwritten' : 'a conflict out of nothing';
      return fail('I-8', `${field}: ${what}`);
    }
    const place = `${operation.target.id}/${field}`;
    if (!conflict) {
      if (!sameJson(held, now)) writers.set(place, authorOf(operation));
      return;
    }
    const isKept =
      sameJson(after[field] ?? null, held) &&
      sameJson(conflict['kept'] ?? null, held) &&
      sameJson(conflict['losing'] ?? null, now);
    if (!isKept) fail('I-8', `${field}: the conflict does not keep both values`);
    const wasShown = operation.base !== null && !wasMisled(operation);
    const isOwn = writers.get(place) === authorOf(operation) && wasShown;
    if (isOwn && informed.has(placeOf(operation))) {
      fail('I-8', `${field}: one's own earlier write is treated as a conflict (R-6)`);
    }
  }

  /** Since the author last saw the bare record, the screen showed work of theirs that came out otherwise. */
  function wasMisled(operation: Operation): boolean {
    const place = workOf(operation);
    const since = (clean.get(place) ?? []).findLast((n) => n <= operation.n) ?? 0;
    return (mistaken.get(place) ?? []).some((n) => n >= since && n < operation.n);
  }

  /** An element that somebody added stays when who takes it away had not seen that. */
  function checkRemoval({ operation, puts }: Commit, before: JsonObject, removed: Json): void {
    const seen = (operation.body['seen'] as { readonly files?: readonly string[] } | undefined)
      ?.files;
    const additions = (before['additions'] ?? []) as unknown as readonly Additions[];
    const held = (before['files'] ?? []) as readonly Json[];
    const isUnseen = additions.some(
      ({ field, element, tag }) =>
        field === 'files' &&
        sameJson(element, removed) &&
        seen !== undefined &&
        !seen.includes(tag),
    );
    if (!isUnseen || !held.some((file) => sameJson(file, removed))) return;
    const after = puts.find((put) => put.after.id === operation.target.id)?.after.content ?? {};
    const stays = ((after['files'] ?? []) as readonly Json[]).some((file) =>
      sameJson(file, removed),
    );
    const isTold = conflictsIn(puts).some(
      (content) => content['kind'] === 'set' && sameJson(content['kept'] ?? null, removed),
    );
    if (!stays || !isTold) fail('I-8', 'an addition that nobody had seen was taken away');
  }

  return {
    /** This act was made with everything handed in before it on the screen. */
    informed(work: Work): void {
      informed.add(placeOf(work));
      if (work.isClean) insert(clean, workOf(work), work.n);
    },

    /** The machine's disk was put back: of its screens nothing is said any more. */
    wentBack(dev: string): void {
      for (const place of informed) if (place.startsWith(`${dev}/`)) informed.delete(place);
    },

    /** The server took in what it had lost. */
    decided({ puts }: OwnCommit): void {
      for (const { after } of puts) {
        forgetWriters(after.id);
        contents.set(after.id, after.content);
      }
    },

    committed(commit: Commit): void {
      const { operation, puts } = commit;
      const before = contents.get(operation.target.id);
      const hasChanged = puts.some(({ after }) => after.id === operation.target.id);
      for (const { kind, field, state } of conflictsIn(puts)) {
        if (state === 'open')
          count(`conflict:${field === 'isDeleted' ? 'deletion' : (kind as string)}`);
        else count('conflict:closed');
      }
      if (operation.kind === 'patch' && before && hasChanged) {
        for (const field of Object.keys(changesOf(operation))) checkField(commit, before, field);
        const removed = operation.body['remove'] as
          | { readonly files?: readonly Json[] }
          | undefined;
        for (const file of removed?.files ?? []) checkRemoval(commit, before, file);
      }
      if (commit.outcome.status !== 'applied') insert(mistaken, workOf(operation), operation.n);
      for (const { after } of puts) {
        // A choice writes the field too: from then on it is whose choice it was.
        if (operation.kind !== 'patch') forgetWriters(after.id);
        contents.set(after.id, after.content);
      }
    },
  };

  function forgetWriters(id: string): void {
    for (const place of writers.keys()) if (place.startsWith(`${id}/`)) writers.delete(place);
  }
}

const changesOf = ({ body }: Operation) =>
  (body['set'] ?? {}) as Record<string, { readonly was: Json; readonly now: Json }>;

const conflictsIn = (puts: Commit['puts']): readonly JsonObject[] =>
  puts.flatMap(({ after }) => (after.type === 'conflict' ? [after.content] : []));

interface Author {
  readonly dev: string;
  readonly inc?: number;
  readonly actor: string;
}

/** An act of whose author all earlier work was on the screen. */
export interface Work extends Author {
  readonly n: number;
  readonly target: { readonly id: string };
  /** No work of the author lay upon the record. */
  readonly isClean: boolean;
}

const placeOf = (work: Omit<Author, 'actor'> & { readonly n: number }): string =>
  `${incarnationName(work)}/${work.n}`;
const authorOf = (work: Author): string => `${incarnationName(work)}/${work.actor}`;
const workOf = (work: Author & { readonly target: { readonly id: string } }): string =>
  `${authorOf(work)}/${work.target.id}`;

function insert(lists: Map<string, number[]>, key: string, n: number): void {
  lists.set(key, [...(lists.get(key) ?? []), n]);
}
