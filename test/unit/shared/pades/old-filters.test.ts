import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeAscii85, decodeLzw } from '../../../../src/shared/pades/reader/old-filters';
import { fromHex, utf8 } from '../../../../src/shared/kernel/bytes';

const MB = 1024 * 1024;

/** Base 85 as ISO 32000-1 §7.4.3 writes it. */
function ascii85(data: Uint8Array): Uint8Array {
  let text = '';
  for (let at = 0; at < data.length; at += 4) {
    const four = data.subarray(at, at + 4);
    let value = [0, 1, 2, 3].reduce((sum, i) => sum * 256 + (four[i] ?? 0), 0);
    const signs: string[] = [];
    for (let i = 0; i < 5; i++) {
      signs.unshift(String.fromCharCode(33 + (value % 85)));
      value = Math.floor(value / 85);
    }
    const all = signs.join('').slice(0, four.length + 1);
    text += all === '!!!!!' ? 'z' : all;
  }
  return utf8(`${text.replace(/(.{60})/g, '$1\n')}~>`);
}

/** LZW with a table that is cleared when it is full. */
function lzw(data: Uint8Array, early: number): Uint8Array {
  const bits: number[] = [];
  let table = new Map<string, number>();
  const put = (code: number) => {
    const size = table.size + 257 + early;
    const width = size >= 2048 ? 12 : size >= 1024 ? 11 : size >= 512 ? 10 : 9;
    for (let i = width - 1; i >= 0; i--) bits.push((code >> i) & 1);
  };
  const codeOf = (text: string) => table.get(text) ?? Number(text);
  put(256);
  let held = '';
  for (const byte of data) {
    const longer = held === '' ? String(byte) : `${held},${byte}`;
    if (held === '' || table.has(longer)) {
      held = longer;
      continue;
    }
    put(codeOf(held));
    table.set(longer, table.size + 258);
    held = String(byte);
    if (table.size + 258 < 4094) continue;
    put(codeOf(held));
    table.set('full', 0);
    put(256);
    table = new Map();
    held = '';
  }
  if (held !== '') {
    put(codeOf(held));
    table.set('end', 0);
  }
  put(257);
  const out = new Uint8Array(Math.ceil(bits.length / 8));
  bits.forEach((bit, i) => (out[i >> 3] = (out[i >> 3] ?? 0) | (bit << (7 - (i & 7)))));
  return out;
}

test('base 85 gives back every run of bytes, with line breaks and a short last group', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (data) => {
      expect(decodeAscii85(ascii85(data))).toEqual(data);
    }),
  );
  expect(decodeAscii85(utf8('9jqo^~>'))).toEqual(utf8('Man '));
});

test.each(['v', '!', 's8W-"'])('base 85 that cannot be is refused: %s', (text) => {
  expect(() => decodeAscii85(utf8(`${text}~>`))).toThrow();
});

test('LZW: the example of ISO 32000-1 §7.4.4.2', () => {
  const unpacked = decodeLzw(fromHex('800b6050220c0c8501'), 1, MB);

  expect(unpacked).toEqual(fromHex('2d2d2d2d2d412d2d2d42'));
});

test.each([0, 1])('LZW over every width and a full table, early change %i', (early) => {
  const data = Uint8Array.from({ length: 40_000 }, (_, i) => (i * i * 31 + (i >> 3)) & 0xff);

  expect(decodeLzw(lzw(data, early), early, MB)).toEqual(data);
});

test('LZW: what unpacks beyond the limit is told, what no code says is refused (A-5)', () => {
  const long = lzw(new Uint8Array(50_000), 1);

  expect(decodeLzw(long, 1, 49_999)).toBeUndefined();
  expect(() => decodeLzw(Uint8Array.of(0x80, 0x7f, 0xff), 1, MB)).toThrow();
});
