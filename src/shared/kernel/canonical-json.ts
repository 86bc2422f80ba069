import { z } from 'zod';

/** Any JSON value; numbers are finite. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };
export const Json: z.ZodType<Json> = z.json();

export type JsonObject = { readonly [key: string]: Json };
export const JsonObject: z.ZodType<JsonObject> = z.record(z.string(), Json);

/**
 * One text for one value: keys sorted by UTF-16 code unit, no spaces, members that are `undefined` left out.
 *
 * What is hashed and signed goes through here (the ideas of RFC 8785; our numbers are integers or short decimals,
 * whose JavaScript form is already canonical).
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') {
    return JSON.stringify(value);
  }
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new Error('canonical JSON has no infinite numbers');
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) {
    return `[${value.map((item) => canonicalJson(item)).join(',')}]`;
  }
  if (typeof value === 'object') {
    const object = value as Readonly<Record<string, unknown>>;
    let members = '';
    for (const key of Object.keys(object).sort()) {
      if (object[key] === undefined) continue;
      members += `${members === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(object[key])}`;
    }
    return `{${members}}`;
  }
  throw new Error(`canonical JSON cannot hold a ${typeof value}`);
}

/** Deep equality of two JSON values, independent of key order. */
export const sameJson = (a: Json | undefined, b: Json | undefined): boolean =>
  a === b ||
  (a !== undefined && b !== undefined && typeof a === 'object' && typeof b === 'object'
    ? canonicalJson(a) === canonicalJson(b)
    : false);
