import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  daysBetween,
  formatLocalDate,
  LocalDate,
  localDateAt,
  parseTypedDate,
  startOfLocalDate,
} from '@shared/kernel/local-date';

const today = LocalDate.parse('2026-03-02');
const date = (text: string) => LocalDate.parse(text);

describe('dates as officials type them', () => {
  test.each([
    ['21/11/2026', '2026-11-21'],
    ['21.11.26', '2026-11-21'],
    ['21-11', '2026-11-21'],
    ['21 11 2026', '2026-11-21'],
    ['2111', '2026-11-21'],
    ['211126', '2026-11-21'],
    ['21112026', '2026-11-21'],
    ['1/2/2025', '2025-02-01'],
    [' 29/02/2028 ', '2028-02-29'],
  ])('%s is read as %s', (typed, expected) => {
    expect(parseTypedDate(typed, today)).toBe(expected);
  });

  test.each([
    '29/02/2026',
    '31/04',
    '00/10/2026',
    '13/13/2026',
    '1',
    '211',
    'mai',
    '',
    '21/11/202',
  ])('%s is no date of the calendar', (typed) => {
    expect(parseTypedDate(typed, today)).toBeUndefined();
  });

  test('what is printed is read back as the same date', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40_000 }), (days) => {
        const printed = localDateAt(days * 86_400_000);

        expect(parseTypedDate(formatLocalDate(printed), today)).toBe(printed);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('the day in Vietnam', () => {
  test('begins at seven in the evening UTC of the day before', () => {
    expect(localDateAt(Date.parse('2026-03-01T16:59:59.999Z'))).toBe('2026-03-01');
    expect(localDateAt(Date.parse('2026-03-01T17:00:00.000Z'))).toBe('2026-03-02');
  });

  test('its first millisecond belongs to it and the one before does not', () => {
    const start = startOfLocalDate(today);

    expect(localDateAt(start)).toBe(today);
    expect(localDateAt(start - 1)).toBe('2026-03-01');
  });

  test.each([
    ['2026-02-28', '2026-03-01', 1],
    ['2028-02-28', '2028-03-01', 2],
    ['2026-03-02', '2026-03-02', 0],
    ['2026-03-02', '2026-02-28', -2],
  ])('from %s to %s are %i days', (from, to, days) => {
    expect(daysBetween(date(from), date(to))).toBe(days);
  });
});
