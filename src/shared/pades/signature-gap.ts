import { invariant } from '../kernel/assert';
import { concatBytes, toHex } from '../kernel/bytes';
import type { AppendedRevision } from './append';
import type { SignatureDictionary } from './signature-dictionary';
import { pdfBytes } from './syntax';

/** A new revision whose signature value is still missing: plain data, may cross processes. */
export interface OpenGap {
  /** The whole new file; the gap holds zeros. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Offsets of the angle brackets of /Contents: from `<` to behind `>`. */
  readonly gap: { readonly start: number; readonly end: number };
}

/** Writes the range that spares this dictionary's /Contents and nothing else (V-2). */
export function openGap(
  { bytes, bodyOffsets }: AppendedRevision,
  num: number,
  dictionary: SignatureDictionary,
): OpenGap {
  const at = bodyOffsets.get(num);
  invariant(at !== undefined, 'the signature dictionary was written');
  const gap = { start: at + dictionary.contents.start, end: at + dictionary.contents.end };
  const range = `0 ${gap.start} ${gap.end} ${bytes.length - gap.end}`;
  invariant(
    range.length <= dictionary.byteRange.end - dictionary.byteRange.start,
    'the range fits',
  );
  bytes.set(pdfBytes(range), at + dictionary.byteRange.start);
  return { bytes, gap };
}

/** What is signed: all but the gap. */
export const coveredParts = ({ bytes, gap }: OpenGap): readonly Uint8Array[] => [
  bytes.subarray(0, gap.start),
  bytes.subarray(gap.end),
];

export const coveredBytes = (open: OpenGap): Uint8Array => concatBytes(...coveredParts(open));

/** Bytes that fit between the brackets. */
export const gapRoom = ({ gap }: OpenGap): number => (gap.end - gap.start - 2) / 2;

/** The file with its signature value; what is left of the gap stays zeros. */
export function fillGap({ bytes, gap }: OpenGap, value: Uint8Array): Uint8Array<ArrayBuffer> {
  const filled = bytes.slice();
  filled.set(pdfBytes(toHex(value)), gap.start + 1);
  return filled;
}
