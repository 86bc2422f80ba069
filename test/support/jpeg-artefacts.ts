import type { Photo } from '@shared/pades/picture/photo';

/** Luminance table of ITU-T T.81, annex K.1, used for colour too: what matters is what it throws away. */
const TABLE = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56,
  14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113,
  92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];

const cosines = Array.from({ length: 64 }, (_, at) => {
  const [k, n] = [Math.floor(at / 8), at % 8];
  return (k === 0 ? Math.SQRT1_2 : 1) * 0.5 * Math.cos(((2 * n + 1) * k * Math.PI) / 16);
});

/** What a camera's JPEG leaves of a photo: blocks of 8, coarse frequencies, colour at half the resolution (4:2:0). */
export function throughJpeg({ width, height, rgba }: Photo, quality: number): Photo {
  const scale = quality < 50 ? 50 / quality : 2 - quality / 50;
  const at = (pixel: number, c: number) => rgba[pixel * 4 + c] ?? 0;
  const plane = (r: number, g: number, b: number) =>
    Float32Array.from(
      { length: width * height },
      (_, p) => r * at(p, 0) + g * at(p, 1) + b * at(p, 2),
    );
  const light = coarse(plane(0.299, 0.587, 0.114), width, height, scale);
  const half = (full: Float32Array): Float32Array => {
    const small = Float32Array.from({ length: (width / 2) * (height / 2) }, (_, p) => {
      const from = Math.floor(p / (width / 2)) * 2 * width + (p % (width / 2)) * 2;
      const four = [from, from + 1, from + width, from + width + 1];
      return four.reduce((sum, one) => sum + (full[one] ?? 0), 0) / 4;
    });
    return coarse(small, width / 2, height / 2, scale * 1.6);
  };
  const blue = half(plane(-0.1687, -0.3313, 0.5));
  const red = half(plane(0.5, -0.4187, -0.0813));
  const out = new Uint8ClampedArray(rgba.length).fill(255);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const small = Math.floor(pixel / width / 2) * (width / 2) + Math.floor((pixel % width) / 2);
    const [y = 0, cb = 0, cr = 0] = [light[pixel], blue[small], red[small]];
    out.set([y + 1.402 * cr, y - 0.344 * cb - 0.714 * cr, y + 1.772 * cb], pixel * 4);
  }
  return { width, height, rgba: out };
}

function coarse(plane: Float32Array, width: number, height: number, scale: number): Float32Array {
  const out = plane.slice();
  for (let top = 0; top + 8 <= height; top += 8) {
    for (let left = 0; left + 8 <= width; left += 8) {
      const place = (i: number) => (top + Math.floor(i / 8)) * width + left + (i % 8);
      const block = Array.from({ length: 64 }, (_, i) => plane[place(i)] ?? 0);
      const kept = transformed(block, false).map((value, i) => {
        const step = Math.max(1, (TABLE[i] ?? 1) * scale);
        return Math.round(value / step) * step;
      });
      transformed(kept, true).forEach((value, i) => (out[place(i)] = value));
    }
  }
  return out;
}

/** The cosine transform of a block, or its way back: along rows, then along columns. */
function transformed(block: readonly number[], isBack: boolean): readonly number[] {
  const along = (values: readonly number[]): number[] =>
    Array.from({ length: 64 }, (_, at) => {
      const [line, k] = [Math.floor(at / 8), at % 8];
      let sum = 0;
      for (let n = 0; n < 8; n++) {
        sum += (values[line * 8 + n] ?? 0) * (cosines[isBack ? n * 8 + k : k * 8 + n] ?? 0);
      }
      return sum;
    });
  const flipped = (values: readonly number[]) =>
    values.map((_, at) => values[(at % 8) * 8 + Math.floor(at / 8)] ?? 0);
  return flipped(along(flipped(along(block))));
}
