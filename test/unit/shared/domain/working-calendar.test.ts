import { expect, test } from 'vitest';
import { workingDaysBetween } from '@shared/domain/deadline/working-calendar';
import { LocalDate } from '@shared/kernel/local-date';

const between = (from: string, to: string) =>
  workingDaysBetween(LocalDate.parse(from), LocalDate.parse(to));

test('§15: working days that passed whole between two dates, holidays and weekends left out', () => {
  expect(between('2026-11-20', '2026-11-20')).toBe(0);
  // Friday to Thursday: Monday, Tuesday, Wednesday.
  expect(between('2026-11-20', '2026-11-26')).toBe(3);
  expect(between('2026-11-20', '2026-11-25')).toBe(2);
  // Tết: from Friday 13 February, the first working day is Monday 23 February.
  expect(between('2026-02-13', '2026-02-23')).toBe(0);
  expect(between('2026-02-13', '2026-02-24')).toBe(1);
});
