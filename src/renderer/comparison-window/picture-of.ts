import { MOST_PICTURE } from '@shared/domain/signing/visual-comparison';
import type { PageRaster, PixelBox } from '@shared/pades/visual/compare-rasters';

/** Pixels around the changed place, so that a person finds it on the page. */
const MARGIN = 40;

/** Largest picture, pixels. */
const MOST = { width: 560, height: 420 };

/** A small picture of a place, from its top left corner; null when there is none or it is too large. */
export function pictureOf(page: PageRaster | undefined, box: PixelBox | null): string | null {
  if (!page || !box) return null;
  const left = Math.max(0, box.left - MARGIN);
  const top = Math.max(0, box.top - MARGIN);
  const canvas = document.createElement('canvas');
  canvas.width = Math.min(MOST.width, page.width - left, box.right - left + MARGIN);
  canvas.height = Math.min(MOST.height, page.height - top, box.bottom - top + MARGIN);
  const pixels = new ImageData(new Uint8ClampedArray(page.data), page.width, page.height);
  canvas.getContext('2d')?.putImageData(pixels, -left, -top);
  const address = canvas.toDataURL('image/png');
  return address.length > MOST_PICTURE ? null : address;
}
