import { z } from 'zod';
import { toHex, utf8, type Sha256 } from './bytes';

/** Any JSON value; numbers are finite. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };
/** One look through the value, which stays the same object: most of what is read from a wire or a journal is content. */
export const Json: z.ZodType<Json> = z.custom<Json>(isJson);

export type JsonObject = { readonly [key: string]: Json };
export const JsonObject: z.ZodType<JsonObject> = z.custom<JsonObject>(isJsonObject);

function isJson(value: unknown): value is Json {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value);
    case 'object':
      return value === null || (Array.isArray(value) ? areJson(value) : isJsonObject(value));
    default:
      return false;
  }
}

/** A plain object; one with a key `__proto__` is no content of ours and would be a trap for whoever copies it. */
function isJsonObject(value: unknown): value is JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return false;
  return !Object.hasOwn(value, '__proto__') && areJson(Object.values(value));
}

function areJson(values: readonly unknown[]): boolean {
  for (const value of values) if (!isJson(value)) return false;
  return true;
}

/**
 * One text for one value: keys sorted by UTF-16 code unit, no spaces, members that are `undefined` left out.
 *
 * What is hashed and signed goes through here (the ideas of RFC 8785; our numbers are integers or short decimals,
 * whose JavaScript form is already canonical).
 */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return quoted(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'number':
      if (!Number.isFinite(value)) throw new Error('canonical JSON has no infinite numbers');
      return String(value);
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value)
        ? `[${value.map((item) => canonicalJson(item)).join(',')}]`
        : canonicalObject(value as Readonly<Record<string, unknown>>);
    default:
      throw new Error(`canonical JSON cannot hold a ${typeof value}`);
  }
}

function canonicalObject(object: Readonly<Record<string, unknown>>): string {
  let members = '';
  for (const key of Object.keys(object).sort()) {
    const member = object[key];
    if (member === undefined) continue;
    members += `${members === '' ? '' : ','}${quoted(key)}:${canonicalJson(member)}`;
  }
  return `{${members}}`;
}

/** What a text in JSON cannot hold as it is, with halves of surrogate pairs. */
const ESCAPED = /["\\\u0000-\u001f\ud800-\udfff]/;

/** Most texts are short and plain: looking is quicker than the platform's own quoting. */
const quoted = (text: string): string =>
  text.length < 256 && !ESCAPED.test(text) ? `"${text}"` : JSON.stringify(text);

const hashes = new WeakMap<object, { readonly sha256: Sha256; readonly hash: string }>();

/**
 * SHA-256 (hex) of the canonical text of an object. Nobody changes a value in place: each is hashed once, however many
 * layers ask.
 */
export function canonicalHash(value: object, sha256: Sha256): string {
  const known = hashes.get(value);
  if (known?.sha256 === sha256) return known.hash;
  const hash = toHex(sha256(utf8(canonicalJson(value))));
  hashes.set(value, { sha256, hash });
  return hash;
}

/** Deep equality of two JSON values, independent of key order. */
export const sameJson = (a: Json | undefined, b: Json | undefined): boolean =>
  a === b ||
  (a !== undefined && b !== undefined && typeof a === 'object' && typeof b === 'object'
    ? canonicalJson(a) === canonicalJson(b)
    : false);
