import { expect, test } from 'vitest';
import { findAgency } from '@shared/domain/organ/find-agency';
import type { Agency } from '@shared/domain/organ/organ';

const anAgency = (name: string, code: string): Agency => ({ id: code, code, name, officeId: null });
const directory = [
  anAgency('UBND xã Sơn Hà', 'H01.1'),
  anAgency('UBND xã Sơn Hạ', 'H01.2'),
  anAgency('Sở Nội vụ', 'H01.3'),
  anAgency('UBND xã Tân Lập', 'H01.4'),
  anAgency('UBND xã Tân Lập', 'H02.4'),
];

test.each([
  ['UBND xã Sơn Hạ', 'H01.2'],
  ['UBND xã Sơn Hà', 'H01.1'],
  ['ubnd xã  sơn hạ', 'H01.2'],
  ['so noi vu', 'H01.3'],
  ['UBND xã Sơn Ha', undefined],
  ['ubnd xa son ha', undefined],
  ['UBND xã Tân Lập', undefined],
  ['', undefined],
  ['Sở Nội', undefined],
])('van-ban.md §4: "%s" means %s in the directory, and nothing when in doubt', (typed, code) => {
  expect(findAgency(directory, typed)?.code).toBe(code);
});
