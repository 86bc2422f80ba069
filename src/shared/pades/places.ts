import { MM, type Rect } from './geometry';

/** Where a form object goes: a page and a rectangle in seen space (see `PageGeometry`). */
export interface Place {
  /** From 0; negative counts from the end, -1 is the last page. */
  readonly page: number;
  /** Points, origin at the bottom left corner of the upright page. */
  readonly rect: Rect;
}

export interface FieldPlaces {
  readonly number: Place;
  /** The whole line of place and date; only the day's gap when there is one for the month. */
  readonly date: Place;
  /** The month's gap in a line that is printed but for day and month. */
  readonly month?: Place;
  /** The space between chức vụ and họ tên. */
  readonly leader: Place;
  /** The seal; left out, it follows from the leader's place. */
  readonly organ?: Place;
}

/** Diameter of an agency's seal with its picture's margin, millimetres (S-13). */
export const SEAL_MM = 36;

/**
 * Place of the seal: its right edge a third into the leader's picture, its middle at the same height (NĐ 30 Phụ lục I,
 * S-13). The rectangle reaches a tenth further right, so that the seal can follow a picture narrower than its space;
 * that is 43 % of the leader's space at most, inside what V-11 expects.
 */
export function sealPlace(leader: Place): Place {
  const [left, bottom, right, top] = leader.rect;
  const width = right - left;
  const side = SEAL_MM * MM;
  const middle = (bottom + top) / 2;
  const edge = left + width / 3;
  return {
    page: leader.page,
    rect: [edge - side, middle - side / 2, edge + width / 10, middle + side / 2],
  };
}

/** Size of a page as it is seen, points. */
interface PageSize {
  readonly width: number;
  readonly height: number;
}

/** Millimetres. */
const A4 = { width: 210, height: 297 };

/**
 * Default places of a page laid out by our own templates (NĐ 30/2020 Phụ lục I): left margin 30 mm, top 20 mm.
 *
 * The number stands after "Số:" in box 3, day and month of box 4 in the right half, the signature on the last page,
 * 110 mm above the bottom edge. On a page smaller than A4 all of it shrinks with the page.
 */
export function defaultPlaces(pages: {
  readonly first: PageSize;
  readonly last: PageSize;
}): FieldPlaces {
  const line = 16 / MM;
  const leader = rectOn(pages.last, [118, 84, 172, 110]);
  const { rect: seal } = sealPlace({ page: -1, rect: scaled([118, 84, 172, 110], MM) });
  return {
    number: { page: 0, rect: fromTop(pages.first, [48, 36, 60, 36 + line]) },
    date: { page: 0, rect: fromTop(pages.first, [112, 36, 190, 36 + line]) },
    leader: { page: -1, rect: leader },
    organ: { page: -1, rect: rectOn(pages.last, scaled(seal, 1 / MM)) },
  };
}

const scaled = (rect: Rect, factor: number): Rect => [
  rect[0] * factor,
  rect[1] * factor,
  rect[2] * factor,
  rect[3] * factor,
];

/** Smallest side of a space that a widget may have, points. */
export const SMALLEST_SIDE = 4;

/** Millimetres of the template, from the bottom edge, as points of this page. */
function rectOn({ width, height }: PageSize, rect: Rect): Rect {
  const [left, bottom, right, top] = scaled(
    rect,
    Math.min(MM, width / A4.width, height / A4.height),
  );
  const [x1, x2] = inside(left, right, width);
  const [y1, y2] = inside(bottom, top, height);
  return [x1, y1, x2, y2];
}

/** Millimetres of the template, `[left, top, right, bottom]` from the top edge. */
function fromTop(page: PageSize, [left, top, right, bottom]: Rect): Rect {
  const [x1, low, x2, high] = rectOn(page, [left, top, right, bottom]);
  return [x1, page.height - high, x2, page.height - low];
}

/** On a very small page a space keeps its smallest side and moves back onto the page. */
function inside(low: number, high: number, room: number): readonly [number, number] {
  const side = Math.max(SMALLEST_SIDE, high - low);
  const start = Math.max(0, Math.min(low, room - side));
  return [start, Math.min(room, start + side)];
}
