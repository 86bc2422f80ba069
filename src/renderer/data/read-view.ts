import type { JsonObject } from '@shared/kernel/canonical-json';

/** Total readers of a stored view: a member of another shape, or none, reads as empty. */
export function readText(view: JsonObject, field: string): string {
  const value = view[field];
  return typeof value === 'string' ? value : '';
}

export function readNumber(view: JsonObject, field: string): number | null {
  const value = view[field];
  return typeof value === 'number' ? value : null;
}

export const readTextOrNull = (view: JsonObject, field: string): string | null =>
  readText(view, field) || null;
