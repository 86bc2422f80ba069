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
  /**
   * Newest first. Two in a linearised original (Annex F), and where Acrobat updates a hybrid file: a table, and right
   * behind it an empty one that names the stream (§7.5.8.4). One otherwise.
   */
  readonly sections: readonly XrefSection[];
  /** False when something else than comments stands between the cross-reference and `startxref`. */
  readonly isTidy: boolean;
}

/** Follows the chain of /Prev from the last `startxref`; oldest revision first. Nothing is repaired (S-5). */
export function readRevisions(deps: XrefDeps): readonly Revision[] {
  const groups = groupSections(deps.bytes, readChain(deps, lastStartxref(deps.bytes)));
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
function groupSections(
  bytes: Uint8Array,
  chain: readonly XrefSection[],
): readonly (readonly XrefSection[])[] {
  const last = chain.at(-1);
  const beforeLast = chain.at(-2);
  const groups: XrefSection[][] = [];
  for (const section of chain) {
    const newer = groups.at(-1)?.at(-1);
    const isLinearised = section === last && newer === beforeLast && isBehind(section, newer);
    if (newer && (isLinearised || isRightBehind(bytes, newer, section))) {
      groups.at(-1)?.push(section);
    } else if (isBehind(section, newer)) {
      throw broken('cross-reference chain out of order');
    } else {
      groups.push([section]);
    }
  }
  return groups.toReversed();
}

const isBehind = (section: XrefSection, newer: XrefSection | undefined): boolean =>
  newer !== undefined && newer.offset < section.offset;

/** Nothing but white space, and the stream that the newer section names, stands between the two. */
function isRightBehind(bytes: Uint8Array, newer: XrefSection, older: XrefSection): boolean {
  const { hybrid = newer } = newer;
  return (
    isBlank(bytes, older.end, newer.offset) ||
    (isBlank(bytes, older.end, hybrid.offset) && isBlank(bytes, hybrid.end, newer.offset))
  );
}

/** True for white space alone, and not for a place that starts behind its end. */
function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  return start <= end && bytes.subarray(start, end).every((byte) => isWhite(byte));
}

interface Tail {
  readonly start: number;
  readonly place: { readonly eofEnd: number; readonly end: number };
  readonly isTidy: boolean;
}

/** `startxref`, the offset of the newest section, `%%EOF` and at most one line end. */
function findTail(bytes: Uint8Array, sections: readonly XrefSection[]): Tail {
  const [newest] = sections;
  const last = sections.toSorted((a, b) => a.offset - b.offset).at(-1);
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
  if (offset === undefined) return undefined;
  // White space before the section is tolerated by the section's parser, so it is here.
  if (!isBlank(bytes, offset, sectionOffset)) return undefined;
  while (isWhite(bytes[cursor.at])) cursor.at++;
  if (indexOfBytes(bytes.subarray(cursor.at, cursor.at + 5), '%%EOF') !== 0) return undefined;
  const eofEnd = cursor.at + 5;
  let end = eofEnd;
  if (bytes[end] === 13) end++;
  if (bytes[end] === 10) end++;
  return { eofEnd, end };
}
