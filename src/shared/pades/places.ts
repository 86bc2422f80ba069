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
  readonly date: Place;
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

/**
 * Default places on an A4 page laid out by our own templates (NĐ 30/2020 Phụ lục I): left margin 30 mm, top 20 mm.
 *
 * The number stands after "Số:" in box 3, day and month of box 4 in the right half, the signature on the last page,
 * `signatureTop` points above the bottom edge.
 */
export function defaultPlaces(signatureTop = 110 * MM): FieldPlaces {
  const line = 16;
  const top = (297 - 36) * MM;
  return {
    number: { page: 0, rect: [48 * MM, top - line, 60 * MM, top] },
    date: { page: 0, rect: [112 * MM, top - line, 190 * MM, top] },
    leader: {
      page: -1,
      rect: [118 * MM, signatureTop - 26 * MM, 172 * MM, signatureTop],
    },
  };
}
