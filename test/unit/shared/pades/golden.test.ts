import { writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { cornerSignature } from '../../../../src/shared/pades/corner-signature';
import { fieldNames } from '../../../../src/shared/pades/field-names';
import { choosePlaces } from '../../../../src/shared/pades/find-places';
import { decodePng, type Raster } from '../../../../src/shared/pades/picture/png';
import { prepareFields } from '../../../../src/shared/pades/prepare';
import { isKind, rawEntry } from '../../../../src/shared/pades/reader/objects';
import { listPages } from '../../../../src/shared/pades/reader/pages';
import { pdfBytes, refText, streamBody } from '../../../../src/shared/pades/syntax';
import { edit, pageNumber, update } from '../../../attacks/toolbox';
import { aScannedPdf } from '../../../support/scanned-pdf';
import {
  anOffice,
  bytesOf,
  fixture,
  fixturePath,
  fonts,
  needs,
  open,
  platform,
  run,
  saved,
  sealAsOffice,
  signAsLeader,
  SIGNED_AT,
  signWith,
  temporaryFolder,
  value,
  type Office,
} from './helpers';

/**
 * One picture for all: however a page is turned and wherever its crop box begins, a person sees the same paper. It was
 * drawn by `pdftoppm` and looked at; make it anew with `GOLDEN=1` only when the look is meant to change, and look again.
 */
const GOLDEN = fixturePath('pictures/golden-signed.png');
/** The organ's corner on a copy: form, organ, time (van-ban.md §3.5, box 14). */
const GOLDEN_COPY = fixturePath('pictures/golden-copy.png');
const DPI = 60;

let office: Office;
beforeAll(() => {
  office = anOffice();
  if (process.env['GOLDEN'] !== '1') return;
  writeFileSync(GOLDEN, pngOf(issuedPaper(laidDown(0, [0, 0]))));
  writeFileSync(GOLDEN_COPY, pngOf(copied(aScannedPdf())));
});

const draft = fixture('chromium-draft.pdf');
const { places } = choosePlaces(open(draft));
const [WIDTH, HEIGHT] = [594.96, 841.92];

/** Puts the upright page into user space of a page that is shown turned (ISO 32000-1 §7.7.3.3). */
const turned = {
  0: [1, 0, 0, 1, 0, 0],
  90: [0, 1, -1, 0, HEIGHT, 0],
  180: [-1, 0, 0, -1, WIDTH, HEIGHT],
  270: [0, -1, 1, 0, 0, WIDTH],
} as const;
type Turn = keyof typeof turned;

/** The draft as a scanner or another program would lay it down: turned, in a larger sheet of which a part is shown. */
function laidDown(turn: Turn, [dx, dy]: readonly [number, number]): Uint8Array {
  const [w, h] = turn === 90 || turn === 270 ? [HEIGHT, WIDTH] : [WIDTH, HEIGHT];
  const [a, b, c, d, e, f] = turned[turn];
  return update(draft, (file, next) => {
    const contents = rawEntry(listPages(file.now)[0]?.dict, 'Contents');
    if (!isKind(contents, 'ref')) throw new Error('one stream of content');
    const before = next();
    const after = next();
    const matrix = [a, b, c, d, e + dx, f + dy].join(' ');
    return [
      { num: before, gen: 0, body: streamBody([], pdfBytes(`q ${matrix} cm\n`)) },
      { num: after, gen: 0, body: streamBody([], pdfBytes('\nQ')) },
      edit(file, pageNumber(file), {
        Contents: `[${before} 0 R ${refText(contents)} ${after} 0 R]`,
        MediaBox: `[0 0 ${w + 2 * dx} ${h + 2 * dy}]`,
        CropBox: `[${dx} ${dy} ${w + dx} ${h + dy}]`,
        Rotate: String(turn),
      }),
    ];
  });
}

/** Signed by the leader, with the line of an appendix, then numbered and sealed. */
function issuedPaper(bytes: Uint8Array): Uint8Array {
  const ready = value(prepareFields(platform, bytes, { places, fonts }));
  const appendix = signWith(office, signAsLeader(office, ready), office.organ, {
    field: fieldNames.appendix,
    place: { page: 0, rect: [85, 120, 400, 140] },
    appearance: {
      kind: 'text',
      text: 'Phụ lục kèm theo Quyết định số 05/QĐ-UBND',
      fontFile: fonts.italic,
    },
  });
  return sealAsOffice(office, appendix);
}

function copied(bytes: Uint8Array): Uint8Array {
  const words = {
    kind: 'copy',
    form: 'SAO Y',
    organName: 'ỦY BAN NHÂN DÂN XÃ THỬ NGHIỆM',
  } as const;
  const given = { signedAtMs: SIGNED_AT, fontFile: fonts.upright };
  return signWith(office, bytes, office.organ, cornerSignature(open(bytes), words, given));
}

function pngOf(bytes: Uint8Array): Uint8Array {
  const folder = temporaryFolder();
  const path = saved(folder, 'x.pdf', bytes);
  run('pdftoppm', ['-r', String(DPI), '-cropbox', '-png', '-singlefile', path, `${folder}/p`]);
  return bytesOf(`${folder}/p.png`);
}

const drawn = (bytes: Uint8Array): Raster => value(decodePng(platform, pngOf(bytes)));

/** Side of the blocks whose mean colours are compared: letters on other fractions of a pixel have the same. */
const BLOCK = 6;

/** Largest difference of a block's mean in one colour, steps of 255. */
function largestDifference(a: Raster, b: Raster): number {
  let most = 0;
  for (let top = 0; top + BLOCK <= a.height; top += BLOCK) {
    for (let left = 0; left + BLOCK <= a.width; left += BLOCK) {
      for (const colour of [0, 1, 2]) {
        const difference = meanOf(a, { left, top, colour }) - meanOf(b, { left, top, colour });
        most = Math.max(most, Math.abs(difference));
      }
    }
  }
  return most;
}

function meanOf(
  { rgb, width }: Raster,
  at: { readonly left: number; readonly top: number; readonly colour: number },
): number {
  let sum = 0;
  for (let y = at.top; y < at.top + BLOCK; y++) {
    for (let x = at.left; x < at.left + BLOCK; x++)
      sum += rgb[(y * width + x) * 3 + at.colour] ?? 0;
  }
  return sum / BLOCK ** 2;
}

/** The last column with the red of the seal. */
function lastRed({ rgb, width, height }: Raster): number {
  for (let x = width - 1; x >= 0; x--) {
    for (let y = 0; y < height; y++) {
      const [r = 0, g = 0, b = 0] = rgb.subarray((y * width + x) * 3, (y * width + x) * 3 + 3);
      if (r > 180 && g < 120 && b < 120) return x + 1;
    }
  }
  return 0;
}

const variants = ([0, 90, 180, 270] as const).flatMap((turn) => [
  [turn, 0, 0] as const,
  [turn, 40, 60] as const,
]);

describe('S-9, S-10, S-13: a person sees the same signed paper', needs('pdftoppm'), () => {
  test.each(variants)('turned by %i, crop box at %i %i', (turn, ...offset) => {
    const picture = drawn(issuedPaper(laidDown(turn, offset)));
    const golden = value(decodePng(platform, bytesOf(GOLDEN)));

    expect([picture.width, picture.height]).toEqual([golden.width, golden.height]);
    expect(largestDifference(picture, golden)).toBeLessThan(40);
    const [left, , right] = places.leader.rect;
    const share = ((lastRed(picture) * 72) / DPI - left) / (right - left);
    expect(share).toBeGreaterThan(0.28);
    expect(share).toBeLessThan(0.38);
  });
});

test(
  'S-9: a digitised copy shows form, organ and time in the corner of its scan, and nothing else',
  needs('pdftoppm'),
  () => {
    const golden = value(decodePng(platform, bytesOf(GOLDEN_COPY)));

    const signed = drawn(copied(aScannedPdf()));

    const unsigned = drawn(aScannedPdf());
    expect([signed.width, signed.height]).toEqual([golden.width, golden.height]);
    expect(largestDifference(signed, golden)).toBeLessThan(40);
    expect(largestDifference(unsigned, golden)).toBeGreaterThan(60);
  },
);
