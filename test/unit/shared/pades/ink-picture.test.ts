import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { toBase64 } from '../../../../src/shared/kernel/bytes';
import { isSoundPicture, readPng } from '../../../../src/shared/domain/signing/picture-png';
import {
  cutOut,
  DEFAULT_THRESHOLD,
  type CutOut,
} from '../../../../src/shared/pades/picture/cut-out';
import { makePicture, widthByMarks } from '../../../../src/shared/pades/picture/make-picture';
import { turnPhoto, type InkKind } from '../../../../src/shared/pades/picture/photo';
import { decodePng } from '../../../../src/shared/pades/picture/png';
import { readInk } from '../../../../src/shared/pades/picture/read-ink';
import { inkPhoto, SIDE, type Coverage, type PhotoTroubles } from '../../../support/ink-photos';
import { platform, value } from './helpers';

const cutOf = (kind: InkKind, troubles: PhotoTroubles = {}, threshold = DEFAULT_THRESHOLD) => {
  const { photo, coverage } = inkPhoto(kind, troubles);
  return { coverage, cut: value(cutOut(value(readInk(photo, kind)), threshold)) };
};

/** Parts of the drawn ink that came out, and of the bare paper that came with it. */
function measure(cut: CutOut, coverage: Coverage) {
  let [ink, kept, paper, dirty, drawn, weight] = [0, 0, 0, 0, 0, 0];
  for (let y = 3; y < SIDE - 3; y++) {
    for (let x = 3; x < SIDE - 3; x++) {
      const isInside =
        x >= cut.left && x < cut.left + cut.width && y >= cut.top && y < cut.top + cut.height;
      const alpha = isInside ? (cut.alpha[(y - cut.top) * cut.width + x - cut.left] ?? 0) : 0;
      const covered = coverage[y * SIDE + x] ?? 0;
      drawn += covered;
      weight += alpha / 255;
      if (covered > 0.95) {
        ink += 1;
        if (alpha >= 128) kept += 1;
      } else if (covered === 0 && !isNear(coverage, x, y)) {
        paper += 1;
        if (alpha > 24) dirty += 1;
      }
    }
  }
  return { kept: kept / ink, dirty: dirty / paper, weight: weight / drawn };
}

const isNear = (coverage: Coverage, x: number, y: number): boolean =>
  [-3, 0, 3].some((dy) => [-3, 0, 3].some((dx) => (coverage[(y + dy) * SIDE + x + dx] ?? 0) > 0));

const troubles: readonly (readonly [string, PhotoTroubles])[] = [
  ['a clean scan', {}],
  ['noise', { noise: 9 }],
  ['a lamp at one side', { darkCorner: 0.45, noise: 4 }],
  ['the shadow of a hand', { shadow: 0.45, noise: 4 }],
  ['a JPEG of quality 60', { jpegQuality: 60, noise: 4 }],
  ['blue rules', { rules: 0.25, noise: 4 }],
  ['drops of ink', { hasSpecks: true, noise: 4 }],
  ['print below it', { isPrinted: true, noise: 4 }],
  [
    'a telephone in the evening',
    { noise: 6, darkCorner: 0.6, shadow: 0.3, rules: 0.15, jpegQuality: 70, light: 0.7 },
  ],
];

describe.each(['handwriting', 'seal'] as const)('S-13: %s from a photo', (kind) => {
  test.each(troubles)('%s: the ink stays and the paper goes', (_name, trouble) => {
    const { cut, coverage } = cutOf(kind, trouble);

    const { kept, dirty, weight } = measure(cut, coverage);
    expect(kept).toBeGreaterThan(0.97);
    expect(dirty).toBeLessThan(0.0003);
    // Strokes are as thick as they were drawn, within a tenth.
    expect(Math.abs(weight - 1)).toBeLessThan(0.1);
    // Its width is that of the ink, which the person knows in millimetres.
    expect(Math.abs(cut.width - (kind === 'seal' ? 422 : 416))).toBeLessThan(6);
  });

  test.each(['black', 'grey', kind === 'seal' ? 'blue' : 'red'] as const)(
    '%s ink is refused',
    (ink) => {
      const { photo } = inkPhoto(kind, { ink, noise: 5, jpegQuality: 70 });

      expect(readInk(photo, kind)).toEqual({ ok: false, error: { code: 'picture.ink-colour' } });
    },
  );

  test('an empty sheet, a dark room and ink at the rim are refused', () => {
    const empty = inkPhoto(kind, { shift: 2000, noise: 6, darkCorner: 0.5, jpegQuality: 70 });
    const dark = inkPhoto(kind, { light: 0.2 });
    const rim = value(readInk(inkPhoto(kind, { shift: 250, noise: 4 }).photo, kind));

    expect(readInk(empty.photo, kind)).toMatchObject({ error: { code: 'picture.no-ink' } });
    expect(readInk(dark.photo, kind)).toMatchObject({ error: { code: 'picture.too-dark' } });
    expect(cutOut(rim, DEFAULT_THRESHOLD)).toMatchObject({ error: { code: 'picture.cut-off' } });
  });

  test('its colour is the ink’s on white paper, whatever the lamp', () => {
    const { cut } = cutOf(kind, { darkCorner: 0.5, light: 0.8 });
    const [r, g, b] = cut.colour;

    const expected = kind === 'seal' ? [217, 36, 51] : [26, 46, 140];
    expect([r, g, b].every((one, c) => Math.abs(one - (expected[c] ?? 0)) < 12)).toBe(true);
  });
});

