import { concatBytes } from '../../kernel/bytes';
import { err, ok, type Result } from '../../kernel/result';
import type { PadesPlatform } from '../platform';
import { unfilterRows } from '../reader/filters';

/** Uncompressed pixels: three bytes of colour and one of opacity each, row by row from the top. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
  /** 0 is transparent. */
  readonly alpha: Uint8Array;
}

export type PictureFailure = { readonly code: 'pdf.picture-unusable' };

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];
const MAX_PIXELS = 32_000_000;

interface Header {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly colour: number;
}

/**
 * Decodes a PNG (ISO/IEC 15948) of a signature or seal: every colour type, 8 or 16 bits and palettes of 1 to 8 bits;
 * interlaced files are refused.
 */
export function decodePng(
  platform: PadesPlatform,
  bytes: Uint8Array,
): Result<Raster, PictureFailure> {
  const chunks = readChunks(bytes);
  const header = chunks && readHeader(chunks.get('IHDR')?.[0]);
  if (!chunks || !header) return err({ code: 'pdf.picture-unusable' });
  const { width, height, depth } = header;
  const bitsPerPixel = channelsOf(header) * depth;
  const rowBytes = Math.ceil((width * bitsPerPixel) / 8);
  const inflated = platform.inflate(
    concatBytes(...(chunks.get('IDAT') ?? [])),
    (rowBytes + 1) * height + 1,
  );
  if (inflated.status !== 'complete' || inflated.bytes.length < (rowBytes + 1) * height) {
    return err({ code: 'pdf.picture-unusable' });
  }
  const rows = unfilterRows({
    data: inflated.bytes,
    rowBytes,
    pixelBytes: Math.max(1, bitsPerPixel >> 3),
  });
  return ok(
    toRaster(header, rows, rowBytes, {
      palette: chunks.get('PLTE')?.[0],
      transparency: chunks.get('tRNS')?.[0],
    }),
  );
}

function readChunks(bytes: Uint8Array): ReadonlyMap<string, Uint8Array[]> | undefined {
  if (!SIGNATURE.every((byte, i) => bytes[i] === byte)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks = new Map<string, Uint8Array[]>();
  for (let at = 8; at + 12 <= bytes.length;) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (at + 12 + length > bytes.length) return undefined;
    const data = bytes.subarray(at + 8, at + 8 + length);
    const known = chunks.get(type);
    if (known) known.push(data);
    else chunks.set(type, [data]);
    if (type === 'IEND') return chunks;
    at += 12 + length;
  }
  return undefined;
}

function readHeader(data: Uint8Array | undefined): Header | undefined {
  if (data?.length !== 13) return undefined;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const header = {
    width: view.getUint32(0),
    height: view.getUint32(4),
    depth: data[8] ?? 0,
    colour: data[9] ?? 0,
  };
  const pixels = header.width * header.height;
  const isInterlaced = data[12] !== 0;
  const isKnown =
    [0, 2, 3, 4, 6].includes(header.colour) && [1, 2, 4, 8, 16].includes(header.depth);
  const isPossible = header.depth >= 8 || header.colour === 0 || header.colour === 3;
  return pixels > 0 && pixels <= MAX_PIXELS && !isInterlaced && isKnown && isPossible
    ? header
    : undefined;
}

const channelsOf = ({ colour }: Header): number => ({ 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 })[colour] ?? 1;

function toRaster(
  header: Header,
  rows: Uint8Array,
  rowBytes: number,
  extra: {
    readonly palette: Uint8Array | undefined;
    readonly transparency: Uint8Array | undefined;
  },
): Raster {
  const { width, height, depth, colour } = header;
  const channels = channelsOf(header);
  const highest = depth === 16 ? 255 : 2 ** depth - 1;
  const rgb = new Uint8Array(width * height * 3);
  const alpha = new Uint8Array(width * height).fill(255);
  if (colour === 6 && depth === 8) {
    // What signature and seal pictures nearly always are: worth its own loop.
    for (let pixel = 0, from = 0; pixel < width * height; pixel++, from += 4) {
      rgb[pixel * 3] = rows[from] ?? 0;
      rgb[pixel * 3 + 1] = rows[from + 1] ?? 0;
      rgb[pixel * 3 + 2] = rows[from + 2] ?? 0;
      alpha[pixel] = rows[from + 3] ?? 0;
    }
    return { width, height, rgb, alpha };
  }
  /** A sample, of 16 bits the upper eight. */
  const sample = (x: number, y: number, channel: number): number => {
    const index = x * channels + channel;
    if (depth === 8) return rows[y * rowBytes + index] ?? 0;
    if (depth === 16) return rows[y * rowBytes + index * 2] ?? 0;
    const bit = index * depth;
    return ((rows[y * rowBytes + (bit >> 3)] ?? 0) >> (8 - depth - (bit & 7))) & highest;
  };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const pixel = y * width + x;
      const first = sample(x, y, 0);
      if (colour === 3) {
        for (let c = 0; c < 3; c++) rgb[pixel * 3 + c] = extra.palette?.[first * 3 + c] ?? 0;
        alpha[pixel] = extra.transparency?.[first] ?? 255;
        continue;
      }
      const isGrey = colour === 0 || colour === 4;
      for (let c = 0; c < 3; c++) {
        const value = isGrey ? first : sample(x, y, c);
        rgb[pixel * 3 + c] = Math.round((value * 255) / highest);
      }
      if (colour === 4) alpha[pixel] = sample(x, y, 1);
      if (colour === 6) alpha[pixel] = sample(x, y, 3);
    }
  }
  return { width, height, rgb, alpha };
}
