import { z } from 'zod';
import type { FieldClass, FieldPolicy } from '../domain/document/field-class';
import { Json, sameJson, type JsonObject } from '../kernel/canonical-json';
import type { Patch } from './operation';

/**
 * Two wishes for one field: the record keeps `kept`, `losing` stays in a conflict record for ever (I-8).
 *
 * Of a set the two are one element: kept because somebody added it, and null for the wish that it go.
 */
export interface FieldConflict {
  readonly field: string;
  readonly kind: FieldClass;
  readonly kept: Json;
  readonly losing: Json;
  /** What the author of the losing value had seen. */
  readonly seen: Json;
}

/** Who put an element into a set: a removal takes away only the additions that its author saw. */
const Addition = z
  .object({
    field: z.string(),
    element: Json,
    /** Names the operation that added it. */
    tag: z.string(),
  })
  .readonly();
type Addition = z.infer<typeof Addition>;
const Additions = z.array(Addition).readonly();

export type Merge =
  | {
      readonly ok: true;
      readonly content: JsonObject;
      readonly conflicts: readonly FieldConflict[];
    }
  | { readonly ok: false; readonly field: string };

/**
 * Applies a patch to the current content, three ways: the value the author saw, the value now, the value wanted.
 *
 * Changed on one side only, or both to the same value: no conflict. Changed on both sides: the server's value stays
 * and both are kept. Sets commute, an add beats a concurrent remove; logs are united by entry id. A field outside the
 * policy refuses the whole patch.
 *
 * @param tag names the operation of the patch, unlike any other's
 */
export function mergePatch(
  current: JsonObject,
  patch: Patch,
  policy: FieldPolicy,
  tag: string,
): Merge {
  const content: Record<string, Json> = { ...current };
  const conflicts: FieldConflict[] = [];
  for (const [field, { was, now }] of Object.entries(patch.set ?? {})) {
    const kind = policy[field];
    if (kind !== 'scalar' && kind !== 'text' && kind !== 'file') return { ok: false, field };
    const held = content[field] ?? null;
    if (sameJson(held, now)) continue;
    if (sameJson(held, was)) content[field] = now;
    else conflicts.push({ field, kind, kept: held, losing: now, seen: was });
  }
  for (const [field, values] of Object.entries(patch.remove ?? {})) {
    if (policy[field] !== 'set') return { ok: false, field };
    for (const value of values) {
      if (removeElement(content, field, value, patch.seen?.[field])) continue;
      conflicts.push({ field, kind: 'set', kept: value, losing: null, seen: value });
    }
  }
  for (const [field, values] of Object.entries(patch.add ?? {})) {
    if (policy[field] !== 'set') return { ok: false, field };
    for (const value of values) addElement(content, { field, element: value, tag });
  }
  for (const [field, entries] of Object.entries(patch.append ?? {})) {
    if (policy[field] !== 'log') return { ok: false, field };
    const held = [...elements(content[field])];
    const ids = new Set(held.map(entryId));
    for (const entry of entries) {
      const id = entryId(entry);
      // Without an id nothing says that it is the same entry: it is kept (I-8).
      if (id === null || !ids.has(id)) held.push(entry);
      ids.add(id);
    }
    content[field] = held;
  }
  return { ok: true, content, conflicts };
}

/** The patched content as its author sees it before the server has answered: their own values stand. */
export function previewPatch(
  current: JsonObject,
  patch: Patch,
  policy: FieldPolicy,
  tag: string,
): JsonObject {
  const own = Object.fromEntries(
    Object.entries(patch.set ?? {}).map(([field, { now }]) => [
      field,
      { was: current[field] ?? null, now },
    ]),
  );
  const { seen: _seen, ...wanted } = patch;
  const merged = mergePatch(current, { ...wanted, set: own }, policy, tag);
  return merged.ok ? merged.content : current;
}

/** What a patch that removes these elements must say its author saw. */
export const additionsSeen = (
  content: JsonObject,
  field: string,
  removed: readonly Json[],
): readonly string[] =>
  additionsOf(content)
    .filter((known) => removed.some((element) => isAdditionOf(known, field, element)))
    .map(({ tag }) => tag);

/** The content without an element and every mark of it, as a person decides who knows of both wishes. */
export function withoutElement(content: JsonObject, field: string, element: Json): JsonObject {
  const changed = { ...content };
  removeElement(changed, field, element, undefined);
  return changed;
}

/**
 * Takes an element out, or keeps it when somebody added it whom the author did not see.
 *
 * @param seen tags of additions; undefined from a program that could not say, which is taken to have seen all
 * @returns false when the element stays
 */
function removeElement(
  content: Record<string, Json>,
  field: string,
  element: Json,
  seen: readonly string[] | undefined,
): boolean {
  const held = elements(content[field]);
  const unseen = additionsOf(content).filter(
    (known) =>
      isAdditionOf(known, field, element) && seen !== undefined && !seen.includes(known.tag),
  );
  setAdditions(content, [
    ...additionsOf(content).filter((known) => !isAdditionOf(known, field, element)),
    ...unseen,
  ]);
  const isHeld = held.some((known) => sameJson(known, element));
  if (isHeld && unseen.length > 0) return false;
  content[field] = held.filter((known) => !sameJson(known, element));
  return true;
}

function addElement(content: Record<string, Json>, addition: Addition): void {
  const { field, element, tag } = addition;
  const held = elements(content[field]);
  content[field] = held.some((known) => sameJson(known, element)) ? held : [...held, element];
  const known = additionsOf(content);
  if (known.some((other) => other.tag === tag && isAdditionOf(other, field, element))) return;
  setAdditions(content, [...known, addition]);
}

/** Member of a record's content that holds the additions; absent while there are none. */
const ADDITIONS = 'additions';

const additionsOf = (content: JsonObject): readonly Addition[] => {
  const parsed = Additions.safeParse(content[ADDITIONS]);
  return parsed.success ? parsed.data : [];
};

function setAdditions(content: Record<string, Json>, additions: readonly Addition[]): void {
  if (additions.length > 0) content[ADDITIONS] = additions;
  else delete content[ADDITIONS];
}

const isAdditionOf = (known: Addition, field: string, element: Json): boolean =>
  known.field === field && sameJson(known.element, element);

const elements = (value: Json | undefined): readonly Json[] =>
  Array.isArray(value) ? (value as readonly Json[]) : [];

const entryId = (entry: Json): Json =>
  entry !== null && typeof entry === 'object' && 'id' in entry ? (entry['id'] ?? null) : null;
