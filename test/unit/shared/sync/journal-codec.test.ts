import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, equalBytes, utf8 } from '@shared/kernel/bytes';
import {
  decodeSegment,
  encodeFrame,
  MAX_PAYLOAD_BYTES,
  segmentHeader,
} from '@shared/sync/journal-codec';

const segmentOf = (payloads: readonly Uint8Array[]): Uint8Array =>
  concatBytes(segmentHeader(), ...payloads.map(encodeFrame));

const payloads = fc.array(fc.uint8Array({ minLength: 1, maxLength: 60 }), {
  minLength: 1,
  maxLength: 8,
});

/** True when `read` is a beginning of `written`. */
const isPrefix = (read: readonly Uint8Array[], written: readonly Uint8Array[]): boolean =>
  read.every((payload, i) => equalBytes(payload, written[i] ?? new Uint8Array()));

describe('a journal segment', () => {
  test('comes back as it was written', () => {
    fc.assert(
      fc.property(payloads, (written) => {
        const decoded = decodeSegment(segmentOf(written));

        expect(decoded.state).toBe('whole');
        expect(decoded.payloads).toHaveLength(written.length);
        expect(isPrefix(decoded.payloads, written)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  test('I-1: cut at any byte it is torn and gives every frame before the cut', () => {
    fc.assert(
      fc.property(payloads, fc.nat(), (written, at) => {
        const bytes = segmentOf(written);
        const cut = at % bytes.length;
        const decoded = decodeSegment(bytes.subarray(0, cut));

        let end = segmentHeader().length;
        let whole = 0;
        for (const payload of written) {
          if (end + 8 + payload.length > cut) break;
          end += 8 + payload.length;
          whole += 1;
        }
        expect(decoded.payloads).toHaveLength(whole);
        expect(isPrefix(decoded.payloads, written)).toBe(true);
        expect(decoded.state).toBe(cut === end ? 'whole' : 'torn');
        if (decoded.state === 'torn') expect(decoded.end).toBe(cut < 8 ? 0 : end);
      }),
      { numRuns: 1_000 },
    );
  });

  test('M-20: a flipped bit is never read as a payload', () => {
    fc.assert(
      fc.property(payloads, fc.nat(), fc.integer({ min: 0, max: 7 }), (written, at, bit) => {
        const bytes = segmentOf(written);
        const position = at % bytes.length;
        bytes[position] = (bytes[position] ?? 0) ^ (1 << bit);
        const decoded = decodeSegment(bytes);

        expect(decoded.state).not.toBe('whole');
        expect(decoded.payloads.length).toBeLessThan(written.length);
        expect(isPrefix(decoded.payloads, written)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test('damage in the middle is told from a torn end', () => {
    const bytes = segmentOf([utf8('one'), utf8('two'), utf8('three')]);
    bytes[8 + 11 + 8] = 0;

    expect(decodeSegment(bytes)).toMatchObject({ state: 'damaged', at: 8 + 11 });
    expect(decodeSegment(bytes.subarray(0, 8 + 2 * 11))).toMatchObject({ state: 'torn', end: 19 });
  });

  test('a length that was written before its bytes is a torn end', () => {
    const bytes = concatBytes(
      segmentOf([utf8('one')]),
      encodeFrame(utf8('two')).subarray(0, 9),
      new Uint8Array(50),
    );

    expect(decodeSegment(bytes)).toMatchObject({ state: 'torn', end: 19 });
  });

  test('a new segment that shows zeros, or the beginning of its magic and zeros, holds nothing', () => {
    for (const kept of [0, 3, 7]) {
      const bytes = concatBytes(segmentHeader().subarray(0, kept), new Uint8Array(40));

      expect(decodeSegment(bytes)).toEqual({ state: 'torn', payloads: [], end: 0 });
    }
  });

  test('what begins as no segment of ours is damage, never nothing', () => {
    expect(decodeSegment(utf8('TCVJNL02 and more')).state).toBe('damaged');
    expect(decodeSegment(utf8('something else')).state).toBe('damaged');
  });

  test('a payload too large to be read back is refused when it is written', () => {
    expect(() => encodeFrame(new Uint8Array(MAX_PAYLOAD_BYTES + 1))).toThrow('small enough');
    expect(encodeFrame(new Uint8Array(MAX_PAYLOAD_BYTES))).toHaveLength(MAX_PAYLOAD_BYTES + 8);
  });
});
