import { indexOfBytes, lastIndexOfBytes } from './indirect';
import { isWhite, skipSpace, takeKeyword, takeUnsigned, type Cursor } from './lexer';
import { limits } from './limits';
import { broken, pastLimit } from './problem';
import { parseXrefSection, type XrefDeps, type XrefSection } from './xref';

/**
 * One saved state of the file (ISO 32000-1 §7.5.6): the original or an incremental update.
 *
 * ```
 *   start                                    eofEnd  end
 *     | objects … xref … trailer startxref n %%EOF|  EOL|  next revision …
 * ```
 */
export interface Revision {
  /** From 0, the original. */
  readonly index: number;
  readonly start: number;
  /** Behind `%%EOF`. */
  readonly eofEnd: number;
  /** Behind the line end after `%%EOF`, if there is one. */
  readonly end: number;
  /** Newest first. Two in a linearised original (Annex F), one otherwise. */
  readonly sections: readonly XrefSection[];
  /** False when something else than comments stands between the cross-reference and `startxref`. */
  readonly isTidy: boolean;
}

/** Follows the chain of /Prev from the last `startxref`; oldest revision first. Nothing is repaired (S-5). */
export function readRevisions(deps: XrefDeps): readonly Revision[] {
  const groups = groupSections(readChain(deps, lastStartxref(deps.bytes)));
  let start = 0;
  return groups.map((sections, index) => {
    const tail = findTail(deps.bytes, sections);
    if (tail.start < start) throw broken(`revision ${index} lies inside the one before`);
    const revision = { index, start, sections, ...tail.place, isTidy: tail.isTidy };
    start = tail.place.end;
    return revision;
  });
}

function lastStartxref(bytes: Uint8Array): number {
  const at = lastIndexOfBytes(bytes, 'startxref');
  const cursor: Cursor = { bytes, end: bytes.length, at: at + 9 };
  const offset = at < 0 ? undefined : takeUnsigned(cursor);
  if (offset === undefined) throw broken('startxref');
  return offset;
}

/** Newest first. */
function readChain(deps: XrefDeps, newest: number): readonly XrefSection[] {
  const seen = new Set<number>();
  const chain: XrefSection[] = [];
  for (let offset: number | undefined = newest; offset !== undefined;) {
    const section: XrefSection = parseXrefSection(deps, offset);
    if (seen.has(section.offset)) throw broken('cross-reference chain in a circle');
    seen.add(section.offset);
    chain.push(section);
    if (chain.length > limits.revisions) throw pastLimit('revisions');
    // `/Prev 0` is written by some producers for "none".
    offset = section.previous === 0 ? undefined : section.previous;
  }
  return chain;
}

/** Oldest revision first; the first-page section of a linearised original precedes its main one in the file. */
function groupSections(chain: readonly XrefSection[]): readonly (readonly XrefSection[])[] {
  const last = chain.at(-1);
  const beforeLast = chain.at(-2);
  const isLinearised =
    last !== undefined && beforeLast !== undefined && beforeLast.offset < last.offset;
  const groups: (readonly XrefSection[])[] = isLinearised
    ? chain.slice(0, -2).map((section) => [section])
    : chain.map((section) => [section]);
  if (isLinearised) groups.push([beforeLast, last]);
  for (let i = 0; i + 1 < groups.length; i++) {
    const newer = groups[i]?.[0]?.offset ?? 0;
    const older = groups[i + 1]?.at(-1)?.offset ?? 0;
    if (newer <= older) throw broken('cross-reference chain out of order');
  }
  return groups.toReversed();
}

interface Tail {
  readonly start: number;
  readonly place: { readonly eofEnd: number; readonly end: number };
  readonly isTidy: boolean;
}

/** `startxref`, the offset of the newest section, `%%EOF` and at most one line end. */
function findTail(bytes: Uint8Array, sections: readonly XrefSection[]): Tail {
  const last = sections.at(-1);
  const newest = sections[0];
  if (!last || !newest) throw broken('revision without cross-reference');
  const cursor: Cursor = { bytes, end: bytes.length, at: last.end };
  skipSpace(cursor);
  const expected = cursor.at;
  for (let at = expected; at >= 0; at = indexOfBytes(bytes, 'startxref', at + 1)) {
    const place = readTail(bytes, at, newest.offset);
    if (place) return { start: last.offset, place, isTidy: at === expected };
  }
  throw broken(`no end of the revision at ${last.offset}`);
}

function readTail(bytes: Uint8Array, at: number, sectionOffset: number): Tail['place'] | undefined {
  const cursor: Cursor = { bytes, end: bytes.length, at };
  if (!takeKeyword(cursor, 'startxref')) return undefined;
  const offset = takeUnsigned(cursor);
  if (offset === undefined || offset > sectionOffset) return undefined;
  // White space before the section is tolerated by the section's parser, so it is here.
  for (let i = offset; i < sectionOffset; i++) if (!isWhite(bytes[i])) return undefined;
  while (isWhite(bytes[cursor.at])) cursor.at++;
  if (indexOfBytes(bytes.subarray(cursor.at, cursor.at + 5), '%%EOF') !== 0) return undefined;
  const eofEnd = cursor.at + 5;
  let end = eofEnd;
  if (bytes[end] === 13) end++;
  if (bytes[end] === 10) end++;
  return { eofEnd, end };
}
