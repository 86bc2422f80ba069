import { asInteger, asNumber, isKind, type PdfValue } from './reader/objects';
import type { PdfPage } from './reader/pages';
import type { PdfView } from './reader/pdf-file';

/** `[left, bottom, right, top]`. */
export type Rect = readonly [number, number, number, number];

/** Points in a millimetre. */
export const MM = 72 / 25.4;

/**
 * What a person sees of a page: the crop box, turned by /Rotate, scaled by /UserUnit (ISO 32000-1 §7.7.3.3).
 *
 * Places are given in *seen* space: points of 1/72 inch, origin at the bottom left corner of the upright page.
 */
export interface PageGeometry {
  readonly width: number;
  readonly height: number;
  readonly rotate: 0 | 90 | 180 | 270;
  /** A rectangle of seen space in the page's own units, for /Rect. */
  readonly toUser: (seen: Rect) => Rect;
  /** The other way round. */
  readonly toSeen: (user: Rect) => Rect;
}

/** A4 when a page names no usable box. */
const A4: Rect = [0, 0, 595.28, 841.89];

export function pageGeometry(view: PdfView, page: PdfPage): PageGeometry {
  const media = rectOf(view, page.inherited('MediaBox')) ?? A4;
  const crop = intersect(rectOf(view, page.inherited('CropBox')) ?? media, media) ?? media;
  const turn = (((asInteger(page.inherited('Rotate')) ?? 0) % 360) + 360) % 360;
  const rotate = turn === 90 || turn === 180 || turn === 270 ? turn : 0;
  const unit = Math.max(0.001, asNumber(view.get(page.dict, 'UserUnit')) ?? 1);
  const [left, bottom, right, top] = crop;
  const w = right - left;
  const h = top - bottom;

  const pointToUser = (x: number, y: number): readonly [number, number] => {
    switch (rotate) {
      case 0:
        return [left + x, bottom + y];
      case 90:
        return [left + w - y, bottom + x];
      case 180:
        return [left + w - x, bottom + h - y];
      case 270:
        return [left + y, bottom + h - x];
    }
  };
  const pointToSeen = (ux: number, uy: number): readonly [number, number] => {
    const x = ux - left;
    const y = uy - bottom;
    switch (rotate) {
      case 0:
        return [x, y];
      case 90:
        return [y, w - x];
      case 180:
        return [w - x, h - y];
      case 270:
        return [h - y, x];
    }
  };
  const isSideways = rotate === 90 || rotate === 270;
  return {
    width: (isSideways ? h : w) * unit,
    height: (isSideways ? w : h) * unit,
    rotate,
    toUser: ([x1, y1, x2, y2]) =>
      corners(pointToUser(x1 / unit, y1 / unit), pointToUser(x2 / unit, y2 / unit)),
    toSeen: ([x1, y1, x2, y2]) => {
      const [a, b, c, d] = corners(pointToSeen(x1, y1), pointToSeen(x2, y2));
      return [a * unit, b * unit, c * unit, d * unit];
    },
  };
}

/** /Matrix that keeps a widget's picture upright on a turned page (§12.5.5). */
export const uprightMatrix = (rotate: PageGeometry['rotate']): string | undefined =>
  rotate === 0
    ? undefined
    : { 90: '[0 1 -1 0 0 0]', 180: '[-1 0 0 -1 0 0]', 270: '[0 -1 1 0 0 0]' }[rotate];

/** A rectangle of a file, normalised; undefined when it is not four numbers. */
export function rectOf(view: PdfView, value: PdfValue): Rect | undefined {
  if (!isKind(value, 'array') || value.items.length !== 4) return undefined;
  const numbers = value.items.map((item) => asNumber(view.resolve(item)));
  const [a, b, c, d] = numbers;
  if (a === undefined || b === undefined || c === undefined || d === undefined) return undefined;
  return corners([a, b], [c, d]);
}

export function intersect(a: Rect, b: Rect): Rect | undefined {
  const rect: Rect = [
    Math.max(a[0], b[0]),
    Math.max(a[1], b[1]),
    Math.min(a[2], b[2]),
    Math.min(a[3], b[3]),
  ];
  return rect[0] < rect[2] && rect[1] < rect[3] ? rect : undefined;
}

const corners = (a: readonly [number, number], b: readonly [number, number]): Rect => [
  Math.min(a[0], b[0]),
  Math.min(a[1], b[1]),
  Math.max(a[0], b[0]),
  Math.max(a[1], b[1]),
];
