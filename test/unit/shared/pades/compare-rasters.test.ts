import { expect, test } from 'vitest';
import {
  differingBox,
  isDrawnOn,
  type PageRaster,
} from '../../../../src/shared/pades/visual/compare-rasters';

/** A white page with dots of one tone. */
function aPage(dots: readonly (readonly [number, number])[] = [], tone = 0): PageRaster {
  const [width, height] = [20, 10];
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (const [x, y] of dots) data.fill(tone, (y * width + x) * 4, (y * width + x) * 4 + 3);
  return { width, height, data };
}
const stroke = [
  [5, 3],
  [6, 3],
  [7, 4],
] as const;
const mask = { page: 1, left: 0.25, top: 0.3, width: 0.15, height: 0.2 };

test('V-10: equal pages do not differ', () => {
  expect(differingBox(aPage(stroke), aPage(stroke), [])).toBeUndefined();
});

test('V-10: a stroke more or less is found with its box', () => {
  const box = { left: 5, top: 3, right: 8, bottom: 5 };

  expect(differingBox(aPage(), aPage(stroke), [])).toEqual(box);
  expect(differingBox(aPage(stroke), aPage(), [])).toEqual(box);
});

test('V-10: edges blended a little otherwise, and two single pixels, are no difference', () => {
  expect(differingBox(aPage(), aPage(stroke, 225), [])).toBeUndefined();
  expect(differingBox(aPage(), aPage(stroke.slice(0, 2)), [])).toBeUndefined();
});

test('V-10: what lies under a mask and its edge does not count; all else does', () => {
  const outside = [
    [15, 8],
    [16, 8],
    [17, 8],
  ] as const;

  expect(differingBox(aPage(), aPage(stroke), [mask])).toBeUndefined();
  expect(differingBox(aPage(), aPage([...stroke, ...outside]), [mask])).toEqual({
    left: 15,
    top: 8,
    right: 18,
    bottom: 9,
  });
});

test('V-11: an area is drawn on when letters stand in it, whatever the colour of the paper', () => {
  const grey = aPage().data.map(() => 180);

  expect(isDrawnOn(aPage(), mask)).toBe(false);
  expect(isDrawnOn(aPage(stroke), mask)).toBe(true);
  expect(isDrawnOn({ ...aPage(), data: grey }, mask)).toBe(false);
});
