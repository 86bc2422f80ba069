import { expect, test } from 'vitest';
import { isAtGoal, remainingSteps } from '../../../tools/demo/outgoing-path';

test('a document that is not there goes the whole way', () => {
  expect(remainingSteps('daDongDau', undefined)).toEqual([
    'create',
    'submitDraft',
    'approveContent',
    'approveFormat',
    'recordSignature',
    'requestNumber',
    'recordSeal',
  ]);
  expect(remainingSteps('traLai', undefined)).toEqual(['create', 'submitDraft', 'returnDraft']);
  expect(remainingSteps('huyDuThao', undefined)).toEqual(['create', 'dropDraft']);
});

test('a seeding that was cut goes on from where the document stands', () => {
  expect(remainingSteps('daDongDau', 'choKy')).toEqual([
    'recordSignature',
    'requestNumber',
    'recordSeal',
  ]);
  expect(isAtGoal('daDongDau', 'daCapSo')).toBe(false);
});

test('what people did with a document since is not done over', () => {
  expect(remainingSteps('choKy', 'daKy')).toEqual([]);
  expect(remainingSteps('choKy', 'traLai')).toEqual([]);
  expect(remainingSteps('daDongDau', 'daPhatHanh')).toEqual([]);
  expect(isAtGoal('traLai', 'choDonVi')).toBe(true);
  expect(isAtGoal('daDongDau', 'daPhatHanh')).toBe(true);
});
