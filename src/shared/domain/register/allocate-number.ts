import type { Result } from '../../kernel/result';
import { err, ok } from '../../kernel/result';
import type { LocalDate } from '../../kernel/local-date';
import type { Register, RegisterCounter, RegisterEntry } from './register';

export interface Allocation {
  readonly number: number;
  readonly date: LocalDate;
  readonly counter: RegisterCounter;
}

/**
 * The next number of an open register (doc/R1, R2, R5; I-9, I-10, I-11). The caller holds the register's lock and
 * stores the returned counter in the same transaction as the entry.
 */
export function allocateNumber(
  register: Register,
  counter: RegisterCounter,
  date: LocalDate,
): Result<Allocation, AllocateNumberFailure> {
  if (register.status !== 'dangMo') return err({ code: 'register.closed' });
  if (Number(date.slice(0, 4)) !== register.year)
    return err({ code: 'register.wrong-year', year: register.year });
  if (counter.lastDate !== null && date < counter.lastDate) {
    return err({ code: 'register.date-goes-back', lastDate: counter.lastDate });
  }
  const number = counter.nextNumber;
  const nextNumber = number + 1;
  return ok({ number, date, counter: { ...counter, nextNumber, lastDate: date } });
}

export type AllocateNumberFailure =
  | { readonly code: 'register.closed' }
  | { readonly code: 'register.wrong-year'; readonly year: number }
  | { readonly code: 'register.date-goes-back'; readonly lastDate: LocalDate };

/**
 * Why a request can never get a number of this book. What only has to wait (locked, leased, frozen) is no reason: such a
 * request stands in the queue (sync §9.3).
 */
export function refuseRequest(
  register: Register,
  date: LocalDate,
): 'register.closed' | 'register.wrong-year' | undefined {
  if (register.status === 'daDong') return 'register.closed';
  return Number(date.slice(0, 4)) === register.year ? undefined : 'register.wrong-year';
}

/** The counter knows the newest date of its book, whichever row brought it: one that was kept free may be filled late (I-11). */
export function withDatesOf(
  counter: RegisterCounter,
  rows: readonly Pick<RegisterEntry, 'date'>[],
): RegisterCounter {
  const dates = [counter.lastDate, ...rows.map(({ date }) => date)];
  const lastDate =
    dates
      .filter((date) => date !== null)
      .toSorted()
      .at(-1) ?? null;
  return { ...counter, lastDate };
}

/** As printed: at least two digits (NĐ 30/2020/NĐ-CP, Phụ lục I). */
export const printNumber = (number: number): string => String(number).padStart(2, '0');

/**
 * Date of an arrival entry: the day the paper came, but never before the newest entry.
 *
 * A paper that waited for its number while the line was down is entered on the day of the newest entry, and the book's
 * note column says when it came; so dates never go back (I-11) and no clerk's work is refused.
 */
export const arrivalEntryDate = (counter: RegisterCounter, arrivalDate: LocalDate): LocalDate =>
  counter.lastDate !== null && counter.lastDate > arrivalDate ? counter.lastDate : arrivalDate;
