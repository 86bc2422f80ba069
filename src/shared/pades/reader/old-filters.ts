import { isWhite } from './lexer';
import { broken } from './problem';

const [TILDE, Z, FIRST] = [126, 122, 33];

/** ASCII base-85 (ISO 32000-1 §7.4.3): five signs are four bytes, `z` is four zeros, `~>` ends it. */
export function decodeAscii85(data: Uint8Array): Uint8Array {
  const out: number[] = [];
  let group: number[] = [];
  for (const sign of data) {
    if (sign === TILDE) break;
    if (isWhite(sign)) continue;
    if (sign === Z && group.length === 0) {
      out.push(0, 0, 0, 0);
      continue;
    }
    const digit = sign - FIRST;
    if (digit < 0 || digit > 84) throw broken('base-85 data');
    group.push(digit);
    if (group.length < 5) continue;
    out.push(...bytesOf(group));
    group = [];
  }
  if (group.length === 1) throw broken('base-85 data');
  if (group.length > 1) {
    const padded = [...group, 84, 84, 84].slice(0, 5);
    out.push(...bytesOf(padded).slice(0, group.length - 1));
  }
  return Uint8Array.from(out);
}

function bytesOf(group: readonly number[]): readonly number[] {
  const value = group.reduce((sum, digit) => sum * 85 + digit, 0);
  if (value > 0xffffffff) throw broken('base-85 data');
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256);
}

const [CLEAR, END, FIRST_FREE, MOST_CODES] = [256, 257, 258, 4096];

/**
 * LZW (ISO 32000-1 §7.4.4): codes of 9 to 12 bits, highest bit first.
 *
 * @param early 1 when the width grows one code before it must, as is usual
 * @returns undefined when more than `allowed` bytes come out
 */
export function decodeLzw(
  data: Uint8Array,
  early: number,
  allowed: number,
): Uint8Array | undefined {
  const prefix = new Int16Array(MOST_CODES).fill(-1);
  const last = Uint8Array.from({ length: MOST_CODES }, (_, code) => code & 0xff);
  const lengths = new Uint16Array(MOST_CODES).fill(1);
  let out = new Uint8Array(Math.min(allowed, Math.max(1024, data.length * 4)));
  let size = 0;
  let next = FIRST_FREE;
  let before = -1;
  let [held, bits, at] = [0, 0, 0];

  const firstOf = (code: number): number => {
    let one = code;
    while ((prefix[one] ?? -1) >= 0) one = prefix[one] ?? 0;
    return last[one] ?? 0;
  };
  /** Writes what a code stands for, from its end. */
  const write = (code: number): boolean => {
    const length = lengths[code] ?? 1;
    if (size + length > allowed) return false;
    if (size + length > out.length) {
      const wider = new Uint8Array(Math.min(allowed, Math.max(out.length * 2, size + length)));
      wider.set(out);
      out = wider;
    }
    for (let one = code, to = size + length - 1; one >= 0; one = prefix[one] ?? -1, to--)
      out[to] = last[one] ?? 0;
    size += length;
    return true;
  };

  for (;;) {
    const width =
      next + early >= 2048 ? 12 : next + early >= 1024 ? 11 : next + early >= 512 ? 10 : 9;
    while (bits < width && at < data.length) {
      held = ((held << 8) | (data[at++] ?? 0)) & 0xfffff;
      bits += 8;
    }
    if (bits < width) break;
    const code = (held >> (bits - width)) & ((1 << width) - 1);
    bits -= width;
    if (code === END) break;
    if (code === CLEAR) {
      [next, before] = [FIRST_FREE, -1];
      continue;
    }
    if (code > next || (code === next && before < 0)) throw broken('LZW data');
    if (before >= 0 && next < MOST_CODES) {
      prefix[next] = before;
      last[next] = firstOf(code === next ? before : code);
      lengths[next] = (lengths[before] ?? 1) + 1;
      next += 1;
    }
    if (!write(code)) return undefined;
    before = code;
  }
  return out.subarray(0, size);
}
