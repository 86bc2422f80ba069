import { LocalDate } from '../../kernel/local-date';

const DAY_MS = 86_400_000;

/**
 * Last day on which a paper asked for on `day` gets its number: the next working day (NĐ 30/2020/NĐ-CP, Điều 15).
 * Saturdays and Sundays are passed over; public holidays are not known here, so the true limit is never earlier.
 */
export function numberingLimit(day: LocalDate): LocalDate {
  let at = Date.parse(day) + DAY_MS;
  while ([0, 6].includes(new Date(at).getUTCDay())) at += DAY_MS;
  return LocalDate.parse(new Date(at).toISOString().slice(0, 10));
}
