import type { PlacesOrigin } from '../domain/signing/places-origin';
import type { PreparedField } from '../domain/signing/prepared-field';
import { fieldNames } from './field-names';
import { MM, pageGeometry } from './geometry';
import { defaultPlaces, type FieldPlaces, type Place } from './places';
import { isDoubt, proposePlaces } from './propose-places';
import { asNumber, dictOf, isKind, rawEntry, type PdfDict, type PdfValue } from './reader/objects';
import { catalogOf, listPages } from './reader/pages';
import type { PdfFile, PdfView } from './reader/pdf-file';
import { broken } from './reader/problem';
import { decodeTextString } from './reader/text-string';
import type { TextPage } from './text-lines';

/** Named destinations our templates leave in a draft: the top left corner of each space. */
export const markerNames = {
  number: 'tcv-so',
  date: 'tcv-ngay',
  leader: 'tcv-ky',
} as const;

/** Size of each space in points, to the right of and below its marker. */
export const markerSizes = {
  number: { width: 60, height: 18 },
  date: { width: 230, height: 18 },
  leader: { width: 153, height: 74 },
} as const;

/** Page margins of the template, points. Chromium writes destinations as if the margins were nought. */
export interface TemplateMargins {
  readonly left: number;
  readonly top: number;
}

/** NĐ 30/2020: left 30 mm, top 20 mm. */
const templateMargins: TemplateMargins = { left: 30 * MM, top: 20 * MM };

/**
 * Finds the prepared spaces of a draft that one of our templates printed: named destinations (ISO 32000-1 §12.3.2.3)
 * as Chromium writes them for the `id` of an element that is linked to. Undefined when one of the three is missing.
 */
export function findPlaces(
  file: PdfFile,
  margins: TemplateMargins = templateMargins,
): FieldPlaces | undefined {
  const number = findMarker(file, 'number', margins);
  const date = findMarker(file, 'date', margins);
  const leader = findMarker(file, 'leader', margins);
  return number && date && leader ? { number, date, leader } : undefined;
}

export interface PlacesGiven {
  /** The text layer, where it could be read. */
  readonly layout?: readonly TextPage[] | undefined;
  /** Fields where a person wants them; all of them. */
  readonly moved?: readonly PreparedField[] | undefined;
}

/** Where a person put them, else the marked places of a draft, else those its words name, else the template's usual ones. */
export function choosePlaces(
  file: PdfFile,
  { layout = [], moved }: PlacesGiven = {},
): { readonly places: FieldPlaces; readonly origin: PlacesOrigin } {
  const chosen = moved && movedPlaces(file, moved);
  if (chosen) return { places: chosen, origin: { from: 'person' } };
  const marked = findPlaces(file);
  if (marked) return { places: marked, origin: { from: 'marks' } };
  const proposed = proposePlaces(layout);
  return isDoubt(proposed)
    ? { places: usualPlaces(file), origin: { from: 'usual', doubt: proposed } }
    : { places: proposed, origin: { from: 'text' } };
}

/** Undefined when one of the three is missing or lies on no page. The seal follows the signature (S-13). */
function movedPlaces(file: PdfFile, moved: readonly PreparedField[]): FieldPlaces | undefined {
  const pages = listPages(file.now);
  const placeOf = (name: string): Place | undefined => {
    const field = moved.find((one) => one.name === name);
    const page = field && pages[field.page];
    if (!field || !page) return undefined;
    const { width, height } = pageGeometry(file.now, page);
    const { left, top, ...size } = field.box;
    const right = left + size.width;
    const bottom = top + size.height;
    return {
      page: field.page,
      rect: [left * width, (1 - bottom) * height, right * width, (1 - top) * height],
    };
  };
  const number = placeOf(fieldNames.number);
  const date = placeOf(fieldNames.date);
  const month = placeOf(fieldNames.month);
  const leader = placeOf(fieldNames.leader);
  return number && date && leader
    ? { number, date, leader, ...(month ? { month } : {}) }
    : undefined;
}

function usualPlaces(file: PdfFile): FieldPlaces {
  const pages = listPages(file.now);
  const [first, last] = [pages[0], pages.at(-1)].map(
    (page) => page && pageGeometry(file.now, page),
  );
  if (!first || !last) throw broken('no page');
  return defaultPlaces({ first, last });
}

function findMarker(
  file: PdfFile,
  marker: keyof typeof markerNames,
  margins: TemplateMargins,
): Place | undefined {
  const view = file.now;
  const target = findDestination(view, markerNames[marker]);
  if (!isKind(target, 'array')) return undefined;
  const [pageRef, , markedLeft, markedTop] = target.items;
  const pages = listPages(view);
  const index = pages.findIndex(({ ref }) => isKind(pageRef, 'ref') && ref.num === pageRef.num);
  const page = pages[index];
  const x = asNumber(view.resolve(markedLeft));
  const y = asNumber(view.resolve(markedTop));
  if (!page || x === undefined || y === undefined) return undefined;
  const geometry = pageGeometry(view, page);
  const [destinationLeft, , , destinationTop] = geometry.toSeen([x, y, x, y]);
  const left = destinationLeft + margins.left;
  const top = destinationTop - margins.top;
  const { width, height } = markerSizes[marker];
  const right = left + width;
  const bottom = top - height;
  // Our templates print upright pages: on one that was turned since, the space is not below its marker.
  const isOnPage =
    geometry.rotate === 0 &&
    left >= 0 &&
    bottom >= 0 &&
    right <= geometry.width &&
    top <= geometry.height;
  return isOnPage ? { page: index, rect: [left, bottom, right, top] } : undefined;
}

/** Looks in /Dests and in the name tree of /Names (§7.9.6). */
function findDestination(view: PdfView, name: string): PdfValue | undefined {
  const catalog = catalogOf(view);
  const old = dictOf(view.get(catalog, 'Dests'));
  const tree = dictOf(view.get(dictOf(view.get(catalog, 'Names')), 'Dests'));
  const found = rawEntry(old, name) ?? (tree && findInNameTree(view, tree, name, 0));
  const value = view.resolve(found);
  return isKind(value, 'dict') ? view.get(value, 'D') : value;
}

function findInNameTree(
  view: PdfView,
  node: PdfDict,
  name: string,
  depth: number,
): PdfValue | undefined {
  if (depth > 16) return undefined;
  const names = view.get(node, 'Names');
  const items = isKind(names, 'array') ? names.items : [];
  for (let i = 0; i + 1 < items.length; i += 2) {
    const key = view.resolve(items[i]);
    if (isKind(key, 'string') && decodeTextString(key.bytes) === name) return items[i + 1];
  }
  const kids = view.get(node, 'Kids');
  for (const kid of isKind(kids, 'array') ? kids.items : []) {
    const child = dictOf(view.resolve(kid));
    const found = child && findInNameTree(view, child, name, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}
