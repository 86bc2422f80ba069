import { sameJson, type Json, type JsonObject } from '../kernel/canonical-json';
import type { Patch } from './operation';

/** How a field behaves when two people changed it (§8). Business acts are commands and never come here. */
export type FieldClass = 'scalar' | 'set' | 'log' | 'text' | 'file';

/** Class by field; a field that is not listed cannot be patched. */
export type FieldPolicy = Readonly<Record<string, FieldClass>>;

/** Two values for one field: the record keeps `kept`, `losing` stays in a conflict record for ever (I-8). */
export interface FieldConflict {
  readonly field: string;
  readonly kept: Json;
  readonly losing: Json;
  /** What the author of the losing value had seen. */
  readonly seen: Json;
}

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
 */
export function mergePatch(current: JsonObject, patch: Patch, policy: FieldPolicy): Merge {
  const content: Record<string, Json> = { ...current };
  const conflicts: FieldConflict[] = [];
  for (const [field, { was, now }] of Object.entries(patch.set ?? {})) {
    const kind = policy[field];
    if (kind !== 'scalar' && kind !== 'text' && kind !== 'file') return { ok: false, field };
    const held = content[field] ?? null;
    if (sameJson(held, now)) continue;
    if (sameJson(held, was)) content[field] = now;
    else conflicts.push({ field, kept: held, losing: now, seen: was });
  }
  for (const [field, values] of Object.entries(patch.remove ?? {})) {
    if (policy[field] !== 'set') return { ok: false, field };
    content[field] = elements(content[field]).filter(
      (held) => !values.some((value) => sameJson(held, value)),
    );
  }
  for (const [field, values] of Object.entries(patch.add ?? {})) {
    if (policy[field] !== 'set') return { ok: false, field };
    const held = [...elements(content[field])];
    for (const value of values) {
      if (!held.some((known) => sameJson(known, value))) held.push(value);
    }
    content[field] = held;
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
export function previewPatch(current: JsonObject, patch: Patch, policy: FieldPolicy): JsonObject {
  const own = Object.fromEntries(
    Object.entries(patch.set ?? {}).map(([field, { now }]) => [
      field,
      { was: current[field] ?? null, now },
    ]),
  );
  const merged = mergePatch(current, { ...patch, set: own }, policy);
  return merged.ok ? merged.content : current;
}

const elements = (value: Json | undefined): readonly Json[] =>
  Array.isArray(value) ? (value as readonly Json[]) : [];

const entryId = (entry: Json): Json =>
  entry !== null && typeof entry === 'object' && 'id' in entry ? (entry['id'] ?? null) : null;
