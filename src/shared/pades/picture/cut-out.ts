import { err, ok, type Result } from '../../kernel/result';
import type { InkMap } from './read-ink';

/** Ink alone, cropped to where it is. */
export interface CutOut {
  /** Where it lay in the photo, pixels from the top left corner. */
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** 0 is transparent. */
  readonly alpha: Uint8Array;
  readonly colour: InkMap['colour'];
}

export type CutFailure = { readonly code: 'picture.no-ink' | 'picture.cut-off' };

/** Where most photos come out well, on the scale of `cutOut`. */
export const DEFAULT_THRESHOLD = 0.45;

/** Of the ink: less is a speck. */
const SPECK = 0.0005;
const SMALLEST_SPECK = 6;
/** Of the ink: as much at the rim of the photo means that something is cut off. */
const AT_RIM = 0.02;

/**
 * Makes what is strong enough opaque in proportion, and leaves specks out.
 *
 * @param threshold 0 keeps faint strokes and with them dirt, 1 keeps only the thickest ink
 */
export function cutOut(map: InkMap, threshold: number): Result<CutOut, CutFailure> {
  const least = map.full * (0.1 + 0.6 * threshold);
  const most = Math.max(0.85 * map.full, least + 0.1 * map.full);
  const alpha = map.strength.map((value) =>
    Math.round(255 * Math.min(1, Math.max(0, (value - least) / (most - least)))),
  );
  const blots = findBlots(alpha, map);
  const ink = blots.reduce((sum, { pixels }) => sum + pixels.length, 0);
  const rim = blots.reduce((sum, { isAtRim, pixels }) => sum + (isAtRim ? pixels.length : 0), 0);
  if (rim > AT_RIM * ink) return err({ code: 'picture.cut-off' });
  const smallest = Math.max(SMALLEST_SPECK, SPECK * ink);
  const kept = blots.filter(({ isAtRim, pixels }) => !isAtRim && pixels.length >= smallest);
  return kept.length === 0 ? err({ code: 'picture.no-ink' }) : ok(cropped(alpha, map, kept));
}

interface Blot {
  readonly pixels: readonly number[];
  readonly isAtRim: boolean;
}

function findBlots(alpha: Uint8Array, { width, height }: InkMap): readonly Blot[] {
  const isSeen = new Uint8Array(alpha.length);
  const blots: Blot[] = [];
  for (let start = 0; start < alpha.length; start++) {
    if (alpha[start] === 0 || isSeen[start]) continue;
    const pixels = [start];
    isSeen[start] = 1;
    let isAtRim = false;
    for (let next = 0; next < pixels.length; next++) {
      const pixel = pixels[next] ?? 0;
      const x = pixel % width;
      const y = Math.floor(pixel / width);
      isAtRim ||= x === 0 || y === 0 || x === width - 1 || y === height - 1;
      for (let beside = Math.max(0, x - 1); beside <= Math.min(width - 1, x + 1); beside++) {
        for (let near = Math.max(0, y - 1); near <= Math.min(height - 1, y + 1); near++) {
          const other = near * width + beside;
          if (alpha[other] === 0 || isSeen[other]) continue;
          isSeen[other] = 1;
          pixels.push(other);
        }
      }
    }
    blots.push({ pixels, isAtRim });
  }
  return blots;
}

function cropped(alpha: Uint8Array, map: InkMap, blots: readonly Blot[]): CutOut {
  let [left, top, right, bottom] = [map.width, map.height, 0, 0];
  for (const { pixels } of blots) {
    for (const pixel of pixels) {
      const x = pixel % map.width;
      const y = Math.floor(pixel / map.width);
      left = Math.min(left, x);
      right = Math.max(right, x + 1);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y + 1);
    }
  }
  const width = right - left;
  const out = new Uint8Array(width * (bottom - top));
  for (const { pixels } of blots) {
    for (const pixel of pixels) {
      const y = Math.floor(pixel / map.width);
      out[(y - top) * width + (pixel % map.width) - left] = alpha[pixel] ?? 0;
    }
  }
  return { left, top, width, height: bottom - top, alpha: out, colour: map.colour };
}
