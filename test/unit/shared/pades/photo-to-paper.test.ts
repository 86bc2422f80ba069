import { deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { fieldNames } from '../../../../src/shared/pades/field-names';
import { cutOut, DEFAULT_THRESHOLD } from '../../../../src/shared/pades/picture/cut-out';
import { makePicture } from '../../../../src/shared/pades/picture/make-picture';
import type { InkKind } from '../../../../src/shared/pades/picture/photo';
import { decodePng, type Raster } from '../../../../src/shared/pades/picture/png';
import { readInk } from '../../../../src/shared/pades/picture/read-ink';
import { inkPhoto } from '../../../support/ink-photos';
import {
  anOffice,
  bytesOf,
  fixture,
  needs,
  numberAndDate,
  platform,
  prepared,
  run,
  saved,
  signWith,
  temporaryFolder,
  value,
} from './helpers';

const evening = { noise: 6, darkCorner: 0.6, shadow: 0.3, jpegQuality: 70, light: 0.8 };
const deflate = (bytes: Uint8Array) => Promise.resolve(new Uint8Array(deflateSync(bytes)));

async function photographed(kind: InkKind, widthMm: number): Promise<Uint8Array> {
  const { photo } = inkPhoto(kind, evening);
  const cut = value(cutOut(value(readInk(photo, kind)), DEFAULT_THRESHOLD));
  return value(await makePicture(cut, { kind, widthMm, deflate })).png;
}

const DPI = 150;

function drawn(bytes: Uint8Array): Raster {
  const folder = temporaryFolder();
  const path = saved(folder, 'x.pdf', bytes);
  run('pdftoppm', ['-r', String(DPI), '-png', '-singlefile', path, `${folder}/p`]);
  return value(decodePng(platform, bytesOf(`${folder}/p.png`)));
}

/** Leftmost and rightmost column of a colour, millimetres from the page's left edge. */
function columnsOf(
  { rgb, width }: Raster,
  isWanted: (r: number, g: number, b: number) => boolean,
): readonly [number, number] {
  let [left, right] = [width, 0];
  for (let at = 0; at < rgb.length; at += 3) {
    if (!isWanted(rgb[at] ?? 0, rgb[at + 1] ?? 0, rgb[at + 2] ?? 0)) continue;
    const x = (at / 3) % width;
    left = Math.min(left, x);
    right = Math.max(right, x + 1);
  }
  return [(left * 25.4) / DPI, (right * 25.4) / DPI];
}

test(
  'S-13: pictures from photos lie on the paper in their real size, the seal over the left third',
  needs('pdftoppm'),
  async () => {
    const office = anOffice();
    const draft = prepared(fixture('hand-cr-line-ends.pdf'));
    const signed = signWith(office, draft, office.leader, {
      field: fieldNames.leader,
      appearance: {
        kind: 'handwriting',
        png: await photographed('handwriting', 45),
        widthMm: 45,
      },
    });
    const sealed = signWith(office, signed, office.organ, {
      field: fieldNames.organ,
      appearance: {
        kind: 'seal',
        png: await photographed('seal', 36),
        sizeMm: 36,
        over: fieldNames.leader,
      },
      fill: numberAndDate,
    });

    const isRed = (r: number, g: number, b: number) => r > 150 && g < 120 && b < 120;
    const [left, right] = columnsOf(drawn(signed), (r, g, b) => b > r + 50 && r < 120 && g < 130);
    const [sealLeft, sealRight] = columnsOf(drawn(sealed), isRed);
    expect(Math.abs(right - left - 45)).toBeLessThan(0.6);
    expect(Math.abs(sealRight - sealLeft - 36)).toBeLessThan(0.6);
    const share = (sealRight - left) / (right - left);
    expect(share).toBeGreaterThan(0.28);
    expect(share).toBeLessThan(0.38);
    // Each picture's own bytes, with the file's other objects (S-14).
    expect(sealed.length - signed.length).toBeLessThan(350_000);
  },
);
