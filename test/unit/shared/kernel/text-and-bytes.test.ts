import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, equalBytes, fromHex, fromUtf8, toHex, utf8 } from '@shared/kernel/bytes';
import {
  canonicalHash,
  sizeOf,
  sizeOfAll,
  canonicalJson,
  Json,
  JsonObject,
  sameJson,
} from '@shared/kernel/canonical-json';
import { crc32c } from '@shared/kernel/crc32c';
import { Redacted } from '@shared/kernel/redacted';
import { codePointLength, foldForSearch, normaliseLine } from '@shared/kernel/vietnamese-text';

describe('Vietnamese text', () => {
  test.each([
    ['Ủy ban nhân dân xã Đông Hòa', 'uy ban nhan dan xa dong hoa'],
    ['QUYẾT ĐỊNH', 'quyet dinh'],
    ['  Công   văn ', 'cong van'],
    ['đường Đê', 'duong de'],
  ])('%s is searched as %s', (text, key) => {
    expect(foldForSearch(text)).toBe(key);
  });

  test('both Unicode forms of a text give one key, one line and one length', () => {
    const composed = 'Về việc tiếp nhận hồ sơ';
    const decomposed = composed.normalize('NFD');

    expect(foldForSearch(decomposed)).toBe(foldForSearch(composed));
    expect(normaliseLine(decomposed)).toBe(composed);
    expect(codePointLength(decomposed)).toBe(Array.from(composed).length);
  });

  test('a typed line loses outer and doubled spaces only', () => {
    expect(normaliseLine('  Về  việc\t họp ')).toBe('Về việc họp');
  });
});

describe('CRC-32C', () => {
  test('the check value of RFC 3720 appendix B.4', () => {
    expect(crc32c(utf8('123456789'))).toBe(0xe3069283);
  });

  test('nothing has checksum zero', () => {
    expect(crc32c(new Uint8Array())).toBe(0);
  });

  test('thirty-two zero bytes, as the RFC prints them', () => {
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  });
});

describe('canonical JSON', () => {
  test('members stand in order of their names and missing ones are left out', () => {
    expect(canonicalJson({ b: 1, a: { d: [true, null], c: 'ế' }, e: undefined })).toBe(
      '{"a":{"c":"ế","d":[true,null]},"b":1}',
    );
  });

  test('numbers that JSON cannot hold are refused', () => {
    expect(() => canonicalJson({ a: Number.POSITIVE_INFINITY })).toThrow('infinite');
    expect(() => canonicalJson({ a: Number.NaN })).toThrow('infinite');
    expect(() => canonicalJson({ a: () => 1 })).toThrow('function');
  });

  test('it is JSON of the same value, whatever the order of the members', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const text = canonicalJson(value);
        const same = JSON.parse(JSON.stringify(value)) as Json;

        expect(canonicalJson(JSON.parse(text))).toBe(text);
        expect(sameJson(JSON.parse(text) as Json, same)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  test('texts and numbers are written as the platform writes them', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 40 }),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        (text, number) => canonicalJson([text, number]) === JSON.stringify([text, number]),
      ),
      { numRuns: 1_000 },
    );
    const escaped = [
      '"'.repeat(300),
      '"',
      '\\',
      '\n',
      '\u0000',
      '\u001f',
      '\ud800',
      '\udc00\ud800',
      '😀',
      '\u2028',
    ];
    for (const text of escaped) expect(canonicalJson(text)).toBe(JSON.stringify(text));
  });

  test('an object is hashed once, and another hash is not taken for it', () => {
    const content = { b: 1, a: ['ế'] };
    const seen: string[] = [];
    const hashed = (bytes: Uint8Array) => {
      seen.push(fromUtf8(bytes));
      return bytes.subarray(0, 2);
    };

    const [first, again] = [canonicalHash(content, hashed), canonicalHash(content, hashed)];
    const other = canonicalHash(content, (bytes) => bytes.subarray(0, 3));

    expect([first, again, other]).toEqual(['7b22', '7b22', '7b2261']);
    expect(seen).toEqual(['{"a":["ế"],"b":1}']);
    expect(canonicalHash({ b: 2, a: ['ế'] }, hashed)).toBe('7b22');
    expect(seen).toHaveLength(2);
  });

  test('content is taken as it stands, and what JSON cannot hold is refused at any depth', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const content = JSON.parse(JSON.stringify(value)) as object;
        const isTrap = JSON.stringify(content).includes('"__proto__":');
        const read = JsonObject.safeParse(content);

        expect(isTrap || read.data === content).toBe(true);
      }),
      { numRuns: 1_000 },
    );
    const trap = JSON.parse('{"__proto__": {"state": "daKy"}}') as object;
    const refused = [undefined, Number.NaN, Infinity, 1n, new Date(0), new Map(), () => 1, trap];
    for (const value of refused) {
      expect(JsonObject.safeParse(value).success).toBe(false);
      expect(JsonObject.safeParse({ a: [{ b: value }] }).success).toBe(false);
    }
    for (const value of ['text', 1, true, null, []]) {
      expect(Json.safeParse(value).success).toBe(true);
      expect(JsonObject.safeParse(value).success).toBe(false);
    }
  });

  test('a value and its absence are not the same', () => {
    expect(sameJson(undefined, null)).toBe(false);
    expect(sameJson([], {})).toBe(false);
    expect(sameJson({ a: 1, b: 2 }, { b: 2, a: 1 })).toBe(true);
  });
});

