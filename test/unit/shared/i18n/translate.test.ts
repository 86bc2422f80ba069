import { expect, test } from 'vitest';
import { ReasonCode } from '@shared/domain/signing/verification-reason';
import { catalogue } from '@shared/errors/catalogue';
import { failureWords } from '@shared/i18n/failures';
import { formatBytes, formatDate, formatDuration, formatInstant } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';

test('a text is filled with its values; numbers are written as Vietnam writes them', () => {
  expect(t('incoming.due.overdue', { days: 3 })).toBe('Quá hạn 3 ngày');
  expect(t('incoming.list.count', { count: 12345 })).toBe('12.345 văn bản');
  expect(t('incoming.form.savedNumber', { number: '1234' })).toBe('Số đến 1234');
});

test('a wrong key and a missing value do not compile', () => {
  // @ts-expect-error no such text
  expect(() => t('incoming.due.nonsense')).toThrow();
  // @ts-expect-error the days are missing
  expect(t('incoming.due.overdue')).toBe('Quá hạn  ngày');
});

test('every failure says what happened and what to do now, in whole sentences', () => {
  expect(Object.keys(failureWords).toSorted()).toEqual(Object.keys(catalogue).toSorted());
  for (const { what, next } of Object.values(failureWords)) {
    expect(what).toMatch(/[.!?]$/);
    expect(next).toMatch(/[.!?]$/);
  }
});

test('O-5: each reason of a verdict has a code of plain letters and a sentence', () => {
  for (const code of ReasonCode.options) {
    expect(code).toMatch(/^[a-z0-9.-]+$/);
    expect(t(`signing.reason.${code}`)).toMatch(/^\p{Lu}.*[.!?]$/su);
  }
});

test('instants are shown in Vietnam, whatever zone the workstation has', () => {
  expect(formatInstant('2026-11-20T18:05:00.000Z')).toBe('21/11/2026 01:05');
  expect(formatDate('2026-11-21')).toBe('21/11/2026');
  expect(formatDate(null)).toBe('');
  expect(formatInstant('hôm qua')).toBe('');
});

test('sizes and durations are words a person says', () => {
  expect(formatBytes(3_565_158)).toBe('3,4 MB');
  expect(formatBytes(900)).toBe('900 B');
  expect(formatDuration(11_520_000)).toBe('3 giờ 12 phút');
  expect(formatDuration(20_000)).toBe('chưa đến 1 phút');
});
