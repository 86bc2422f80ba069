import { beforeAll, describe, expect, test } from 'vitest';
import { readEmbeddedFont } from '../../../../src/shared/pades/font/embedded-font';
import { parseTrueType } from '../../../../src/shared/pades/font/truetype';
import { vietnameseLetters } from '../../../../src/shared/pades/font/vietnamese-letters';
import { fieldNames } from '../../../../src/shared/pades/field-names';
import { findPlaces } from '../../../../src/shared/pades/find-places';
import { intersect, MM } from '../../../../src/shared/pades/geometry';
import { defaultPlaces, sealPlace } from '../../../../src/shared/pades/places';
import { readForm } from '../../../../src/shared/pades/reader/form';
import { dictOf, rawEntry } from '../../../../src/shared/pades/reader/objects';
import { prepareSignature } from '../../../../src/shared/pades/signature';
import {
  anOffice,
  bytesOf,
  fixture,
  fonts,
  handwriting,
  issued,
  needs,
  numberAndDate,
  open,
  platform,
  prepared,
  run,
  saved,
  seal,
  signAsLeader,
  SIGNED_AT,
  temporaryFolder,
  value,
  type Office,
} from './helpers';

let office: Office;
beforeAll(() => {
  office = anOffice();
});

describe('S-10: fonts', () => {
  test('there are 134 letters of Vietnamese beyond ASCII', () => {
    expect(new Set(vietnameseLetters).size).toBe(134);
  });

  test.each(['upright', 'italic'] as const)('the %s font has every Vietnamese letter', (face) => {
    const font = value(parseTrueType(fonts[face]));

    const missing = vietnameseLetters.filter((letter) => !font.glyphOf(letter.codePointAt(0) ?? 0));

    expect(missing).toEqual([]);
  });

  test('the embedded subset still has every letter, its width and its way back to text', () => {
    const { now } = open(prepared(fixture('hand-cr-line-ends.pdf')));
    const file = open(prepared(fixture('hand-cr-line-ends.pdf')));
    const inForm = dictOf(now.get(dictOf(now.get(readForm(now).dict, 'DR')), 'Font'));
    const dict = dictOf(file.now.resolve(rawEntry(inForm, 'TcvSerif')));
    const font = dict && readEmbeddedFont(file, file.now, dict);
    const original = value(parseTrueType(fonts.upright));

    for (const letter of vietnameseLetters) {
      const code = font?.codeOf(letter) ?? -1;
      expect(font?.textOf(code)).toBe(letter);
      expect(font?.widthOf(code)).toBe(
        Math.round((original.advanceOf(code) * 1000) / original.unitsPerEm),
      );
    }
  });

  test('pdffonts sees two embedded subsets', needs('pdffonts'), () => {
    const path = saved(temporaryFolder(), 'x.pdf', prepared(fixture('hand-cr-line-ends.pdf')));

    // Only fonts of page content are listed there; the fields' fonts are, once they are filled.
    expect(run('pdffonts', [path])).toBeDefined();
    const filled = saved(
      temporaryFolder(),
      'y.pdf',
      issued(office, fixture('hand-cr-line-ends.pdf')),
    );
    expect(run('pdffonts', [filled])).toMatch(
      /TRAMCV\+LiberationSerif\s+CID TrueType\s+Identity-H\s+yes yes yes/,
    );
  });
});

test('S-10: what the fields show is their value', needs('pdftotext'), () => {
  const path = saved(temporaryFolder(), 'x.pdf', issued(office, fixture('hand-cr-line-ends.pdf')));

  const text = run('pdftotext', ['-layout', path, '-']).normalize('NFC');

  expect(text).toContain(numberAndDate.date);
  expect(text).toMatch(/^\s*05\s/m);
});

test.each([
  ['so', 'letters only', { number: 'năm', date: 'ngày 05' }, 'signing.value-not-allowed'],
  ['so', 'line end', { number: '05\n06', date: 'ngày 05' }, 'signing.value-not-allowed'],
  [
    'ngay',
    'not NFC',
    { number: '05', date: 'ngày 05'.normalize('NFD') },
    'signing.value-not-allowed',
  ],
  ['ngay', 'letter without glyph', { number: '05', date: 'ngày 05 月' }, 'signing.glyph-missing'],
])('S-10: refused in %s: %s', (field, _, fill, code) => {
  const bytes = prepared(fixture('hand-cr-line-ends.pdf'));

  const done = prepareSignature(platform, bytes, {
    field: 'ky_co_quan',
    certificates: office.pki.chainOf(office.organ),
    signedAtMs: SIGNED_AT,
    appearance: { kind: 'none' },
    fill,
  });

  expect(done).toEqual({ ok: false, error: { code, field } });
});