describe('bytes', () => {
  test('hexadecimal and UTF-8 come back as they went', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.string({ unit: 'grapheme' }), (bytes, text) => {
        expect(equalBytes(fromHex(toHex(bytes)), bytes)).toBe(true);
        expect(fromUtf8(utf8(text))).toBe(text);
      }),
      { numRuns: 1_000 },
    );
  });

  test('what is no hexadecimal and no UTF-8 is refused', () => {
    expect(() => fromHex('abc')).toThrow('hexadecimal');
    expect(() => fromHex('zz')).toThrow('hexadecimal');
    expect(() => fromUtf8(new Uint8Array([0xff]))).toThrow();
  });

  test('bytes are the same wherever they begin in their buffers, and one other byte is found at any place', () => {
    const places = fc.tuple(fc.nat(9), fc.nat(9), fc.nat(99));
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), places, (bytes, [a, b, at]) => {
        const behind = (skip: number) => concatBytes(new Uint8Array(skip), bytes).subarray(skip);
        const [left, right] = [behind(a), behind(b)];

        expect(equalBytes(left, right)).toBe(true);
        expect(equalBytes(left, right.subarray(1))).toBe(false);
        right.fill((bytes[at % bytes.length] ?? 0) ^ 1, at % bytes.length, (at % bytes.length) + 1);
        expect(equalBytes(left, right)).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });

  test('parts are joined in order', () => {
    expect([...concatBytes(new Uint8Array([1]), new Uint8Array(), new Uint8Array([2, 3]))]).toEqual(
      [1, 2, 3],
    );
  });
});

describe('a redacted value', () => {
  test('prints as a mark wherever it is logged, and leaves through reveal alone', () => {
    const pin = new Redacted('12345678');

    expect(
      `${String(pin)} ${JSON.stringify({ pin })} ${inspect(pin, { showHidden: true })}`,
    ).not.toContain('1234');
    expect(pin.reveal()).toBe('12345678');
  });
});

test('what is weighed is as long as its JSON, alone and in a list; each is weighed once', () => {
  const [one, other] = [{ a: 'Đ', b: [1, null] }, { c: '\n' }];
  expect(sizeOf(one)).toBe(JSON.stringify(one).length);
  for (const list of [[], [one], [one, other]])
    expect(sizeOfAll(list)).toBe(JSON.stringify(list).length);
  expect(sizeOf(Object.assign(one, { d: 'more' }))).toBe('{"a":"Đ","b":[1,null]}'.length);
});
