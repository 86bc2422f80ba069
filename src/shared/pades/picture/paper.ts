import type { Photo } from './photo';

/** Colour of the paper, as the light falls on it, at the middles of square tiles. */
export interface Paper {
  /** Side of a tile, pixels. */
  readonly tile: number;
  readonly across: number;
  readonly down: number;
  /** Red, green, blue of each tile, row by row. */
  readonly colours: Float32Array;
}

/** Tiles along the longer side: wider than a stroke, narrower than a shadow. */
const TILES = 16;
/** Of a tile's pixels in one colour: paper is most of it, and noise is on both sides. */
const PAPER_RANK = 0.75;
/** A tile darker than this part of its brightest neighbour is full of ink. */
const INKED = 0.7;

/** Takes shadows, uneven lamps and the paper's own tint for what they are. */
export function findPaper(photo: Photo): Paper {
  const tile = Math.max(8, Math.ceil(Math.max(photo.width, photo.height) / TILES));
  const across = Math.ceil(photo.width / tile);
  const down = Math.ceil(photo.height / tile);
  const seen = new Float32Array(across * down * 3);
  for (let row = 0; row < down; row++) {
    for (let column = 0; column < across; column++) {
      seen.set(brightOf(photo, column * tile, row * tile, tile), (row * across + column) * 3);
    }
  }
  const colours = seen.slice();
  for (let row = 0; row < down; row++) {
    for (let column = 0; column < across; column++) {
      const at = (row * across + column) * 3;
      const best = brightestAround(seen, { row, column, across, down });
      if (sumAt(seen, at) < INKED * sumAt(seen, best)) {
        colours.set(seen.subarray(best, best + 3), at);
      }
    }
  }
  return { tile, across, down, colours };
}

const sumAt = (colours: Float32Array, at: number): number =>
  (colours[at] ?? 0) + (colours[at + 1] ?? 0) + (colours[at + 2] ?? 0);

function brightOf(photo: Photo, left: number, top: number, side: number): readonly number[] {
  const counts = [new Uint32Array(256), new Uint32Array(256), new Uint32Array(256)];
  const right = Math.min(photo.width, left + side);
  const bottom = Math.min(photo.height, top + side);
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const at = (y * photo.width + x) * 4;
      for (const [c, count] of counts.entries()) count[photo.rgba[at + c] ?? 0]! += 1;
    }
  }
  const rank = PAPER_RANK * (right - left) * (bottom - top);
  return counts.map((count) => valueAtRank(count, rank));
}

/** The value that so many of the counted ones do not exceed. */
export function valueAtRank(counts: Uint32Array, rank: number): number {
  let seen = 0;
  for (const [value, count] of counts.entries()) {
    seen += count;
    if (seen >= rank) return value;
  }
  return counts.length - 1;
}

function brightestAround(
  colours: Float32Array,
  at: Readonly<Record<'row' | 'column' | 'across' | 'down', number>>,
): number {
  let best = (at.row * at.across + at.column) * 3;
  for (let row = Math.max(0, at.row - 1); row <= Math.min(at.down - 1, at.row + 1); row++) {
    for (let column = at.column - 1; column <= at.column + 1; column++) {
      if (column < 0 || column >= at.across) continue;
      const other = (row * at.across + column) * 3;
      if (sumAt(colours, other) > sumAt(colours, best)) best = other;
    }
  }
  return best;
}

/** The paper's colour between the middles of its tiles, put into `into`. */
export function paperAt(paper: Paper, x: number, y: number, into: Float32Array): void {
  const { tile, across, down, colours } = paper;
  const column = Math.min(across - 1, Math.max(0, (x + 0.5) / tile - 0.5));
  const row = Math.min(down - 1, Math.max(0, (y + 0.5) / tile - 0.5));
  const left = Math.floor(column);
  const top = Math.floor(row);
  const right = Math.min(across - 1, left + 1);
  const bottom = Math.min(down - 1, top + 1);
  const h = column - left;
  const v = row - top;
  for (let c = 0; c < 3; c++) {
    const upper =
      (colours[(top * across + left) * 3 + c] ?? 0) * (1 - h) +
      (colours[(top * across + right) * 3 + c] ?? 0) * h;
    const lower =
      (colours[(bottom * across + left) * 3 + c] ?? 0) * (1 - h) +
      (colours[(bottom * across + right) * 3 + c] ?? 0) * h;
    into[c] = Math.max(1, upper * (1 - v) + lower * v);
  }
}
