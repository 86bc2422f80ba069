import { err, ok, type Result } from '../kernel/result';
import type { ObjectChange } from './append';
import { pageGeometry, type PageGeometry } from './geometry';
import { SMALLEST_SIDE, type Place } from './places';
import { isKind, rawEntry } from './reader/objects';
import type { PdfPage } from './reader/pages';
import type { PdfFile } from './reader/pdf-file';
import { asText, editDict, extendArray } from './syntax';

/** What sums of fractions may lose, points. */
const ROUNDING = 0.001;

/** A place found on its page. */
export interface Located {
  readonly index: number;
  readonly page: PdfPage;
  readonly geometry: PageGeometry;
}

export type PlaceFailure =
  | { readonly code: 'signing.place-outside'; readonly field: string }
  | { readonly code: 'pdf.page-missing'; readonly page: number };

/** Finds the page of a place and checks that the place lies on it. */
export function locatePlace(
  file: PdfFile,
  pages: readonly PdfPage[],
  widget: { readonly name: string; readonly place: Place },
): Result<Located, PlaceFailure> {
  const { page: wanted, rect } = widget.place;
  const index = wanted < 0 ? pages.length + wanted : wanted;
  const page = pages[index];
  if (!page) return err({ code: 'pdf.page-missing', page: wanted });
  const geometry = pageGeometry(file.now, page);
  const isInside =
    rect[0] >= 0 && rect[1] >= 0 && rect[2] <= geometry.width && rect[3] <= geometry.height;
  if (!isInside || Math.min(rect[2] - rect[0], rect[3] - rect[1]) < SMALLEST_SIDE - ROUNDING) {
    return err({ code: 'signing.place-outside', field: widget.name });
  }
  return ok({ index, page, geometry });
}

/** Adds widgets to a page: to the array when it is an object of its own, else to the page. */
export function addToAnnots(file: PdfFile, page: PdfPage, refs: readonly string[]): ObjectChange {
  const { now } = file;
  const raw = rawEntry(page.dict, 'Annots');
  const array = now.resolve(raw);
  const pageObject = now.find(page.ref.num);
  const source = pageObject?.source ?? file.bytes;
  if (isKind(raw, 'ref') && isKind(array, 'array')) {
    const holder = now.find(raw.num);
    return {
      num: raw.num,
      gen: raw.gen,
      body: extendArray(holder?.source ?? file.bytes, array, refs),
    };
  }
  const text = isKind(array, 'array')
    ? asText(extendArray(source, array, refs))
    : `[${refs.join(' ')}]`;
  return {
    num: page.ref.num,
    gen: page.ref.gen,
    body: editDict(source, page.dict, { Annots: text }),
  };
}