test('S-13: a higher threshold keeps less', () => {
  const opaque = (threshold: number) =>
    cutOf('handwriting', { noise: 4 }, threshold).cut.alpha.reduce((sum, one) => sum + one, 0);

  expect(opaque(0)).toBeGreaterThan(opaque(0.5));
  expect(opaque(0.5)).toBeGreaterThan(opaque(1));
});

describe('S-13, S-14: the picture that is made', () => {
  const deflate = (bytes: Uint8Array) => Promise.resolve(new Uint8Array(deflateSync(bytes)));
  const make = (kind: InkKind, widthMm: number, trouble: PhotoTroubles = {}) =>
    makePicture(cutOf(kind, trouble).cut, { kind, widthMm, deflate });

  test('a PNG with alpha that this program reads back: one colour, steps of opacity', async () => {
    const { cut } = cutOf('seal', { noise: 5 });
    const { png, widthMm, heightMm } = value(await make('seal', 36, { noise: 5 }));
    const raster = value(decodePng(platform, png));

    expect([raster.width, raster.height]).toEqual([cut.width, cut.height]);
    expect(raster.alpha.every((one, at) => Math.abs(one - (cut.alpha[at] ?? 0)) <= 9)).toBe(true);
    expect([...raster.rgb.subarray(0, 3)]).toEqual([...cut.colour]);
    expect(widthMm).toBe(36);
    expect(Math.abs(heightMm - 36)).toBeLessThan(0.5);
    expect(isSoundPicture({ png: toBase64(png), widthMm })).toBe(true);
  });

  test('600 dots to the inch are enough, and 150,000 bytes', async () => {
    const wide = { ...cutOf('seal').cut, width: 2400, height: 2400 };
    let state = 1;
    const alpha = Uint8Array.from(
      { length: 2400 * 2400 },
      () => (state = (Math.imul(state, 1103515245) + 12345) >>> 0) >>> 24,
    );

    const noisy = value(
      await makePicture({ ...wide, alpha }, { kind: 'seal', widthMm: 36, deflate }),
    );
    const flat = value(
      await makePicture(
        { ...wide, alpha: alpha.fill(255) },
        { kind: 'seal', widthMm: 36, deflate },
      ),
    );

    expect(readPng(flat.png)?.width).toBe(850);
    expect(noisy.png.length).toBeLessThanOrEqual(150_000);
  });

  test('too few pixels for its size, and a seal that is not round, are refused', async () => {
    expect(await make('seal', 60)).toMatchObject({ error: { code: 'picture.too-coarse' } });
    expect(await make('seal', 36, { squeeze: 0.8 })).toMatchObject({
      error: { code: 'picture.not-round' },
    });
    expect((await make('handwriting', 45, { squeeze: 0.8 })).ok).toBe(true);
  });

  test('two marks of a known distance tell its width', () => {
    expect(
      widthByMarks(
        { width: 450 },
        [
          { x: 10, y: 10 },
          { x: 310, y: 410 },
        ],
        50,
      ),
    ).toBe(45);
  });

  test('four quarter turns bring a photo back, one puts its left column on top', () => {
    const photo = { width: 3, height: 2, rgba: Uint8Array.from({ length: 24 }, (_, i) => i) };
    const once = turnPhoto(photo, 1);

    expect([once.width, once.height]).toEqual([2, 3]);
    expect(once.rgba.slice(0, 8)).toEqual(Uint8Array.of(12, 13, 14, 15, 0, 1, 2, 3));
    expect([...turnPhoto(turnPhoto(once, 1), 2).rgba]).toEqual([...photo.rgba]);
    expect([...turnPhoto(once, -1).rgba]).toEqual([...photo.rgba]);
  });
});
