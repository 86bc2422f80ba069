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
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return true;
  if (typeof value === 'number') return Number.isFinite(value);
  return Array.isArray(value) ? areJson(value) : isJsonObject(value);
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
  if (typeof value === 'string') return quoted(value);
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new Error('canonical JSON has no infinite numbers');
    return String(value);
  }
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item)).join(',')}]`;
  if (typeof value !== 'object') throw new Error(`canonical JSON cannot hold a ${typeof value}`);
  return canonicalObject(value as Readonly<Record<string, unknown>>);
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

/** Anything but what a text in JSON holds as it is: quotes, backslashes, control characters, halves of surrogate pairs. */
const ESCAPED = /[^ !#-[\]-\ud7ff\ue000-\uffff]/;

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

const sizes = new WeakMap<object, number>();

/**
 * Length as JSON, in UTF-16 units; measured once an object, however many pages and requests it is weighed for, so that it
 * must not change afterwards.
 */
export function sizeOf(sent: object): number {
  const size = sizes.get(sent) ?? JSON.stringify(sent).length;
  sizes.set(sent, size);
  return size;
}

/** Of several in one list, brackets and commas included. */
export const sizeOfAll = (list: readonly object[]): number =>
  list.reduce((sum, one) => sum + sizeOf(one) + 1, 1 + Number(list.length === 0));
