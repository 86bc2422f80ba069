import { expect, test } from 'vitest';
import { numberingLimit } from '@shared/domain/register/numbering-limit';
import { LocalDate } from '@shared/kernel/local-date';

const limit = (day: string) => numberingLimit(LocalDate.parse(day));

test('NĐ 30 Điều 15: a number waits until the next working day at the latest', () => {
  expect(limit('2026-03-02')).toBe('2026-03-03');
  expect(limit('2026-03-06')).toBe('2026-03-09');
  expect(limit('2026-03-07')).toBe('2026-03-09');
});

test('NĐ 30 Điều 15: public holidays and the days off in their place do not count', () => {
  expect(limit('2026-02-13')).toBe('2026-02-23');
  expect(limit('2026-04-24')).toBe('2026-04-28');
  expect(limit('2026-04-29')).toBe('2026-05-04');
  expect(limit('2026-12-31')).toBe('2027-01-04');
});

test('NĐ 30 Điều 15: a Saturday that is worked in return for a day off counts', () => {
  expect(limit('2026-01-09')).toBe('2026-01-10');
  expect(limit('2026-08-21')).toBe('2026-08-22');
});
