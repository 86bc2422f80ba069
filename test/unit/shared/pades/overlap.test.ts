import { expect, test } from 'vitest';
import { fieldNames } from '../../../../src/shared/pades/field-names';
import { MM } from '../../../../src/shared/pades/geometry';
import { isUsualSeal } from '../../../../src/shared/pades/verify/overlap';

const leader = { name: fieldNames.leader, rect: [300, 200, 453, 274] as const };
/** 36 mm, over the left third of the leader's signature, moved up by so much. */
const sealAt = (up: number, sizeMm = 36) => {
  const side = sizeMm * MM;
  const [left, bottom] = [300 + 50 - side, 237 - side / 2 + up];
  return { name: fieldNames.organ, rect: [left, bottom, left + side, bottom + side] as const };
};

test('V-11: the seal over the left third of the signature is the usual one', () => {
  expect([isUsualSeal(sealAt(0), leader), isUsualSeal(sealAt(15), leader)]).toEqual([true, true]);
});

test.each([
  ['in the same column over the text above', sealAt(100 * MM)],
  ['touching the signature with an edge alone', sealAt(36 * MM)],
  ['larger than a seal', sealAt(0, 60)],
  ['in another field', { ...sealAt(0), name: 'them' }],
])('V-11: a seal %s is not', (_, seal) => {
  expect(isUsualSeal(seal, leader)).toBe(false);
});
