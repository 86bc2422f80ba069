import { z } from 'zod';
import type { Json, JsonObject } from '@shared/kernel/canonical-json';

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

/** SHA-256 of a list of attached files. */
export const fileHashesOf = (files: Json | undefined): readonly string[] => {
  const held = z.array(z.object({ sha256: z.string() })).safeParse(files);
  return held.success ? held.data.map(({ sha256 }) => sha256) : [];
};
