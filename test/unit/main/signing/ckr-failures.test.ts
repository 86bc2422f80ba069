import pkcs11js from 'pkcs11js';
import { expect, test } from 'vitest';
import {
  ckrFailures,
  ckrOf,
  failureOfCkr,
} from '../../../../src/main/features/signing/ckr-failures';
import { describeFailure } from '../../../../src/shared/i18n/failures';

const constants = Object.entries(pkcs11js as unknown as Readonly<Record<string, unknown>>).filter(
  ([name]) => name.startsWith('CKR_') && name !== 'CKR_OK',
);

test('K-16: every CKR constant of pkcs11js has its meaning, under its own number', () => {
  expect(constants.length).toBeGreaterThan(80);
  for (const [name, value] of constants)
    expect([name, ckrFailures[name]?.[0]]).toEqual([name, value]);
});

test('K-16: every meaning has words and a reference of its own', () => {
  for (const [, code] of Object.values(ckrFailures)) {
    const { what, next, reference } = describeFailure(code);
    expect(reference).toMatch(/^KS-1\d\d$/);
    expect(`${what} ${next}`.length).toBeGreaterThan(30);
  }
});

test('K-16: an unknown code shows its hexadecimal value, a general one its name', () => {
  expect(failureOfCkr(0x8000_0123, 'ok')).toEqual({ code: 'token.unknown', ckr: '0x80000123' });
  expect(failureOfCkr(0x5, 'ok')).toEqual({ code: 'token.unknown', ckr: 'CKR_GENERAL_ERROR' });
});

test('K-7: a wrong PIN carries what the token says now; once too often is locked', () => {
  expect(failureOfCkr(0xa0, 'finalTry')).toEqual({ code: 'token.pin-wrong', pin: 'finalTry' });
  expect(failureOfCkr(0xa0, 'locked')).toEqual({ code: 'token.pin-locked' });
});

test('a CK_RV is found in what pkcs11js throws, and in nothing else', () => {
  expect(ckrOf(new Error('CKR_PIN_INCORRECT:160'))).toBe(160);
  expect(ckrOf(Object.assign(new Error('CKR_PIN_INCORRECT'), { code: 160 }))).toBe(160);
  expect(ckrOf(Object.assign(new Error('no such file'), { code: 2 }))).toBeUndefined();
  expect(ckrOf('CKR_PIN_INCORRECT:160')).toBeUndefined();
});
