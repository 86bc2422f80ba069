import type { SignatureAppearance } from './appearance';
import { fieldNames } from './field-names';
import { MM, pageGeometry } from './geometry';
import type { Place } from './places';
import { listPages } from './reader/pages';
import type { PdfFile } from './reader/pdf-file';
import { broken } from './reader/problem';

/** The organ's signature in the upper right corner: on an appendix in a file of its own, on a copy into electronic form. */
export type CornerSignature =
  | {
      readonly kind: 'appendix';
      /** Of the document it belongs to, `05/QĐ-UBND`. */ readonly codeDisplay: string;
    }
  | {
      readonly kind: 'copy';
      /** The form of copy, `SAO Y`. */ readonly form: string;
      readonly organName: string;
    };

interface CornerOptions {
  readonly field: string;
  readonly place: Place;
  readonly appearance: SignatureAppearance;
}

/**
 * What `prepareSignature` takes for it (NĐ 30/2020 Phụ lục I, box 14; `van-ban.md` §3.5): no picture, Times New Roman
 * upright of 10, on the first page, with the time in Vietnam's zone as ISO 8601 writes it.
 */
export function cornerSignature(
  file: PdfFile,
  signature: CornerSignature,
  given: { readonly signedAtMs: number; readonly fontFile: Uint8Array },
): CornerOptions {
  const lines = [...wordsOf(signature), vietnamTime(given.signedAtMs)];
  return {
    field: signature.kind === 'appendix' ? fieldNames.appendix : fieldNames.copy,
    place: cornerPlace(file, lines.length),
    appearance: { kind: 'text', text: lines.join('\n'), size: SIZE, fontFile: given.fontFile },
  };
}

/** Points. */
const SIZE = 10;

const wordsOf = (signature: CornerSignature): readonly string[] =>
  signature.kind === 'appendix' ? [signature.codeDisplay] : [signature.form, signature.organName];

/** `2026-11-22T09:05:41+07:00`, whatever the zone of the computer. */
function vietnamTime(atMs: number): string {
  const local = new Date(atMs + 7 * 3600 * 1000).toISOString();
  return `${local.slice(0, 19)}+07:00`;
}

/** Above box 1, in the margin that the decree leaves: 15 mm from the right edge, 6 mm below the top one. */
function cornerPlace(file: PdfFile, lines: number): Place {
  const [first] = listPages(file.now);
  if (!first) throw broken('no page');
  const { width, height } = pageGeometry(file.now, first);
  const right = Math.max(width - 15 * MM, width * 0.9);
  const top = height - Math.min(6 * MM, height * 0.05);
  const left = Math.max(width * 0.1, right - 100 * MM);
  return { page: 0, rect: [left, top - lines * SIZE * 1.15, right, top] };
}
