import { beforeAll, expect, test } from 'vitest';
import { appendRevision } from '../../../../src/shared/pades/append';
import { MM, pageGeometry } from '../../../../src/shared/pades/geometry';
import { listPages } from '../../../../src/shared/pades/reader/pages';
import { editDict } from '../../../../src/shared/pades/syntax';
import {
  anOffice,
  bytesOf,
  fixture,
  issued,
  needs,
  open,
  placesFor,
  run,
  saved,
  temporaryFolder,
  value,
  type Office,
} from './helpers';

let office: Office;
beforeAll(() => {
  office = anOffice();
});

/** The page of a plain file, turned, cut and scaled. */
function changedPage(changes: Record<string, string>): Uint8Array {
  const file = open(fixture('hand-cr-line-ends.pdf'));
  const [page] = listPages(file.now);
  if (!page) throw new Error('no page');
  const source = file.now.find(page.ref.num)?.source ?? file.bytes;
  const body = editDict(source, page.dict, changes);
  return value(appendRevision(file, [{ ...page.ref, body }])).bytes;
}

/** Box of the pixels of a colour on the first page, parts of it from its top left corner. */
function boxOf(path: string, isWanted: (r: number, g: number, b: number) => boolean) {
  const to = path.replace('.pdf', '');
  run('pdftoppm', ['-r', '60', '-cropbox', '-singlefile', path, to]);
  const bytes = bytesOf(`${to}.ppm`);
  const header = /^P6\s+(\d+)\s+(\d+)\s+255\s/.exec(
    Buffer.from(bytes.subarray(0, 40)).toString('latin1'),
  );
  const [width, height] = [Number(header?.[1]), Number(header?.[2])];
  const xs: number[] = [];
  const ys: number[] = [];
  for (let at = header?.[0].length ?? 0, i = 0; i < width * height; i++, at += 3) {
    if (!isWanted(bytes[at] ?? 0, bytes[at + 1] ?? 0, bytes[at + 2] ?? 0)) continue;
    xs.push((i % width) / width);
    ys.push(Math.floor(i / width) / height);
  }
  const range = (all: readonly number[]) =>
    all.reduce<readonly [number, number]>(
      ([low, high], one) => [Math.min(low, one), Math.max(high, one)],
      [1, 0],
    );
  const [[left, right], [top, bottom]] = [range(xs), range(ys)];
  return { left, right, top, bottom };
}

const cases = [0, 90, 180, 270].flatMap((rotate) =>
  ['', '[40 30 560 800]'].flatMap((crop) => [1, 1.5].map((unit) => ({ rotate, crop, unit }))),
);

test.each(cases)(
  'S-13: signature in its space, seal of 36 mm upright over its left third: /Rotate $rotate, CropBox $crop, UserUnit $unit',
  needs('pdftoppm'),
  ({ rotate, crop, unit }) => {
    const bytes = changedPage({
      Rotate: String(rotate),
      UserUnit: String(unit),
      ...(crop === '' ? {} : { CropBox: crop }),
    });
    const path = saved(temporaryFolder(), 'x.pdf', issued(office, bytes));
    const file = open(bytes);
    const [page] = listPages(file.now);
    if (!page) throw new Error('no page');
    const { width, height } = pageGeometry(file.now, page);
    const [x1, y1, x2, y2] = placesFor(bytes).leader.rect;

    const red = boxOf(path, (r, g, b) => r > 180 && g < 110 && b < 110);
    const blue = boxOf(path, (r, g, b) => b > 120 && r < 100 && g < 120);

    const millimetres = ((red.right - red.left) * width) / MM;
    const share = (red.right - blue.left) / (blue.right - blue.left);
    expect(blue.left).toBeGreaterThan(x1 / width - 0.01);
    expect(blue.right).toBeLessThan(x2 / width + 0.01);
    expect(blue.top).toBeGreaterThan(1 - y2 / height - 0.01);
    expect(blue.bottom).toBeLessThan(1 - y1 / height + 0.01);
    expect(Math.abs(millimetres - 36)).toBeLessThan(3);
    expect(share).toBeGreaterThan(0.23);
    expect(share).toBeLessThan(0.4);
  },
);