test('S-9: the spaces of a draft from our own template are found by their markers', () => {
  const places = findPlaces(open(fixture('chromium-draft.pdf')));

  expect(places?.number.page).toBe(0);
  // The gap after "Số:" begins some 135 pt from the left edge, 100 pt below the top.
  expect(places?.number.rect[0]).toBeCloseTo(138.3, 0);
  expect(places?.number.rect[3]).toBeCloseTo(730.5, 0);
  expect(findPlaces(open(fixture('libreoffice-writer.pdf')))).toBeUndefined();
});

test('S-13, V-11: the seal’s space covers 20 to 45 % of the leader’s from its left', () => {
  const page = { width: 210 * MM, height: 297 * MM };
  const { leader } = defaultPlaces({ first: page, last: page });
  const seal = sealPlace(leader);

  const common = intersect(seal.rect, leader.rect);
  const share = common && (common[2] - common[0]) / (leader.rect[2] - leader.rect[0]);

  expect(common?.[0]).toBe(leader.rect[0]);
  expect(share).toBeGreaterThan(0.28);
  expect(share).toBeLessThan(0.45);
});

describe('S-13: what is drawn', () => {
  /** Columns that hold strong red or blue, as shares of the page's width, in a 100 dpi picture of the last page. */
  function columns(name: string, isWanted: (r: number, g: number, b: number) => boolean) {
    const folder = temporaryFolder();
    const path = saved(folder, 'x.pdf', issued(office, fixture(name)));
    run('pdftoppm', ['-r', '100', '-f', '1', '-l', '1', path, `${folder}/p`]);
    const image = readPpm(`${folder}/p-1.ppm`);
    const hit: number[] = [];
    for (let x = 0; x < image.width; x++) {
      for (let y = 0; y < image.height; y++) {
        const at = image.start + (y * image.width + x) * 3;
        const [r = 0, g = 0, b = 0] = image.bytes.subarray(at, at + 3);
        if (isWanted(r, g, b)) {
          hit.push(x);
          break;
        }
      }
    }
    return { first: hit[0] ?? 0, last: hit.at(-1) ?? 0 };
  }

  function readPpm(path: string) {
    const bytes = bytesOf(path);
    const header = /^P6\s+(\d+)\s+(\d+)\s+255\s/.exec(
      Buffer.from(bytes.subarray(0, 40)).toString('latin1'),
    );
    return {
      bytes,
      width: Number(header?.[1]),
      height: Number(header?.[2]),
      start: header?.[0].length ?? 0,
    };
  }

  test.each([
    'chromium-draft.pdf',
    'qpdf-rotated-90.pdf',
    'qpdf-rotated-180.pdf',
    'qpdf-rotated-270.pdf',
  ])(
    'red seal of 36 mm over the left third of the blue signature: %s',
    needs('pdftoppm'),
    (name) => {
      const red = columns(name, (r, g, b) => r > 180 && g < 90 && b < 90);
      const blue = columns(name, (r, g, b) => b > 120 && r < 90 && g < 110);

      const share = (red.last - blue.first) / (blue.last - blue.first);
      expect((red.last - red.first) * 0.254).toBeCloseTo(36, -1);
      // The strokes begin a little inside the picture; of the picture itself it is a third (0.28 to 0.38).
      expect(share).toBeGreaterThan(0.25);
      expect(share).toBeLessThan(0.38);
    },
  );
});

test('O-1: a batch packs its picture once; another picture or size is packed anew', () => {
  const bytes = prepared(fixture('chromium-draft.pdf'));
  let packed = 0;
  const counting: typeof platform = {
    ...platform,
    deflate: (raw) => {
      packed += 1;
      return platform.deflate(raw);
    },
  };
  /** How often something was packed for one signature; the picture comes in another array each time. */
  const packing = (png: Uint8Array, widthMm: number): number => {
    const before = packed;
    value(
      prepareSignature(counting, bytes, {
        field: fieldNames.leader,
        signedAtMs: SIGNED_AT,
        certificates: office.pki.chainOf(office.leader),
        appearance: { kind: 'handwriting', png: png.slice(), widthMm },
      }),
    );
    return packed - before;
  };

  // Colours and opacity.
  const first = packing(handwriting, 30);
  const again = packing(handwriting, 30);
  const smaller = packing(handwriting, 5);
  const other = packing(seal, 5);

  expect([first, again, smaller, other]).toEqual([2, 0, 2, 2]);
});

test('S-14: a signature with its picture adds at most 350 KB', () => {
  const bytes = prepared(fixture('chromium-draft.pdf'));
  const signed = signAsLeader(office, bytes);
  const sealed = issued(office, fixture('chromium-draft.pdf'));

  expect(signed.length - bytes.length).toBeLessThan(350_000);
  expect(sealed.length - signed.length).toBeLessThan(350_000);
});
