import { fromBase64 } from '../../kernel/bytes';
import { crc32 } from '../../kernel/crc32';
import type { SigningPicture } from './signing-certificate';

/** What can be told of a PNG without unpacking it (ISO/IEC 15948 §5, §11). */
export interface PngFacts {
  readonly width: number;
  readonly height: number;
  /** It has a channel of opacity, or a palette with one. */
  readonly hasAlpha: boolean;
}

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];
/** Chunks of a picture that shows nothing but itself: no texts, no profiles, no strangers' data. */
const KNOWN = ['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND', 'pHYs', 'sRGB', 'gAMA', 'sBIT'];

/** Undefined for anything but a whole, plain PNG: chunks in bounds with their checksums, and nothing behind the last. */
export function readPng(bytes: Uint8Array): PngFacts | undefined {
  if (!SIGNATURE.every((byte, at) => bytes[at] === byte)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const seen = new Map<string, Uint8Array>();
  let at = SIGNATURE.length;
  while (!seen.has('IEND')) {
    if (at + 12 > bytes.length) return undefined;
    const end = at + 8 + view.getUint32(at);
    if (end + 4 > bytes.length) return undefined;
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (!KNOWN.includes(type) || crc32(bytes.subarray(at + 4, end)) !== view.getUint32(end)) {
      return undefined;
    }
    seen.set(type, bytes.subarray(at + 8, end));
    at = end + 4;
  }
  const header = seen.get('IHDR');
  if (at !== bytes.length || !seen.has('IDAT') || header?.length !== 13) return undefined;
  return factsOf(header, seen);
}

function factsOf(header: Uint8Array, chunks: ReadonlyMap<string, unknown>): PngFacts | undefined {
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const [depth = 0, colour = 0, , , interlace] = header.subarray(8);
  const isPalette = colour === 3 && chunks.has('PLTE');
  if (depth !== 8 || interlace !== 0 || (colour !== 4 && colour !== 6 && !isPalette))
    return undefined;
  return {
    width: view.getUint32(0),
    height: view.getUint32(4),
    hasAlpha: !isPalette || chunks.has('tRNS'),
  };
}

/** Pixels a side: fewer show on paper, more are no picture of this kind. */
const SIDE = { least: 100, most: 4000 };
const MAX_BYTES = 300_000;

/** Fit to be asked for as the picture of a signature or seal (S-13, S-14). */
export function isSoundPicture({ png }: SigningPicture): boolean {
  const bytes = fromBase64(png);
  const facts = bytes.length <= MAX_BYTES ? readPng(bytes) : undefined;
  if (!facts?.hasAlpha) return false;
  const { width, height } = facts;
  return width >= SIDE.least && Math.max(width, height) <= SIDE.most && height >= SIDE.least / 4;
}
