import { sameJson, type Json, type JsonObject } from '@shared/kernel/canonical-json';
import type { Operation } from '@shared/sync/operation';
import type { Commit } from './memory-intake-store';

interface Additions {
  readonly field: string;
  readonly element: Json;
  readonly tag: string;
}

/** No value disappears without a record of both, and nobody is in conflict with themselves (I-8, R-6). */
export function createConflictChecker(
  fail: (rule: string, what: string) => void,
  count: (name: string) => void,
) {
  const contents = new Map<string, JsonObject>();
  /** Whose value stands in a field: actor and device. */
  const writers = new Map<string, string>();
  /** Records by device of which it showed something that the server then decided otherwise. */
  const mistaken = new Set<string>();
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
    const wasShown =
      operation.base !== null && !mistaken.has(`${operation.dev}/${operation.target.id}`);
    const isOwn = writers.get(place) === authorOf(operation) && wasShown;
    if (isOwn && informed.has(placeOf(operation))) {
      fail('I-8', `${field}: one's own earlier write is treated as a conflict (R-6)`);
    }
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
    informed: (dev: string, n: number) => void informed.add(`${dev}/${n}`),

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
      if (commit.outcome.status !== 'applied')
        mistaken.add(`${operation.dev}/${operation.target.id}`);
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

const placeOf = ({ dev, n }: Operation): string => `${dev}/${n}`;
const authorOf = ({ dev, actor }: Operation): string => `${dev}/${actor}`;
