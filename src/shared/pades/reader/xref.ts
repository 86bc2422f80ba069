import { decodeStream, type InflateBudget } from './filters';
import { parseIndirect } from './indirect';
import { parseValue, skipSpace, takeKeyword, takeUnsigned, type Cursor } from './lexer';
import { limits } from './limits';
import {
  asInteger,
  asName,
  isKind,
  rawEntry,
  type PdfDict,
  type PdfObject,
  type PdfValue,
} from './objects';
import type { PadesPlatform } from '../platform';
import { broken, pastLimit } from './problem';

/** Where an object lies (ISO 32000-1 §7.5.4, §7.5.8.3). */
export type XrefEntry =
  | { readonly type: 'free' }
  | { readonly type: 'offset'; readonly offset: number; readonly gen: number }
  | { readonly type: 'compressed'; readonly container: number; readonly index: number };

/** One cross-reference section with its trailer. */
export interface XrefSection {
  readonly kind: 'table' | 'stream';
  readonly offset: number;
  /** Behind the trailer dictionary, or behind `endobj` of the stream. */
  readonly end: number;
  readonly entries: ReadonlyMap<number, XrefEntry>;
  readonly trailer: PdfDict;
  readonly previous: number | undefined;
  /** The stream of a hybrid file, already merged into `entries` (§7.5.8.4). */
  readonly hybrid: XrefSection | undefined;
}

export interface XrefDeps {
  readonly bytes: Uint8Array;
  readonly platform: PadesPlatform;
  readonly budget: InflateBudget;
}

/** Reads the section at an offset, whichever kind stands there. */
export function parseXrefSection(deps: XrefDeps, offset: number): XrefSection {
  const cursor: Cursor = { bytes: deps.bytes, end: deps.bytes.length, at: offset };
  if (offset <= 0 || offset >= deps.bytes.length) throw broken(`xref offset ${offset} outside`);
  skipSpace(cursor);
  const start = cursor.at;
  return takeKeyword(cursor, 'xref')
    ? parseTable(deps, cursor, start)
    : parseXrefStream(deps, start);
}

function parseTable(deps: XrefDeps, cursor: Cursor, offset: number): XrefSection {
  const entries = new Map<number, XrefEntry>();
  for (;;) {
    skipSpace(cursor);
    if (takeKeyword(cursor, 'trailer')) break;
    parseSubsection(cursor, entries);
  }
  const trailer = parseValue(cursor);
  if (!isKind(trailer, 'dict')) throw broken('trailer');
  const end = cursor.at;
  const hybridOffset = asInteger(rawEntry(trailer, 'XRefStm'));
  const hybrid = hybridOffset === undefined ? undefined : parseXrefStream(deps, hybridOffset);
  for (const [num, entry] of hybrid?.entries ?? []) {
    const inTable = entries.get(num);
    if (inTable === undefined || inTable.type === 'free') entries.set(num, entry);
  }
  return { kind: 'table', offset, end, entries, trailer, previous: previousOf(trailer), hybrid };
}

function parseSubsection(cursor: Cursor, entries: Map<number, XrefEntry>): void {
  const first = takeUnsigned(cursor);
  const count = takeUnsigned(cursor);
  if (first === undefined || count === undefined) throw broken(`xref table at ${cursor.at}`);
  if (first + count > limits.objects) throw pastLimit('objects');
  for (let i = 0; i < count; i++) {
    const offset = takeUnsigned(cursor);
    const gen = takeUnsigned(cursor);
    skipSpace(cursor);
    const inUse = takeKeyword(cursor, 'n');
    if (offset === undefined || gen === undefined || !(inUse || takeKeyword(cursor, 'f'))) {
      throw broken(`xref entry at ${cursor.at}`);
    }
    // An in-use entry at offset 0 is how some producers write a missing object.
    entries.set(
      first + i,
      inUse && offset > 0 ? { type: 'offset', offset, gen } : { type: 'free' },
    );
  }
}

function parseXrefStream(deps: XrefDeps, offset: number): XrefSection {
  // A /Length by reference is not allowed here (§7.5.8.2): the entries are not known yet.
  const object = parseIndirect(deps.bytes, offset, () => undefined);
  const { value } = object;
  if (!isKind(value, 'stream') || asName(rawEntry(value.dict, 'Type')) !== 'XRef') {
    throw broken(`no cross-reference at ${offset}`);
  }
  const direct = (entry: PdfValue | undefined): PdfValue => entry ?? null;
  const data = decodeStream({
    platform: deps.platform,
    budget: deps.budget,
    dict: value.dict,
    data: deps.bytes.subarray(value.dataStart, value.dataEnd),
    resolve: direct,
  });
  return {
    kind: 'stream',
    offset: object.start,
    end: object.end,
    entries: readStreamEntries(object, value.dict, data),
    trailer: value.dict,
    previous: previousOf(value.dict),
    hybrid: undefined,
  };
}

function readStreamEntries(
  object: PdfObject,
  dict: PdfDict,
  data: Uint8Array,
): ReadonlyMap<number, XrefEntry> {
  const widths = integersOf(rawEntry(dict, 'W'));
  const size = asInteger(rawEntry(dict, 'Size'));
  if (widths?.length !== 3 || widths.some((width) => width > 8) || size === undefined) {
    throw broken(`cross-reference stream ${object.num}`);
  }
  const ranges = integersOf(rawEntry(dict, 'Index')) ?? [0, size];
  const [typeWidth = 0, firstWidth = 0, secondWidth = 0] = widths;
  const entries = new Map<number, XrefEntry>();
  let at = 0;
  const take = (width: number): number => {
    let value = 0;
    for (let i = 0; i < width; i++) value = value * 256 + (data[at++] ?? 0);
    return value;
  };
  for (let range = 0; range + 1 < ranges.length; range += 2) {
    const first = ranges[range] ?? 0;
    const count = ranges[range + 1] ?? 0;
    if (first + count > limits.objects) throw pastLimit('objects');
    if (at + count * (typeWidth + firstWidth + secondWidth) > data.length) {
      throw broken(`cross-reference stream ${object.num} is short`);
    }
    for (let i = 0; i < count; i++) {
      const type = typeWidth === 0 ? 1 : take(typeWidth);
      const one = take(firstWidth);
      const two = take(secondWidth);
      if (type === 1) entries.set(first + i, { type: 'offset', offset: one, gen: two });
      else if (type === 2)
        entries.set(first + i, { type: 'compressed', container: one, index: two });
      else entries.set(first + i, { type: 'free' });
    }
  }
  return entries;
}

const previousOf = (trailer: PdfDict): number | undefined =>
  asInteger(rawEntry(trailer, 'Prev')) ?? wholeReal(rawEntry(trailer, 'Prev'));

/** Some writers put `/Prev 1234.0`. */
function wholeReal(value: PdfValue | undefined): number | undefined {
  return isKind(value, 'number') && Number.isInteger(value.value) ? value.value : undefined;
}

function integersOf(value: PdfValue | undefined): readonly number[] | undefined {
  if (!isKind(value, 'array')) return undefined;
  const numbers = value.items.map((item) => asInteger(item) ?? -1);
  return numbers.every((number) => number >= 0) ? numbers : undefined;
}
