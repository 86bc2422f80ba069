import { describe, expect, test } from 'vitest';
import { NEW_CUSTODY, type Book } from '@shared/domain/register/custody';
import {
  freezeForRecovery,
  raiseCounter,
  unchained,
  unfreezeBook,
} from '@shared/domain/register/recovery';
import { grantLease } from '@shared/domain/register/lease';
import { LocalDate } from '@shared/kernel/local-date';
import type { Result } from '@shared/kernel/result';
import { aRegister, sample, sha256 } from '../../../support/core-builders';

const now = '2026-03-02T02:00:00.000Z';
const today = LocalDate.parse('2026-03-02');
const getOk = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(result.error.code);
  return result.value;
};
const aBook = (nextNumber: number): Book => ({
  counter: { registerId: sample.registerId as never, nextNumber, lastDate: null },
  custody: freezeForRecovery(NEW_CUSTODY, now),
});

describe('N-11: the book of a restored server', () => {
  test('gives no number and is not opened before workstations were heard', () => {
    const book = aBook(46);

    expect(book.custody.state).toBe('FROZEN');
    expect(unfreezeBook(book, { lastPaperNumber: 45, now })).toMatchObject({
      error: { code: 'register.recovery-open' },
    });
  });

  test('I-12: no move of its counter after the restore has an epoch that the lost history may have given', () => {
    const register = aRegister();
    const terms = { holder: { deviceId: sample.deviceId, inc: 1 }, today, now, sha256 };
    const start = { ...aBook(46), custody: { ...NEW_CUSTODY, epoch: 4, leaseAllowed: true } };
    const lost = getOk(grantLease(register, start, terms));
    const frozen = { ...start, custody: freezeForRecovery(start.custody, now) };
    const { book } = raiseCounter(frozen, { highest: 48, missing: [46, 47, 48], now });
    const open = getOk(unfreezeBook(book, { lastPaperNumber: 48, now })).book;
    const again = getOk(grantLease(register, open, terms));
    expect(again.custody.epoch).toBeGreaterThan(lost.custody.epoch + 1_000);

    const later = '2026-03-02T02:01:00.000Z';
    const second = { ...start, custody: freezeForRecovery(start.custody, later) };
    const thawed = { ...second, custody: { ...second.custody, state: 'SERVER' as const } };
    const third = getOk(grantLease(register, thawed, terms));
    expect(third.custody.epoch).toBeGreaterThan(again.custody.epoch);
  });

  test('I-10: its counter rises to the highest number seen, and what nobody brought is kept', () => {
    const { book, placeholders } = raiseCounter(aBook(46), { highest: 50, missing: [47, 49], now });

    expect(book).toMatchObject({
      counter: { nextNumber: 51 },
      custody: { state: 'FROZEN', recovery: { lastSeen: 50 } },
    });
    expect(placeholders).toEqual([47, 49]);
  });

  test.each([
    [undefined, 'register.paper-number-missing'],
    [49, 'register.last-number-too-small'],
  ])('is not opened with %s as the last number on paper', (lastPaperNumber, code) => {
    const { book } = raiseCounter(aBook(46), { highest: 50, missing: [], now });

    expect(unfreezeBook(book, { lastPaperNumber, now })).toMatchObject({ error: { code } });
  });

  test('opens behind the last number on paper; numbers that only paper knows are kept', () => {
    const { book } = raiseCounter(aBook(46), { highest: 50, missing: [], now });

    expect(unfreezeBook(book, { lastPaperNumber: 52, now })).toMatchObject({
      value: {
        placeholders: [51, 52],
        book: { counter: { nextNumber: 53 }, custody: { state: 'SERVER', recovery: null } },
      },
    });
  });

  describe('a book that was lent', () => {
    const lent = (nextNumber: number): Book => {
      const { counter, custody } = aBook(nextNumber);
      const lease = { deviceId: sample.deviceId, epoch: 1 } as never;
      return {
        counter,
        custody: { ...custody, lease, epoch: 1, entryHash: 'a', frozenFrom: 'DEVICE' },
      };
    };
    const minute = Math.floor(Date.parse(now) / 60_000);
    const recalled = { lease: null, epoch: minute, state: 'FROZEN', frozenFrom: 'SERVER' };

    test('I-12: is recalled when its counter rose past the holder’s chain', () => {
      const { book } = raiseCounter(lent(46), { highest: 50, missing: [46], now });

      expect(book.custody).toMatchObject({ ...recalled, recovery: { lastSeen: 50 } });
    });

    test('I-12: is recalled when rows came into it from witnesses', () => {
      const { counter, custody } = lent(46);
      const behind = { counter, custody: unchained(custody) };

      expect(raiseCounter(behind, { highest: 45, missing: [], now }).book.custody).toMatchObject(
        recalled,
      );
    });

    test('stays lent while its chain leads to the highest number seen', () => {
      const { book } = raiseCounter(lent(46), { highest: 45, missing: [], now });

      expect(book.custody).toMatchObject({ epoch: 1, entryHash: 'a', frozenFrom: 'DEVICE' });
    });
  });
});
