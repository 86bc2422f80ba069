import { LocalDate } from '../../kernel/local-date';

const DAY_MS = 86_400_000;

/**
 * Days off between Monday and Friday: public holidays of Bộ luật Lao động 2019, Điều 112, days off in place of one that
 * falls on a weekend (Điều 111), and days exchanged by a yearly notice. Days that are still proposals are left out. Of
 * 2027 the days of Tết, 3 May and 3 September follow from the law's wording; their notice is not out yet. A year that is
 * not listed has its weekends alone, so that a deadline there is never later than the true one.
 */
const daysOff: ReadonlySet<string> = new Set(
  Object.entries({
    2025: '01-01 01-27 01-28 01-29 01-30 01-31 04-07 04-30 05-01 05-02 09-01 09-02',
    2026: '01-01 01-02 02-16 02-17 02-18 02-19 02-20 04-27 04-30 05-01 08-31 09-01 09-02',
    2027: '01-01 02-05 02-08 02-09 02-10 04-16 04-30 05-03 09-02 09-03',
  }).flatMap(([year, days]) => days.split(' ').map((day) => `${year}-${day}`)),
);

/** Saturdays on which offices work in return for a day off. */
const workingSaturdays: ReadonlySet<string> = new Set(['2025-04-26', '2026-01-10', '2026-08-22']);

/** Whether offices are open on a day, local closures aside. */
export function isWorkingDay(day: LocalDate): boolean {
  const weekday = new Date(Date.parse(day)).getUTCDay();
  const isWeekend = weekday === 0 || weekday === 6;
  return isWeekend ? workingSaturdays.has(day) : !daysOff.has(day);
}

const dayAfter = (day: LocalDate): LocalDate =>
  LocalDate.parse(new Date(Date.parse(day) + DAY_MS).toISOString().slice(0, 10));

/** Working days after `from` and before `to`: those that have passed whole. */
export function workingDaysBetween(from: LocalDate, to: LocalDate): number {
  let count = 0;
  for (let day = dayAfter(from); day < to; day = dayAfter(day)) if (isWorkingDay(day)) count += 1;
  return count;
}

/** The first working day after `day`. */
export function nextWorkingDay(day: LocalDate): LocalDate {
  const next = dayAfter(day);
  return isWorkingDay(next) ? next : nextWorkingDay(next);
}
