import { hexDigit, isWhite } from '../reader/lexer';
import { asInteger, isKind, rawEntry } from '../reader/objects';
import type { PdfFile } from '../reader/pdf-file';
import type { Revision } from '../reader/revisions';
import { reason, type Reason } from '../../domain/signing/verification-reason';
import type { DeclaredSignature } from './signature-fields';

/** What a signature covers (ISO 32000-1 §12.8.1): two stretches around its /Contents. */
export interface CoveredRange {
  readonly gapStart: number;
  readonly gapEnd: number;
  /** End of the second stretch. */
  readonly end: number;
  /** The revision that ends there. */
  readonly revision: Revision | undefined;
  /** The value of /Contents with its padding. */
  readonly contents: Uint8Array;
}

export interface RangeFinding {
  /** Undefined when the range cannot be read at all. */
  readonly range: CoveredRange | undefined;
  readonly reasons: readonly Reason[];
}

/** V-2 and V-3: four numbers, the gap exactly this dictionary's /Contents, the end at the end of a revision. */
export function checkByteRange(file: PdfFile, signature: DeclaredSignature): RangeFinding {
  const { dict } = signature;
  const reasons: Reason[] = [];
  if (dict.duplicates.length > 0) {
    reasons.push(reason('dictionary.duplicate-key', `/${dict.duplicates[0]}`));
  }
  const numbers = readRange(signature);
  const contents = rawEntry(dict, 'Contents');
  const place = dict.entries.get('Contents');
  if (!isKind(contents, 'string') || !place || !signature.isPlain) {
    return { range: undefined, reasons: [...reasons, reason('contents.malformed')] };
  }
  if (!numbers) return { range: undefined, reasons: [...reasons, reason('range.malformed')] };
  const [start, length, second, rest] = numbers;
  const end = second + rest;
  if (start !== 0 || length <= 0 || second <= length || rest <= 0 || end > file.bytes.length) {
    return { range: undefined, reasons: [...reasons, reason('range.malformed')] };
  }
  if (length !== place.start || second !== place.end || !isPlainHex(file, place)) {
    reasons.push(reason('range.gap-mismatch', `/Contents ${place.start}–${place.end}`));
  }
  const revision = revisionEndingAt(file, end);
  if (!revision || dict.end > revision.end) {
    reasons.push(reason('range.not-at-revision-end', String(end)));
  }
  return {
    range: { gapStart: length, gapEnd: second, end, revision, contents: contents.bytes },
    reasons,
  };
}

/** No two signatures may spare the same bytes, or each other's (V-2). */
export function overlappingGaps(
  ranges: readonly (CoveredRange | undefined)[],
): ReadonlySet<number> {
  const overlapping = new Set<number>();
  ranges.forEach((a, i) => {
    ranges.forEach((b, k) => {
      if (!a || !b || i === k) return;
      if (a.gapStart < b.gapEnd && b.gapStart < a.gapEnd) overlapping.add(i);
    });
  });
  return overlapping;
}

/** In parts: most of the file, and nobody needs it as one. */
export const coveredContent = (file: PdfFile, range: CoveredRange): readonly Uint8Array[] => [
  file.bytes.subarray(0, range.gapStart),
  file.bytes.subarray(range.gapEnd, range.end),
];

function readRange(
  signature: DeclaredSignature,
): readonly [number, number, number, number] | undefined {
  const value = rawEntry(signature.dict, 'ByteRange');
  if (!isKind(value, 'array') || value.items.length !== 4) return undefined;
  const [a, b, c, d] = value.items.map((item) => asInteger(item));
  if (a === undefined || b === undefined || c === undefined || d === undefined) return undefined;
  return [a, b, c, d].every((number) => number >= 0) ? [a, b, c, d] : undefined;
}

/** `<`, an even number of hexadecimal digits and nothing else, `>`. */
function isPlainHex(
  file: PdfFile,
  place: { readonly start: number; readonly end: number },
): boolean {
  const { bytes } = file;
  const digits = place.end - place.start - 2;
  if (bytes[place.start] !== 60 || bytes[place.end - 1] !== 62 || digits % 2 !== 0) return false;
  for (let at = place.start + 1; at < place.end - 1; at++) {
    if (hexDigit(bytes[at]) === undefined) return false;
  }
  return true;
}

/** Ends right behind `%%EOF`, behind its line end, or within a few blanks after it. */
function revisionEndingAt(file: PdfFile, end: number): Revision | undefined {
  return file.revisions.find((revision) => {
    if (end < revision.eofEnd || end > revision.end + 8) return false;
    for (let at = revision.end; at < end; at++) if (!isWhite(file.bytes[at])) return false;
    return true;
  });
}
