import { concatBytes } from '../../src/shared/kernel/bytes';
import { pdfBytes } from '../../src/shared/pades/syntax';

/** Numbers from 0 up to and without `below`, always the same ones for a seed (mulberry32). */
export type Dice = (below: number) => number;

export function diceOf(seed: number): Dice {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const pick = <T>(dice: Dice, from: readonly T[]): T => {
  const one = from[dice(from.length)];
  if (one === undefined) throw new Error('nothing to pick from');
  return one;
};

const replaced = (bytes: Uint8Array, from: number, to: number, by: Uint8Array): Uint8Array =>
  concatBytes(bytes.subarray(0, from), by, bytes.subarray(Math.max(from, to)));

/** A place of structure rather than of data: behind the next of these words, if there is one. */
const words = [
  '/ByteRange',
  '/Contents',
  'startxref',
  'trailer',
  'xref',
  ' obj',
  '/Prev',
  '/Kids',
  '/Fields',
  '/Type',
  '/Length',
  '<<',
  '>>',
  '/Annots',
  '/AcroForm',
  '/V ',
  '/Root',
  '%%EOF',
  'stream',
].map((word) => Buffer.from(word));

function place(dice: Dice, bytes: Uint8Array): number {
  const anywhere = dice(Math.max(1, bytes.length));
  if (dice(3) === 0) return anywhere;
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const found = view.indexOf(pick(dice, words), anywhere);
  return found < 0 ? anywhere : found + dice(12);
}

const numbers = ['0', '-1', '1', '65535', '2147483648', '99999999999999', '0.5', '-0', '007'];
const values = [
  'null',
  'true',
  '[]',
  '<<>>',
  '()',
  '<00>',
  '/X',
  '1 0 R',
  '9999 0 R',
  '[[[[',
  '<<<<',
];
const keys = [
  'Prev',
  'Kids',
  'V',
  'Contents',
  'ByteRange',
  'Length',
  'Filter',
  'Type',
  'Parent',
  'FT',
  'T',
  'Root',
  'Size',
  'W',
  'Index',
  'XRefStm',
  'Encrypt',
  'Annots',
  'AP',
  'DSS',
  'Lock',
  'Perms',
  'DR',
];

type Mutation = (dice: Dice, bytes: Uint8Array, other: Uint8Array) => Uint8Array;

const mutations: readonly Mutation[] = [
  // A flipped bit, several times over: most of what a bad disk or line does.
  (dice, bytes) => {
    const at = place(dice, bytes);
    return bytes.map((byte, i) => (i === at ? byte ^ (1 << dice(8)) : byte));
  },
  (dice, bytes) => replaced(bytes, place(dice, bytes), 0, Uint8Array.of(dice(256))),
  // Cut off.
  (dice, bytes) => bytes.subarray(0, place(dice, bytes)),
  // A piece gone, doubled, or of another file.
  (dice, bytes) => {
    const at = place(dice, bytes);
    return replaced(bytes, at, at + dice(64), new Uint8Array(0));
  },
  (dice, bytes, other) => {
    const at = place(dice, bytes);
    const from = place(dice, other);
    const piece = other.subarray(from, from + dice(2_000));
    return replaced(bytes, at, at + (dice(2) === 0 ? piece.length : 0), piece);
  },
  // A number.
  (dice, bytes) => {
    const isDigit = (i: number) => (bytes[i] ?? 0) >= 48 && (bytes[i] ?? 0) <= 57;
    let from = place(dice, bytes);
    while (from < bytes.length && !isDigit(from)) from++;
    let to = from;
    while (isDigit(to)) to++;
    const near =
      Number(Buffer.from(bytes.subarray(from, Math.min(to, from + 9))).toString()) + dice(5) - 2;
    return replaced(bytes, from, to, pdfBytes(dice(2) === 0 ? String(near) : pick(dice, numbers)));
  },
  // An entry of a dictionary.
  (dice, bytes) => {
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const at = view.indexOf('<<', dice(Math.max(1, bytes.length))) + 2;
    return replaced(bytes, at, at, pdfBytes(`/${pick(dice, keys)} ${pick(dice, values)} `));
  },
  // Another key in place of one.
  (dice, bytes) => {
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const at = view.indexOf('/', place(dice, bytes)) + 1;
    let to = at;
    while ((bytes[to] ?? 0) > 0x40) to++;
    return replaced(bytes, at, to, pdfBytes(pick(dice, keys)));
  },
  // The data of two streams changed over.
  (dice, bytes) => {
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const streamAt = () => {
      const from = view.indexOf('stream\n', dice(Math.max(1, bytes.length))) + 7;
      return [from, Math.max(from, view.indexOf('endstream', from))] as const;
    };
    const [a, aEnd] = streamAt();
    const [b, bEnd] = streamAt();
    return replaced(bytes, a, aEnd, bytes.subarray(b, bEnd));
  },
  // The last part of the file again behind it, or behind another one's.
  (dice, bytes, other) =>
    concatBytes(bytes, (dice(2) === 0 ? bytes : other).subarray(-1 - dice(3_000))),
];

/** One to four mutations of a file; `other` lends pieces. */
export function mutate(dice: Dice, bytes: Uint8Array, other: Uint8Array): Uint8Array {
  let out = bytes;
  for (let left = 1 + dice(4) * dice(2); left > 0; left--) {
    out = pick(dice, mutations)(dice, out, other);
  }
  return out;
}
