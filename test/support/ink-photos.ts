import type { InkKind, Photo } from '@shared/pades/picture/photo';
import { throughJpeg } from './jpeg-artefacts';

/** Side of the photo, pixels; the ink is about two thirds of it wide. */
export const SIDE = 640;

/** How much of each pixel the ink covers, 0 to 1: what a good picture shows. */
export type Coverage = Float32Array;

const inks = {
  blue: [0.1, 0.18, 0.55],
  red: [0.85, 0.14, 0.2],
  black: [0.1, 0.1, 0.11],
  grey: [0.45, 0.45, 0.46],
} as const;
export type Ink = keyof typeof inks;

export interface PhotoTroubles {
  readonly ink?: Ink;
  /** Standard deviation of each colour, steps of 255. */
  readonly noise?: number;
  /** Light at the darker corner, part of that at the brighter one. */
  readonly darkCorner?: number;
  /** Darkness of a soft shadow of a hand over a part of the sheet. */
  readonly shadow?: number;
  /** Darkness of blue rules, 0 to 1. */
  readonly rules?: number;
  /** A line of black print below the ink. */
  readonly isPrinted?: boolean;
  /** Small drops of the ink, all over the sheet. */
  readonly hasSpecks?: boolean;
  readonly jpegQuality?: number;
  /** Pixels the ink is moved to the right. */
  readonly shift?: number;
  /** Height of the ink, part of what it should be. */
  readonly squeeze?: number;
  /** Light of the whole photo. */
  readonly light?: number;
}

/** A signature of strokes, or a round seal with a star and letters: as a camera sees it on a sheet that is not quite white. */
export function inkPhoto(
  kind: InkKind,
  troubles: PhotoTroubles = {},
): { readonly photo: Photo; readonly coverage: Coverage } {
  const coverage = draw(kind, troubles);
  const rgba = new Uint8Array(SIDE * SIDE * 4).fill(255);
  const random = randomFrom(7);
  const ink = inks[troubles.ink ?? (kind === 'seal' ? 'red' : 'blue')];
  for (let pixel = 0; pixel < SIDE * SIDE; pixel++) {
    const x = pixel % SIDE;
    const y = Math.floor(pixel / SIDE);
    const light = lightAt(x, y, troubles);
    const rule = y % 40 < 3 ? (troubles.rules ?? 0) : 0;
    const isPrint = troubles.isPrinted && y > 560 && y < 580 && x > 200 && x < 420 && x % 14 < 5;
    const isSpeck = troubles.hasSpecks && x % 90 < 2 && y % 70 < 2;
    const covered = isSpeck ? 1 : (coverage[pixel] ?? 0);
    for (const c of [0, 1, 2] as const) {
      const paper = ([248, 242, 226][c] ?? 0) * (1 - rule * ([1, 0.6, 0.1][c] ?? 0));
      const seen = isPrint ? 0.12 : 1 - covered * (1 - ink[c]);
      rgba[pixel * 4 + c] = clamp(paper * light * seen + (troubles.noise ?? 0) * gaussian(random));
    }
  }
  const photo = { width: SIDE, height: SIDE, rgba };
  const { jpegQuality } = troubles;
  return { photo: jpegQuality ? throughJpeg(photo, jpegQuality) : photo, coverage };
}

const clamp = (value: number): number => Math.max(0, Math.min(255, Math.round(value)));

function lightAt(x: number, y: number, { darkCorner = 1, shadow = 0, light = 1 }: PhotoTroubles) {
  const slope = 1 - (1 - darkCorner) * ((x + y) / (2 * SIDE));
  const hand = 1 / (1 + Math.exp((Math.hypot(x - 560, y - 560) - 260) / 25));
  return light * slope * (1 - shadow * hand);
}

const drawn = new Map<string, Coverage>();

function draw(kind: InkKind, { shift = 0, squeeze = 1 }: PhotoTroubles): Coverage {
  const key = `${kind} ${shift} ${squeeze}`;
  const known = drawn.get(key);
  if (known) return known;
  const distance = kind === 'seal' ? distanceToSeal : distanceToSignature;
  const coverage = Float32Array.from({ length: SIDE * SIDE }, (_, pixel) => {
    const x = (pixel % SIDE) + 0.5 - SIDE / 2 - shift;
    const y = (Math.floor(pixel / SIDE) + 0.5 - SIDE / 2) / squeeze;
    return Math.max(0, Math.min(1, 0.5 - distance(x, y)));
  });
  drawn.set(key, coverage);
  return coverage;
}

/** Pixels to the nearest ink; negative within. */
function distanceToSeal(x: number, y: number): number {
  const r = Math.hypot(x, y);
  const angle = Math.atan2(y, x);
  const rings = Math.min(Math.abs(r - 205) - 6, Math.abs(r - 140) - 2);
  const star = r - 55 * (0.62 + 0.38 * Math.cos(5 * angle + Math.PI / 2));
  const letter = Math.max(
    Math.abs(r - 173) - 14,
    Math.abs(Math.sin(angle * 12)) * r * 0.08 - 3,
    -r,
  );
  return Math.min(rings, star, letter);
}

const STEPS = 120;
const WIDE = 205;

/** From left to right, so that only the strokes near a column are looked at. */
const strokes = Array.from({ length: STEPS }, (_, i) => {
  const t = i / (STEPS - 1);
  const y = 62 * Math.sin(t * 19) * (1 - 0.6 * t) - 20 * t;
  return { x: -WIDE + 2 * WIDE * t, y };
});

function distanceToSignature(x: number, y: number): number {
  let best = Math.hypot(x - 120, y + 70) - 5;
  const near = Math.round(((x + WIDE) / (2 * WIDE)) * (STEPS - 1));
  for (let at = Math.max(1, near - 4); at <= Math.min(STEPS - 1, near + 4); at++) {
    const from = strokes[at - 1] ?? { x, y };
    const to = strokes[at] ?? { x, y };
    const [along, up] = [to.x - from.x, to.y - from.y];
    const share = ((x - from.x) * along + (y - from.y) * up) / (along ** 2 + up ** 2);
    const t = Math.max(0, Math.min(1, share));
    best = Math.min(best, Math.hypot(x - from.x - t * along, y - from.y - t * up) - 3);
  }
  return best;
}

/** The same numbers on every machine (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}

const gaussian = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
