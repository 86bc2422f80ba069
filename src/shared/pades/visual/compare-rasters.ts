import type { PageArea } from '../../domain/signing/visual-comparison';

/** Pixels of a drawn page: four bytes each (red, green, blue, opacity), row by row from the top. */
export interface PageRaster {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray | Uint8Array;
}

/** Pixels, right and bottom exclusive. */
export interface PixelBox {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Steps of one colour that edges of the same letter may differ by from one drawing to the next. */
const EDGE_TOLERANCE = 32;

/** Fewer pixels than this are no letter, no stroke and no dot at 96 dpi. */
const LEAST_PIXELS = 3;

/**
 * The box around everything that differs between two drawings of equal size outside the masks; undefined when they look
 * the same (V-10). A mask reaches one pixel further than its area, where the edge of what it covers is blended.
 */
export function differingBox(
  before: PageRaster,
  after: PageRaster,
  masks: readonly PageArea[],
): PixelBox | undefined {
  const { width, height } = before;
  const covered = masks.map((mask) => pixelsOf(mask, before, 1));
  let count = 0;
  let box: PixelBox = { left: width, top: height, right: 0, bottom: 0 };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!differs(before, after, (y * width + x) * 4) || covered.some((one) => isIn(one, x, y)))
        continue;
      count += 1;
      box = {
        left: Math.min(box.left, x),
        top: Math.min(box.top, y),
        right: Math.max(box.right, x + 1),
        bottom: Math.max(box.bottom, y + 1),
      };
    }
  }
  return count < LEAST_PIXELS ? undefined : box;
}

function differs(before: PageRaster, after: PageRaster, at: number): boolean {
  for (let i = at; i < at + 3; i++) {
    if (Math.abs((before.data[i] ?? 0) - (after.data[i] ?? 0)) > EDGE_TOLERANCE) return true;
  }
  return false;
}

const isIn = ({ left, top, right, bottom }: PixelBox, x: number, y: number): boolean =>
  x >= left && x < right && y >= top && y < bottom;

/** The pixels of an area, as many more on each side as asked for, cut at the page's edge. */
export function pixelsOf(
  { left, top, width, height }: PageArea,
  page: Pick<PageRaster, 'width' | 'height'>,
  more: number,
): PixelBox {
  return {
    left: Math.max(0, Math.floor(left * page.width) - more),
    top: Math.max(0, Math.floor(top * page.height) - more),
    right: Math.min(page.width, Math.ceil((left + width) * page.width) + more),
    bottom: Math.min(page.height, Math.ceil((top + height) * page.height) + more),
  };
}

/** The area of some pixels. */
export const areaOf = (
  page: number,
  box: PixelBox,
  { width, height }: Pick<PageRaster, 'width' | 'height'>,
): PageArea => ({
  page,
  left: box.left / width,
  top: box.top / height,
  width: (box.right - box.left) / width,
  height: (box.bottom - box.top) / height,
});

/** Part of an area that must be drawn on before it counts as text, and not as the grain of a scan. */
const LEAST_DRAWN = 0.01;

/** Steps of one colour between paper and what is printed on it. */
const INK = 96;

/** True when something of the page stands in an area: pixels far from its commonest colour (V-11). */
export function isDrawnOn(page: PageRaster, area: PageArea): boolean {
  const { left, top, right, bottom } = pixelsOf(area, page, 0);
  const paper = commonestColour(page, { left, top, right, bottom });
  let drawn = 0;
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const at = (y * page.width + x) * 4;
      const isInk = paper.some((tone, i) => Math.abs((page.data[at + i] ?? 0) - tone) > INK);
      if (isInk) drawn += 1;
    }
  }
  return drawn > LEAST_DRAWN * (right - left) * (bottom - top);
}

/** Colours are counted in steps of eight. */
function commonestColour(page: PageRaster, box: PixelBox): readonly number[] {
  const counts = new Map<number, number>();
  let best = { colour: 0, count: 0 };
  for (let y = box.top; y < box.bottom; y++) {
    for (let x = box.left; x < box.right; x++) {
      const at = (y * page.width + x) * 4;
      const [red = 0, green = 0, blue = 0] = page.data.subarray(at, at + 3);
      const colour = ((red >> 3) << 10) | ((green >> 3) << 5) | (blue >> 3);
      const count = (counts.get(colour) ?? 0) + 1;
      counts.set(colour, count);
      if (count > best.count) best = { colour, count };
    }
  }
  return [best.colour >> 10, (best.colour >> 5) & 31, best.colour & 31].map((step) => step * 8 + 4);
}
