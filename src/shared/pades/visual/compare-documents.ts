import type { PageArea } from '../../domain/signing/visual-comparison';
import { areaOf, differingBox, type PageRaster, type PixelBox } from './compare-rasters';

/** A document that can be drawn: pdf.js in a window of its own, or in Node for tests. */
export interface DrawnDocument {
  readonly pageCount: number;
  /** Width and height of a page in points; from 1. */
  readonly sizeOf: (page: number) => Promise<{ readonly width: number; readonly height: number }>;
  /** With everything that stands on it, annotations too. */
  readonly draw: (page: number) => Promise<PageRaster>;
}

/** A page that differs. */
export interface DifferingPage {
  readonly page: number;
  /** Null when the page came, went, or changed its size. */
  readonly area: PageArea | null;
  readonly box: PixelBox | null;
  /** Undefined where the page was not drawn. */
  readonly before: PageRaster | undefined;
  readonly after: PageRaster | undefined;
}

/** Points that sums of fractions may lose. */
const ROUNDING = 0.01;

/**
 * Compares two states of a document page after page (V-10): the count, then each page's size, then what is drawn outside
 * the masks. One pair of pages is held at a time.
 *
 * @param mayGoOn asked before each pair is drawn with its number of points; false ends the comparison
 */
export async function* compareDocuments(
  before: DrawnDocument,
  after: DrawnDocument,
  {
    masks,
    mayGoOn,
  }: {
    readonly masks: readonly PageArea[];
    readonly mayGoOn: (points: number) => boolean;
  },
): AsyncGenerator<DifferingPage> {
  const common = Math.min(before.pageCount, after.pageCount);
  const most = Math.max(before.pageCount, after.pageCount);
  if (common !== most) yield unseen(common + 1);
  for (let page = 1; page <= common; page++) {
    const was = await before.sizeOf(page);
    const is = await after.sizeOf(page);
    if (!mayGoOn(was.width * was.height + is.width * is.height)) return;
    if (Math.max(Math.abs(was.width - is.width), Math.abs(was.height - is.height)) > ROUNDING) {
      yield unseen(page);
      continue;
    }
    const pair = { before: await before.draw(page), after: await after.draw(page) };
    const here = masks.filter((mask) => mask.page === page);
    const box = differingBox(pair.before, pair.after, here);
    if (box) yield { page, area: areaOf(page, box, pair.before), box, ...pair };
  }
}

const unseen = (page: number): DifferingPage => ({
  page,
  area: null,
  box: null,
  before: undefined,
  after: undefined,
});
