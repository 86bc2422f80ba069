import { err, ok, type Result } from '../../kernel/result';
import { findPaper, paperAt, valueAtRank, type Paper } from './paper';
import type { InkKind, Photo } from './photo';

/** How much ink of the right colour there is at each pixel of a photo. */
export interface InkMap {
  readonly width: number;
  readonly height: number;
  /** 0 is paper, or ink of another colour; 255 takes all light of the colour that this ink takes. */
  readonly strength: Uint8Array;
  /** What the ink has where it lies thick, 1 to 255. */
  readonly full: number;
  /** Its colour there, on white paper. */
  readonly colour: readonly [number, number, number];
}

/** Below this a photo of paper has more noise than ink, steps of 255. */
const DARKEST_PAPER = 70;
/** What takes this part of the paper's light is no noise. */
const DARK = 0.25;
/** Of all pixels: less is a blank sheet. */
const LEAST_DARK = 0.0005;
/** Of what is dark: less is another ink, or a page of print. */
const LEAST_COLOURED = 0.5;
/** Colour in proportion to darkness; black and grey have next to none. */
const COLOURED = 0.28;
/** Cameras keep colour at half of what they keep of light: it is judged over so many pixels to each side. */
const BLUR = 2;

export type InkFailure = {
  readonly code: 'picture.too-dark' | 'picture.no-ink' | 'picture.ink-colour';
};

/** Takes the paper away: what remains is ink, told by its colour from shadows, pencil and print. */
export function readInk(photo: Photo, kind: InkKind): Result<InkMap, InkFailure> {
  const paper = findPaper(photo);
  if (brightness(paper) < DARKEST_PAPER) return err({ code: 'picture.too-dark' });
  const planes = absorb(photo, paper, kind);
  const { strength } = planes;
  const seen = keepColoured(planes, photo);
  if (seen.dark < LEAST_DARK * strength.length) return err({ code: 'picture.no-ink' });
  if (seen.coloured < LEAST_COLOURED * seen.dark) return err({ code: 'picture.ink-colour' });
  const full = fullStrength(strength);
  const colour = meanColour(photo, paper, (pixel) => (strength[pixel] ?? 0) >= 0.8 * full);
  return ok({ width: photo.width, height: photo.height, strength, full, colour });
}

function brightness({ colours }: Paper): number {
  const counts = new Uint32Array(256);
  for (let at = 0; at < colours.length; at += 3) counts[Math.round(colours[at + 1] ?? 0)]! += 1;
  return valueAtRank(counts, colours.length / 6);
}

interface Planes {
  readonly strength: Uint8Array;
  /** The light that is missing in the colour that lacks most, 0 to 255. */
  readonly darkness: Uint8Array;
  /** How far the ink's own colour stands out, -255 to 255. */
  readonly chroma: Int16Array;
}

function absorb(photo: Photo, paper: Paper, kind: InkKind): Planes {
  const { width, height, rgba } = photo;
  const strength = new Uint8Array(width * height);
  const darkness = new Uint8Array(width * height);
  const chroma = new Int16Array(width * height);
  const white = new Float32Array(3);
  for (let y = 0, pixel = 0; y < height; y++) {
    for (let x = 0; x < width; x++, pixel++) {
      paperAt(paper, x, y, white);
      const r = lightAt(rgba, white, pixel, 0);
      const g = lightAt(rgba, white, pixel, 1);
      const b = lightAt(rgba, white, pixel, 2);
      const rest = (g + b) / 2;
      strength[pixel] = 255 - (kind === 'seal' ? rest : r);
      darkness[pixel] = 255 - Math.min(r, g, b);
      chroma[pixel] = kind === 'seal' ? r - rest : b - Math.max(r, g - 20);
    }
  }
  return { strength, darkness, chroma };
}

/** In proportion to white paper in the same light, at most 255. */
const lightAt = (rgba: Photo['rgba'], white: Float32Array, pixel: number, colour: number): number =>
  Math.min(255, ((rgba[pixel * 4 + colour] ?? 0) * 255) / (white[colour] ?? 255));

/** Sets the strength of what has another colour to nothing, and counts. */
function keepColoured(
  { strength, darkness, chroma }: Planes,
  { width, height }: Photo,
): { readonly dark: number; readonly coloured: number } {
  const dark = blurred(darkness, width, height);
  const colours = blurred(chroma, width, height);
  let darkPixels = 0;
  let coloured = 0;
  for (let pixel = 0; pixel < strength.length; pixel++) {
    const isColoured = (colours[pixel] ?? 0) > COLOURED * (dark[pixel] ?? 0);
    const isDark = (darkness[pixel] ?? 0) > DARK * 255;
    if (isDark) darkPixels += 1;
    if (isDark && isColoured) coloured += 1;
    if (!isColoured) strength[pixel] = 0;
  }
  return { dark: darkPixels, coloured };
}

/** Sums over squares, by running sums along rows and then columns. */
function blurred(plane: Uint8Array | Int16Array, width: number, height: number): Int32Array {
  const rows = new Int32Array(plane.length);
  const sums = new Int32Array(plane.length);
  const run = (
    from: ArrayLike<number>,
    to: Int32Array,
    line: Readonly<Record<'start' | 'step' | 'length', number>>,
  ) => {
    let sum = 0;
    for (let i = -BLUR; i < line.length; i++) {
      if (i + BLUR < line.length) sum += from[line.start + (i + BLUR) * line.step] ?? 0;
      if (i - BLUR - 1 >= 0) sum -= from[line.start + (i - BLUR - 1) * line.step] ?? 0;
      if (i >= 0) to[line.start + i * line.step] = sum;
    }
  };
  for (let y = 0; y < height; y++) run(plane, rows, { start: y * width, step: 1, length: width });
  for (let x = 0; x < width; x++) run(rows, sums, { start: x, step: width, length: height });
  return sums;
}

/** Nearly the strongest: a speck or a reflection is no measure. */
function fullStrength(strength: Uint8Array): number {
  const counts = new Uint32Array(256);
  for (const value of strength) if (value > (DARK * 255) / 2) counts[value]! += 1;
  const all = counts.reduce((sum, count) => sum + count, 0);
  return Math.max(1, valueAtRank(counts, 0.95 * all));
}

function meanColour(
  { width, height, rgba }: Photo,
  paper: Paper,
  isWanted: (pixel: number) => boolean,
): readonly [number, number, number] {
  const white = new Float32Array(3);
  const sums: [number, number, number] = [0, 0, 0];
  let count = 0;
  for (let pixel = 0; pixel < width * height; pixel++) {
    if (!isWanted(pixel)) continue;
    paperAt(paper, pixel % width, Math.floor(pixel / width), white);
    for (const c of [0, 1, 2] as const) sums[c] += lightAt(rgba, white, pixel, c);
    count += 1;
  }
  const mean = (sum: number) => Math.round(sum / Math.max(1, count));
  return [mean(sums[0]), mean(sums[1]), mean(sums[2])];
}
