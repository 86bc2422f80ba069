import { limits } from './limits';
import type { PdfArray, PdfDict, PdfEntry, PdfString, PdfValue } from './objects';
import { broken, pastLimit } from './problem';

/** A place in bytes that moves forward while values are read; `end` is exclusive. */
export interface Cursor {
  readonly bytes: Uint8Array;
  readonly end: number;
  at: number;
}

const code = (character: string): number => character.charCodeAt(0);
const SLASH = code('/');
const OPEN_PAREN = code('(');
const CLOSE_PAREN = code(')');
const LESS = code('<');
const GREATER = code('>');
const OPEN_BRACKET = code('[');
const CLOSE_BRACKET = code(']');
const BACKSLASH = code('\\');
const PERCENT = code('%');
const HASH = code('#');
const CR = 13;
const LF = 10;

/** ISO 32000-1 §7.2.2, table 1. */
export const isWhite = (byte: number | undefined): boolean =>
  byte === 32 || byte === LF || byte === CR || byte === 9 || byte === 12 || byte === 0;

const delimiters = new Set(Array.from('()<>[]{}/%', code));
const isRegular = (byte: number | undefined): boolean =>
  byte !== undefined && !isWhite(byte) && !delimiters.has(byte);
const isDigit = (byte: number | undefined): boolean =>
  byte !== undefined && byte >= 48 && byte <= 57;

/** Skips white space and comments (§7.2.3). */
export function skipSpace(cursor: Cursor): void {
  while (cursor.at < cursor.end) {
    const byte = cursor.bytes[cursor.at];
    if (byte === PERCENT) {
      while (cursor.at < cursor.end && !isLineEnd(cursor.bytes[cursor.at])) cursor.at++;
    } else if (isWhite(byte)) {
      cursor.at++;
    } else {
      return;
    }
  }
}

/** True and moved behind the word when it stands here as a word of its own. */
export function takeKeyword(cursor: Cursor, word: string): boolean {
  if (cursor.at + word.length > cursor.end) return false;
  for (let i = 0; i < word.length; i++) {
    if (cursor.bytes[cursor.at + i] !== word.charCodeAt(i)) return false;
  }
  const after = cursor.at + word.length;
  if (after < cursor.end && isRegular(cursor.bytes[after])) return false;
  cursor.at = after;
  return true;
}

/** An unsigned run of digits, after white space; undefined and not moved when there is none. */
export function takeUnsigned(cursor: Cursor): number | undefined {
  const before = cursor.at;
  skipSpace(cursor);
  const start = cursor.at;
  let value = 0;
  while (cursor.at < cursor.end && isDigit(cursor.bytes[cursor.at]) && cursor.at - start < 15) {
    value = value * 10 + (cursor.bytes[cursor.at] ?? 48) - 48;
    cursor.at++;
  }
  const isWhole =
    cursor.at > start && !(cursor.at < cursor.end && isRegular(cursor.bytes[cursor.at]));
  if (isWhole) return value;
  cursor.at = before;
  return undefined;
}

/** Reads one value after white space; references are recognised, streams are not (see `indirect.ts`). */
export function parseValue(cursor: Cursor, depth = 0): PdfValue {
  if (depth > limits.nesting) throw pastLimit('nesting');
  skipSpace(cursor);
  const byte = cursor.bytes[cursor.at];
  if (byte === undefined || cursor.at >= cursor.end) throw broken('value missing at the end');
  switch (byte) {
    case SLASH:
      return { kind: 'name', name: takeName(cursor) };
    case OPEN_PAREN:
      return parseLiteralString(cursor);
    case OPEN_BRACKET:
      return parseArray(cursor, depth);
    case LESS:
      return cursor.bytes[cursor.at + 1] === LESS
        ? parseDict(cursor, depth)
        : parseHexString(cursor);
    default:
      return parseWord(cursor);
  }
}

function parseWord(cursor: Cursor): PdfValue {
  if (takeKeyword(cursor, 'true')) return true;
  if (takeKeyword(cursor, 'false')) return false;
  if (takeKeyword(cursor, 'null')) return null;
  const start = cursor.at;
  while (cursor.at < cursor.end && isRegular(cursor.bytes[cursor.at]) && cursor.at - start < 64) {
    cursor.at++;
  }
  const text = latin1(cursor.bytes.subarray(start, cursor.at));
  if (!/^[+-]*(\d+\.?\d*|\.\d+|\.)?-?\d*$/.test(text) || text === '') {
    throw broken(`unexpected bytes at ${start}`);
  }
  const isInteger = /^[+-]?\d+$/.test(text);
  if (isInteger && isDigit(text.charCodeAt(0))) {
    const reference = takeReference(cursor, Number(text));
    if (reference) return reference;
  }
  const value = Number.parseFloat(text.replace(/^[+-]*(?=[+-])/, ''));
  return { kind: 'number', value: Number.isFinite(value) ? value : 0, isInteger };
}

function takeReference(cursor: Cursor, num: number): PdfValue | undefined {
  const before = cursor.at;
  const gen = takeUnsigned(cursor);
  if (gen !== undefined) {
    skipSpace(cursor);
    if (takeKeyword(cursor, 'R')) return { kind: 'ref', num, gen };
  }
  cursor.at = before;
  return undefined;
}

