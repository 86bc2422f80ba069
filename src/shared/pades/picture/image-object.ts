import { equalBytes } from '../../kernel/bytes';
import { ok, type Result } from '../../kernel/result';
import type { ObjectChange } from '../append';
import type { PadesPlatform } from '../platform';
import { refText, streamBody } from '../syntax';
import { decodePng, type PictureFailure, type Raster } from './png';

/** Resolution beyond which a signature or seal gains nothing on paper (S-14). */
export const MAX_DPI = 600;
/** Bytes one picture may add to the file (S-14). */
const MAX_BYTES = 300_000;

export interface PictureObjects {
  /** Number of the image. */
  readonly num: number;
  readonly changes: readonly ObjectChange[];
}

/** The picture scaled down as far as S-14 asks, as an image XObject with a soft mask (ISO 32000-1 §8.9.5, §11.6.5.3). */
export function pictureObjects(
  platform: PadesPlatform,
  input: {
    readonly raster: Raster;
    /** Width on paper, points. */
    readonly width: number;
    readonly nextNumber: () => number;
  },
): PictureObjects {
  const num = input.nextNumber();
  const mask = input.nextNumber();
  const pixels = Math.max(16, Math.round((input.width / 72) * MAX_DPI));
  return { num, changes: imagePair({ num, mask, ...pack(platform, input.raster, pixels) }) };
}

interface Packed {
  readonly raster: Raster;
  readonly colours: Uint8Array;
  readonly opacity: Uint8Array;
}

let lastPacked:
  | { readonly from: Raster; readonly pixels: number; readonly packed: Packed }
  | undefined;

/** The last one is kept, as in `readPicture`: packing takes longer than the rest of an increment of 1 MB. */
function pack(platform: PadesPlatform, from: Raster, pixels: number): Packed {
  if (lastPacked?.from === from && lastPacked.pixels === pixels) return lastPacked.packed;
  let raster = scaleDown(from, pixels);
  for (;;) {
    const colours = platform.deflate(raster.rgb);
    const opacity = platform.deflate(raster.alpha);
    if (colours.length + opacity.length <= MAX_BYTES || raster.width < 64) {
      const packed = { raster, colours, opacity };
      lastPacked = { from, pixels, packed };
      return packed;
    }
    raster = scaleDown(raster, Math.floor(raster.width * 0.75));
  }
}

let lastRead: { readonly png: Uint8Array; readonly raster: Raster } | undefined;

/** The last one is kept: a batch is signed under one picture. */
export function readPicture(
  platform: PadesPlatform,
  png: Uint8Array,
): Result<Raster, PictureFailure> {
  if (lastRead && equalBytes(lastRead.png, png)) return ok(lastRead.raster);
  const decoded = decodePng(platform, png);
  if (!decoded.ok) return decoded;
  const raster = cleanTransparent(decoded.value);
  lastRead = { png, raster };
  return ok(raster);
}

/** What nobody sees is made white: it compresses, and readers that blend before scaling show no dark rim. */
function cleanTransparent(raster: Raster): Raster {
  const rgb = raster.rgb.slice();
  raster.alpha.forEach((opacity, pixel) => {
    if (opacity !== 0) return;
    rgb[pixel * 3] = 255;
    rgb[pixel * 3 + 1] = 255;
    rgb[pixel * 3 + 2] = 255;
  });
  return { ...raster, rgb };
}

function imagePair(input: {
  readonly num: number;
  readonly mask: number;
  readonly raster: Raster;
  readonly colours: Uint8Array;
  readonly opacity: Uint8Array;
}): readonly ObjectChange[] {
  const { raster } = input;
  const shared = [
    ['Type', '/XObject'],
    ['Subtype', '/Image'],
    ['Width', String(raster.width)],
    ['Height', String(raster.height)],
    ['BitsPerComponent', '8'],
    ['Filter', '/FlateDecode'],
  ] as const;
  return [
    {
      num: input.num,
      gen: 0,
      body: streamBody(
        [...shared, ['ColorSpace', '/DeviceRGB'], ['SMask', refText({ num: input.mask })]],
        input.colours,
      ),
    },
    {
      num: input.mask,
      gen: 0,
      body: streamBody([...shared, ['ColorSpace', '/DeviceGray']], input.opacity),
    },
  ];
}

/** Averages over the area each new pixel covers, colours weighted by opacity. */
export function scaleDown(raster: Raster, width: number): Raster {
  if (raster.width <= width) return raster;
  const height = Math.max(1, Math.round((raster.height * width) / raster.width));
  const rgb = new Uint8Array(width * height * 3);
  const alpha = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const top = Math.floor((y * raster.height) / height);
    const bottom = Math.max(top + 1, Math.floor(((y + 1) * raster.height) / height));
    for (let x = 0; x < width; x++) {
      const left = Math.floor((x * raster.width) / width);
      const right = Math.max(left + 1, Math.floor(((x + 1) * raster.width) / width));
      const mean = averageOf(raster, { left, right, top, bottom });
      const pixel = y * width + x;
      rgb.set(mean.colour, pixel * 3);
      alpha[pixel] = mean.opacity;
    }
  }
  return { width, height, rgb, alpha };
}

function averageOf(
  raster: Raster,
  area: {
    readonly left: number;
    readonly right: number;
    readonly top: number;
    readonly bottom: number;
  },
): { readonly colour: readonly number[]; readonly opacity: number } {
  const sum = [0, 0, 0];
  let weight = 0;
  for (let y = area.top; y < area.bottom; y++) {
    for (let x = area.left; x < area.right; x++) {
      const pixel = y * raster.width + x;
      const opacity = raster.alpha[pixel] ?? 0;
      weight += opacity;
      for (let c = 0; c < 3; c++)
        sum[c] = (sum[c] ?? 0) + (raster.rgb[pixel * 3 + c] ?? 0) * opacity;
    }
  }
  const count = (area.right - area.left) * (area.bottom - area.top);
  return {
    colour: weight === 0 ? [255, 255, 255] : sum.map((value) => Math.round(value / weight)),
    opacity: Math.round(weight / count),
  };
}
