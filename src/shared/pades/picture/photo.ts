/** A decoded photo: four bytes a pixel (red, green, blue, opacity, which is ignored), row by row from the top. */
export interface Photo {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array | Uint8ClampedArray;
}

/** What stands on the paper, and by its rule of ink in what colour: a signature in blue, an organ's seal in red. */
export type InkKind = 'handwriting' | 'seal';

/** Turned by quarters, clockwise. */
export function turnPhoto(photo: Photo, quarters: number): Photo {
  const turns = ((quarters % 4) + 4) % 4;
  if (turns === 0) return photo;
  const { width, height } = photo;
  const from = pixelsOf(photo);
  const to = new Uint32Array(from.length);
  const [across, down] = turns === 2 ? [width, height] : [height, width];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [left, top] =
        turns === 1
          ? [height - 1 - y, x]
          : turns === 2
            ? [width - 1 - x, height - 1 - y]
            : [y, width - 1 - x];
      to[top * across + left] = from[y * width + x] ?? 0;
    }
  }
  return { width: across, height: down, rgba: new Uint8Array(to.buffer) };
}

/** One number a pixel, on bytes of their own: views of four bytes must begin at a multiple of four. */
const pixelsOf = ({ rgba }: Photo): Uint32Array => new Uint32Array(rgba.slice().buffer);
