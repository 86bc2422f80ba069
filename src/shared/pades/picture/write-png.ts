import { concatBytes, utf8 } from '../../kernel/bytes';
import { crc32 } from '../../kernel/crc32';
import type { CutOut } from './cut-out';

/** zlib data (RFC 1950) of the bytes. */
export type Deflate = (bytes: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>;

/** Steps of opacity: more are not seen, and cost bytes. */
const STEPS = 16;

/** A PNG (ISO/IEC 15948) of one colour in sixteen steps of opacity, by a palette. */
export async function writeInkPng(
  { width, height, alpha, colour }: Omit<CutOut, 'left' | 'top'>,
  deflate: Deflate,
): Promise<Uint8Array<ArrayBuffer>> {
  const rows = new Uint8Array((width + 1) * height);
  alpha.forEach((value, pixel) => {
    const y = Math.floor(pixel / width);
    rows[y * (width + 1) + 1 + (pixel - y * width)] = Math.round((value * (STEPS - 1)) / 255);
  });
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, 3, 0, 0, 0], 8);
  const steps = Array.from({ length: STEPS }, (_, step) => (step * 255) / (STEPS - 1));
  return concatBytes(
    new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk('IHDR', header),
    chunk('PLTE', new Uint8Array(steps.flatMap(() => colour))),
    chunk('tRNS', new Uint8Array(steps)),
    chunk('IDAT', await deflate(rows)),
    chunk('IEND', new Uint8Array()),
  );
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const body = concatBytes(utf8(type), data);
  const out = new Uint8Array(body.length + 8);
  const view = new DataView(out.buffer);
  view.setUint32(0, data.length);
  out.set(body, 4);
  view.setUint32(body.length + 4, crc32(body));
  return out;
}
