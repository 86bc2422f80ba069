import { isWhite, parseValue, skipSpace, takeKeyword, takeUnsigned, type Cursor } from './lexer';
import { asInteger, isKind, rawEntry, type PdfDict, type PdfObject, type PdfRef } from './objects';
import { broken } from './problem';

/** Answers a `/Length` that is written as a reference; undefined when it cannot be found. */
export type ResolveLength = (ref: PdfRef) => number | undefined;

/** Reads `n g obj … endobj` (ISO 32000-1 §7.3.10) at an offset; white space before it is tolerated. */
export function parseIndirect(
  bytes: Uint8Array,
  offset: number,
  resolveLength: ResolveLength,
): PdfObject {
  if (offset < 0 || offset >= bytes.length) throw broken(`object offset ${offset} outside`);
  const cursor: Cursor = { bytes, end: bytes.length, at: offset };
  skipSpace(cursor);
  const start = cursor.at;
  const num = takeUnsigned(cursor);
  const gen = takeUnsigned(cursor);
  skipSpace(cursor);
  if (num === undefined || gen === undefined || !takeKeyword(cursor, 'obj')) {
    // `1 0 obj<<` has no white space after the keyword: takeKeyword accepts it, anything else is not an object.
    throw broken(`object expected at ${offset}`);
  }
  const value = parseValue(cursor);
  skipSpace(cursor);
  const common = { num, gen, source: bytes, start, isCompressed: false };
  if (isKind(value, 'dict') && startsStream(cursor)) {
    const { dataStart, dataEnd, after } = findStreamData(cursor, value, resolveLength);
    cursor.at = after;
    skipSpace(cursor);
    takeKeyword(cursor, 'endobj');
    return {
      ...common,
      value: { kind: 'stream', dict: value, dataStart, dataEnd },
      end: cursor.at,
    };
  }
  takeKeyword(cursor, 'endobj');
  return { ...common, value, end: cursor.at };
}

function startsStream(cursor: Cursor): boolean {
  const { bytes, at } = cursor;
  const word = [115, 116, 114, 101, 97, 109];
  return word.every((byte, i) => bytes[at + i] === byte);
}

interface StreamPlace {
  readonly dataStart: number;
  readonly dataEnd: number;
  /** Behind `endstream`. */
  readonly after: number;
}

/** §7.3.8: the length counts; when it does not lead to `endstream`, the next `endstream` does, as in all readers. */
function findStreamData(cursor: Cursor, dict: PdfDict, resolveLength: ResolveLength): StreamPlace {
  const { bytes } = cursor;
  let dataStart = cursor.at + 6;
  if (bytes[dataStart] === 13) dataStart++;
  if (bytes[dataStart] === 10) dataStart++;
  const written = rawEntry(dict, 'Length');
  const length = isKind(written, 'ref') ? resolveLength(written) : asInteger(written);
  if (length !== undefined && length >= 0 && dataStart + length <= bytes.length) {
    const probe: Cursor = { bytes, end: bytes.length, at: dataStart + length };
    while (isWhite(bytes[probe.at])) probe.at++;
    if (takeKeyword(probe, 'endstream')) {
      return { dataStart, dataEnd: dataStart + length, after: probe.at };
    }
  }
  const found = indexOfBytes(bytes, 'endstream', dataStart);
  if (found < 0) throw broken(`stream at ${dataStart} has no end`);
  let dataEnd = found;
  if (bytes[dataEnd - 1] === 10) dataEnd--;
  if (bytes[dataEnd - 1] === 13) dataEnd--;
  return { dataStart, dataEnd: Math.max(dataStart, dataEnd), after: found + 9 };
}

/** First place of an ASCII text at or after `from`, or -1. */
export function indexOfBytes(bytes: Uint8Array, text: string, from = 0): number {
  const first = text.charCodeAt(0);
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (matchesAt(bytes, text, at)) return at;
  }
  return -1;
}

/** Last place of an ASCII text that starts before `before`, or -1. */
export function lastIndexOfBytes(bytes: Uint8Array, text: string, before = bytes.length): number {
  const first = text.charCodeAt(0);
  for (let at = bytes.lastIndexOf(first, before - 1); at >= 0;) {
    if (matchesAt(bytes, text, at)) return at;
    if (at === 0) break;
    at = bytes.lastIndexOf(first, at - 1);
  }
  return -1;
}

function matchesAt(bytes: Uint8Array, text: string, at: number): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}