function takeName(cursor: Cursor): string {
  cursor.at++;
  let name = '';
  while (cursor.at < cursor.end && isRegular(cursor.bytes[cursor.at])) {
    const byte = cursor.bytes[cursor.at] ?? 0;
    const escaped =
      byte === HASH ? hexPair(cursor.bytes[cursor.at + 1], cursor.bytes[cursor.at + 2]) : undefined;
    name += String.fromCharCode(escaped ?? byte);
    cursor.at += escaped === undefined ? 1 : 3;
    if (name.length > 4096) throw broken('name too long');
  }
  return name;
}

function parseArray(cursor: Cursor, depth: number): PdfArray {
  const start = cursor.at++;
  const items: PdfValue[] = [];
  for (;;) {
    skipSpace(cursor);
    if (cursor.at >= cursor.end) throw broken(`array at ${start} has no end`);
    if (cursor.bytes[cursor.at] === CLOSE_BRACKET) break;
    items.push(parseValue(cursor, depth + 1));
  }
  cursor.at++;
  return { kind: 'array', items, start, end: cursor.at };
}

function parseDict(cursor: Cursor, depth: number): PdfDict {
  const start = cursor.at;
  cursor.at += 2;
  const entries = new Map<string, PdfEntry>();
  const duplicates: string[] = [];
  for (;;) {
    skipSpace(cursor);
    if (cursor.at >= cursor.end) throw broken(`dictionary at ${start} has no end`);
    if (cursor.bytes[cursor.at] === GREATER && cursor.bytes[cursor.at + 1] === GREATER) break;
    if (cursor.bytes[cursor.at] !== SLASH) throw broken(`key expected at ${cursor.at}`);
    const keyStart = cursor.at;
    const key = takeName(cursor);
    skipSpace(cursor);
    const valueStart = cursor.at;
    const value = parseValue(cursor, depth + 1);
    if (entries.has(key)) duplicates.push(key);
    entries.set(key, { value, keyStart, start: valueStart, end: cursor.at });
  }
  cursor.at += 2;
  return { kind: 'dict', entries, duplicates, start, end: cursor.at };
}

function parseHexString(cursor: Cursor): PdfString {
  const start = cursor.at++;
  let close = cursor.at;
  while (close < cursor.end && cursor.bytes[close] !== GREATER) close++;
  if (close >= cursor.end) throw broken(`hexadecimal string at ${start} has no end`);
  const bytes = new Uint8Array((close - cursor.at + 1) >> 1);
  let digits = 0;
  for (; cursor.at < close; cursor.at++) {
    const digit = hexDigit(cursor.bytes[cursor.at]);
    if (digit === undefined) {
      if (isWhite(cursor.bytes[cursor.at])) continue;
      throw broken(`hexadecimal digit expected at ${cursor.at}`);
    }
    const index = digits >> 1;
    bytes[index] = (bytes[index] ?? 0) | (digits % 2 === 0 ? digit << 4 : digit);
    digits++;
  }
  cursor.at = close + 1;
  return { kind: 'string', bytes: bytes.slice(0, (digits + 1) >> 1), isHex: true };
}

const escapes: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, b: 8, f: 12 };

/** §7.3.4.2: balanced parentheses, escapes, line ends as LF. */
function parseLiteralString(cursor: Cursor): PdfString {
  const start = cursor.at++;
  const out: number[] = [];
  let open = 1;
  for (;;) {
    if (cursor.at >= cursor.end) throw broken(`string at ${start} has no end`);
    const byte = cursor.bytes[cursor.at++] ?? 0;
    if (byte === BACKSLASH) {
      takeEscape(cursor, out);
    } else if (byte === CR) {
      if (cursor.bytes[cursor.at] === LF) cursor.at++;
      out.push(LF);
    } else {
      if (byte === OPEN_PAREN) open++;
      if (byte === CLOSE_PAREN && --open === 0) break;
      out.push(byte);
    }
  }
  return { kind: 'string', bytes: Uint8Array.from(out), isHex: false };
}

function takeEscape(cursor: Cursor, out: number[]): void {
  const byte = cursor.bytes[cursor.at++];
  if (byte === undefined) return;
  if (byte >= 48 && byte <= 55) {
    let value = byte - 48;
    for (let i = 0; i < 2; i++) {
      const next = cursor.bytes[cursor.at];
      if (next === undefined || next < 48 || next > 55) break;
      value = value * 8 + next - 48;
      cursor.at++;
    }
    out.push(value & 0xff);
    return;
  }
  if (byte === CR || byte === LF) {
    if (byte === CR && cursor.bytes[cursor.at] === LF) cursor.at++;
    return;
  }
  out.push(escapes[String.fromCharCode(byte)] ?? byte);
}

const isLineEnd = (byte: number | undefined): boolean => byte === CR || byte === LF;

export function hexDigit(byte: number | undefined): number | undefined {
  if (byte === undefined) return undefined;
  if (byte >= 48 && byte <= 57) return byte - 48;
  const lower = byte | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : undefined;
}

function hexPair(high: number | undefined, low: number | undefined): number | undefined {
  const first = hexDigit(high);
  const second = hexDigit(low);
  return first === undefined || second === undefined ? undefined : first * 16 + second;
}

/** One character a byte. */
export function latin1(bytes: Uint8Array): string {
  let out = '';
  for (let at = 0; at < bytes.length; at += 8192) {
    out += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return out;
}
