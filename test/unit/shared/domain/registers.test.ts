import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  allocateNumber,
  arrivalEntryDate,
  printNumber,
} from '@shared/domain/register/allocate-number';
import { RegisterCounter } from '@shared/domain/register/register';
import { LocalDate } from '@shared/kernel/local-date';
import { aRegister, sample } from '../../../support/core-builders';

const date = (text: string) => LocalDate.parse(text);
const counterAt = (nextNumber: number, lastDate: string | null) =>
  RegisterCounter.parse({ registerId: sample.registerId, nextNumber, lastDate });

describe('giving a number', () => {
  test('I-9: the next number is given and the counter stands one further', () => {
    const given = allocateNumber(aRegister(), counterAt(7, '2026-03-01'), date('2026-03-02'));

    expect(given).toMatchObject({
      ok: true,
      value: { number: 7, counter: { nextNumber: 8, lastDate: '2026-03-02' } },
    });
  });

  test('I-11: a date before the newest entry is refused', () => {
    const given = allocateNumber(aRegister(), counterAt(7, '2026-03-02'), date('2026-03-01'));

    expect(given).toMatchObject({
      ok: false,
      error: { code: 'register.date-goes-back', lastDate: '2026-03-02' },
    });
  });

  test.each(['daKhoa', 'daDong'])('a register that is %s gives no number', (status) => {
    const given = allocateNumber(aRegister({ status }), counterAt(1, null), date('2026-03-02'));

    expect(given).toMatchObject({ ok: false, error: { code: 'register.closed' } });
  });

  test.each(['2025-12-31', '2027-01-01'])('%s is not of the year of the book', (day) => {
    const given = allocateNumber(aRegister(), counterAt(1, null), date(day));

    expect(given).toMatchObject({ ok: false, error: { code: 'register.wrong-year', year: 2026 } });
  });

  test('I-9, I-10, I-11: papers in any order give numbers without gaps and dates that never go back', () => {
    const day = fc
      .integer({ min: 1, max: 28 })
      .map((d) => date(`2026-02-${String(d).padStart(2, '0')}`));
    fc.assert(
      fc.property(fc.array(day, { maxLength: 30 }), (arrivals) => {
        let counter = counterAt(1, null);
        const entries = arrivals.map((arrival) => {
          const given = allocateNumber(aRegister(), counter, arrivalEntryDate(counter, arrival));
          if (!given.ok) throw new Error(given.error.code);
          counter = given.value.counter;
          return given.value;
        });

        expect(entries.map(({ number }) => number)).toEqual(arrivals.map((_, i) => i + 1));
        expect(entries.map((entry) => entry.date).toSorted()).toEqual(entries.map((e) => e.date));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('the date of an arrival entry', () => {
  test('I-11: a paper that waited for its number is entered on the day of the newest entry', () => {
    expect(arrivalEntryDate(counterAt(3, '2026-03-02'), date('2026-02-27'))).toBe('2026-03-02');
  });

  test.each([null, '2026-02-27', '2026-03-02'])('after %s it is the day the paper came', (last) => {
    expect(arrivalEntryDate(counterAt(3, last), date('2026-03-02'))).toBe('2026-03-02');
  });
});

test.each([
  [1, '01'],
  [9, '09'],
  [10, '10'],
  [1234, '1234'],
])('number %i is printed as %s', (number, printed) => {
  expect(printNumber(number)).toBe(printed);
});
