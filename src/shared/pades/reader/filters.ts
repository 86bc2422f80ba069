import type { PadesPlatform } from '../platform';
import { hexDigit, isWhite } from './lexer';
import { limits } from './limits';
import {
  asInteger,
  asName,
  dictOf,
  isKind,
  rawEntry,
  type PdfDict,
  type PdfValue,
} from './objects';
import { decodeAscii85, decodeLzw } from './old-filters';
import { broken, pastLimit } from './problem';

/** How much may still be inflated from this file. */
export interface InflateBudget {
  left: number;
}

export interface DecodeRequest {
  readonly platform: PadesPlatform;
  readonly budget: InflateBudget;
  readonly dict: PdfDict;
  readonly data: Uint8Array;
  readonly resolve: (value: PdfValue | undefined) => PdfValue;
}

/** Decodes the data of a stream (ISO 32000-1 §7.4), but for what holds pictures alone. */
export function decodeStream(request: DecodeRequest): Uint8Array {
  const { dict, resolve } = request;
  const filters = listOf(resolve(rawEntry(dict, 'Filter') ?? rawEntry(dict, 'F')), resolve);
  const parameters = listOf(
    resolve(rawEntry(dict, 'DecodeParms') ?? rawEntry(dict, 'DP')),
    resolve,
  );
  let data = request.data;
  filters.forEach((filter, i) => {
    const name = asName(filter);
    if (name === 'FlateDecode' || name === 'Fl') {
      data = undoPredictor(inflate(request, data), dictOf(parameters[i]), resolve);
    } else if (name === 'LZWDecode' || name === 'LZW') {
      const own = dictOf(parameters[i]);
      data = undoPredictor(unpackLzw(request, data, own), own, resolve);
    } else if (name === 'ASCIIHexDecode' || name === 'AHx') {
      data = decodeAsciiHex(data);
    } else if (name === 'ASCII85Decode' || name === 'A85') {
      data = decodeAscii85(data);
    } else if (name === 'Crypt' && isIdentity(dictOf(parameters[i]))) {
      // Left plain in an encrypted file (§7.4.10).
    } else {
      throw broken(`filter ${name ?? 'without a name'} not read`);
    }
  });
  return data;
}

const isIdentity = (parameters: PdfDict | undefined): boolean =>
  (asName(rawEntry(parameters, 'Name')) ?? 'Identity') === 'Identity';

function listOf(
  value: PdfValue,
  resolve: (value: PdfValue | undefined) => PdfValue,
): readonly PdfValue[] {
  if (value === null) return [];
  return isKind(value, 'array') ? value.items.map((item) => resolve(item)) : [value];
}

function inflate({ platform, budget }: DecodeRequest, data: Uint8Array): Uint8Array {
  const allowed = Math.min(limits.inflatedStream, budget.left);
  const answer = platform.inflate(data, allowed);
  if (answer.status === 'tooLarge') {
    throw pastLimit(allowed === budget.left ? 'inflatedTotal' : 'inflatedStream');
  }
  if (answer.status === 'broken') throw broken('compressed data');
  budget.left -= answer.bytes.length;
  return answer.bytes;
}

function unpackLzw(
  { budget, resolve }: DecodeRequest,
  data: Uint8Array,
  parameters: PdfDict | undefined,
): Uint8Array {
  const allowed = Math.min(limits.inflatedStream, budget.left);
  const early = asInteger(resolve(rawEntry(parameters, 'EarlyChange'))) ?? 1;
  const unpacked = decodeLzw(data, early, allowed);
  if (!unpacked) throw pastLimit(allowed === budget.left ? 'inflatedTotal' : 'inflatedStream');
  budget.left -= unpacked.length;
  return unpacked;
}

function decodeAsciiHex(data: Uint8Array): Uint8Array {
  const digits: number[] = [];
  for (const byte of data) {
    if (byte === 62) break;
    const digit = hexDigit(byte);
    if (digit !== undefined) digits.push(digit);
    else if (!isWhite(byte)) throw broken('hexadecimal data');
  }
  if (digits.length % 2 === 1) digits.push(0);
  return Uint8Array.from(
    { length: digits.length / 2 },
    (_, i) => (digits[i * 2] ?? 0) * 16 + (digits[i * 2 + 1] ?? 0),
  );
}

/** §7.4.4.4: PNG predictors 10 to 15 and none; TIFF prediction does not occur where we read. */
function undoPredictor(
  data: Uint8Array,
  parameters: PdfDict | undefined,
  resolve: (value: PdfValue | undefined) => PdfValue,
): Uint8Array {
  const number = (key: string, otherwise: number) =>
    asInteger(resolve(rawEntry(parameters, key))) ?? otherwise;
  const predictor = number('Predictor', 1);
  if (predictor <= 1) return data;
  if (predictor < 10) throw broken('TIFF predictor');
  const bits = number('Colors', 1) * number('BitsPerComponent', 8);
  const rowBytes = Math.ceil((number('Columns', 1) * bits) / 8);
  if (rowBytes < 1 || rowBytes > 1 << 20) throw broken('predictor columns');
  return unfilterRows({ data, rowBytes, pixelBytes: Math.max(1, bits >> 3) });
}

/** Undoes the row filters of PNG (ISO/IEC 15948 §9): each row has one byte of filter type before it. */
export function unfilterRows(input: {
  readonly data: Uint8Array;
  readonly rowBytes: number;
  readonly pixelBytes: number;
}): Uint8Array {
  const { data, rowBytes, pixelBytes } = input;
  const rows = Math.ceil(data.length / (rowBytes + 1));
  const out = new Uint8Array(rows * rowBytes);
  for (let row = 0; row < rows; row++) {
    const from = row * (rowBytes + 1) + 1;
    const to = row * rowBytes;
    const type = data[from - 1] ?? 0;
    out.set(data.subarray(from, from + rowBytes), to);
    if (type === 0) continue;
    for (let i = 0; i < rowBytes; i++) {
      const at = to + i;
      const left = i >= pixelBytes ? (out[at - pixelBytes] ?? 0) : 0;
      const up = row > 0 ? (out[at - rowBytes] ?? 0) : 0;
      const corner = row > 0 && i >= pixelBytes ? (out[at - rowBytes - pixelBytes] ?? 0) : 0;
      out[at] = (out[at] ?? 0) + prediction(type, left, up, corner);
    }
  }
  return out;
}

function prediction(type: number, left: number, up: number, corner: number): number {
  switch (type) {
    case 1:
      return left;
    case 2:
      return up;
    case 3:
      return (left + up) >> 1;
    case 4: {
      const estimate = left + up - corner;
      const toLeft = Math.abs(estimate - left);
      const toUp = Math.abs(estimate - up);
      const toCorner = Math.abs(estimate - corner);
      return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
    }
    default:
      return 0;
  }
}
