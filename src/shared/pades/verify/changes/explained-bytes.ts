import { skipSpace, type Cursor } from '../../reader/lexer';
import type { PdfFile } from '../../reader/pdf-file';
import type { Revision } from '../../reader/revisions';

/**
 * Offset of the first byte of a revision that is neither an object its cross-reference lists, nor the cross-reference,
 * nor white space or a comment; undefined when everything is accounted for (V-7, attacks 3, 5 and 6).
 */
export function findUnexplainedByte(file: PdfFile, revision: Revision): number | undefined {
  const view = file.at(revision.index);
  const spans: { readonly start: number; readonly end: number }[] = [];
  for (const section of revision.sections) {
    for (const part of [section, section.hybrid]) {
      if (part) spans.push({ start: part.offset, end: part.end });
    }
    for (const [num, entry] of section.entries) {
      if (entry.type !== 'offset' || entry.offset < revision.start) continue;
      const object = view.find(num);
      if (object && !object.isCompressed) spans.push({ start: object.start, end: object.end });
    }
  }
  if (!revision.isTidy) return revision.sections[0]?.end;
  spans.sort((a, b) => a.start - b.start);
  const last = spans.at(-1);
  // Behind the last span only `startxref … %%EOF` follows, which `isTidy` vouches for.
  let at = revision.start;
  for (const { start, end } of spans) {
    const loose = firstLoose(file, at, start);
    if (loose !== undefined) return loose;
    at = Math.max(at, end);
  }
  return last && last.end <= revision.eofEnd ? undefined : revision.start;
}

function firstLoose(file: PdfFile, from: number, to: number): number | undefined {
  if (from >= to) return undefined;
  const cursor: Cursor = { bytes: file.bytes, end: to, at: from };
  skipSpace(cursor);
  return cursor.at < to ? cursor.at : undefined;
}
