import { describe, expect, test } from 'vitest';
import { NEW_CUSTODY, type Book } from '@shared/domain/register/custody';
import { approveRecall, grantLease, proposeRecall } from '@shared/domain/register/lease';
import {
  acceptSlip,
  HubRelease,
  NumberSlip,
  releaseByHub,
  slipText,
} from '@shared/domain/register/number-slip';
import { RegisterEntry } from '@shared/domain/register/register';
import { LocalDate } from '@shared/kernel/local-date';
import type { Result } from '@shared/kernel/result';
import { anId, aRegister, sample, sha256 } from '../../../support/core-builders';

const getOk = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(result.error.code);
  return result.value;
};
const date = (text: string) => LocalDate.parse(text);
const now = '2026-03-02T02:00:00.000Z';
const hub = { deviceId: anId(5, 9), inc: 1 };
const nowhere = { entry: undefined, dateBefore: null, dateAfter: null };

/** A register whose next number is 46, leased to the hub. */
function leased(holder = hub): Book {
  const counter = {
    registerId: aRegister().id,
    nextNumber: 46,
    lastDate: date('2026-03-01'),
  };
  const custody = { ...NEW_CUSTODY, leaseAllowed: true };
  const terms = { holder, today: date('2026-03-02'), now, sha256 };
  return getOk(grantLease(aRegister(), { counter, custody }, terms));
}

const aSlip = (number: number, over: object = {}): NumberSlip =>
  NumberSlip.parse({
    registerId: sample.registerId,
    epoch: 1,
    number,
    date: '2026-03-02',
    documentId: anId(6, number),
    ...hub,
    sig: '0'.repeat(128),
    ...over,
  });
const judge = (book: Book, slip: NumberSlip, place: object = {}) =>
  acceptSlip(book, {
    slip,
    place: { ...nowhere, ...place },
    latestDate: date('2026-03-02'),
    now,
  });
const aRow = (over: object): RegisterEntry =>
  RegisterEntry.parse({
    registerId: sample.registerId,
    number: 46,
    date: null,
    documentId: null,
    givenBy: sample.clerkId,
    kind: 'placeholder',
    note: null,
    keptFor: { deviceId: hub.deviceId, epoch: 1 },
    ...over,
  });

const getOkVerdict = (verdict: ReturnType<typeof judge>): Book => {
  if (verdict.kind !== 'next') throw new Error(verdict.kind);
  return verdict.book;
};

describe('numbers of the hub', () => {
  test('I-9, I-10: slips come in any order, and what has not come is kept for its slip', () => {
    const later = judge(leased(), aSlip(48));
    expect(later).toMatchObject({
      kind: 'next',
      gap: [46, 47],
      book: { counter: { nextNumber: 49 } },
    });
    if (later.kind !== 'next') throw new Error(later.kind);
    expect(later.book.custody.state).toBe('DEVICE');
    const place = {
      entry: aRow({}),
      dateBefore: date('2026-03-01'),
      dateAfter: date('2026-03-02'),
    };
    expect(judge(later.book, aSlip(46), place)).toEqual({ kind: 'fills' });
    expect(judge(later.book, aSlip(49))).toMatchObject({ kind: 'next', gap: [] });
  });

  test('I-5: a slip that came before is known', () => {
    const place = { entry: aRow({ kind: 'document', documentId: anId(6, 46), keptFor: null }) };
    expect(judge(leased(), aSlip(46), place)).toEqual({ kind: 'known' });
  });

  test('M-26: a hub without a lease, of an ended one or of another machine’s gives nothing that counts', () => {
    const other = leased({ deviceId: sample.deviceId, inc: 1 });
    expect(judge(other, aSlip(46))).toMatchObject({ kind: 'dispute', reason: 'stale' });
    const unleased = { ...leased(), custody: NEW_CUSTODY };
    expect(judge(unleased, aSlip(46))).toMatchObject({
      kind: 'dispute',
      book: { custody: { state: 'FROZEN' } },
    });
    const proposed = getOk(proposeRecall(leased(), { lastIssued: 46, by: sample.clerkId, now }));
    const { book, placeholders } = getOk(approveRecall(proposed, { by: anId(4, 2), now }));
    expect(placeholders).toEqual([46]);
    expect(judge(book, aSlip(46), { entry: aRow({}) })).toEqual({ kind: 'fills' });
    expect(judge(book, aSlip(47))).toMatchObject({ kind: 'dispute', reason: 'stale' });
  });

  test('N-8: a copied hub gives a number twice: the book is frozen, and both papers are in dispute', () => {
    const place = { entry: aRow({ kind: 'document', documentId: anId(6, 99), keptFor: null }) };
    expect(judge(leased(), aSlip(46), place)).toMatchObject({
      kind: 'dispute',
      reason: 'taken',
      book: { custody: { state: 'FROZEN' } },
    });
  });

  test('I-11: a date that goes back or lies ahead keeps the number and waits for a person', () => {
    expect(judge(leased(), aSlip(47, { date: '2026-02-27' }))).toMatchObject({
      kind: 'keeps',
      gap: [46],
      book: { counter: { nextNumber: 48 }, custody: { state: 'FROZEN' } },
    });
    expect(judge(leased(), aSlip(46, { date: '2026-03-03' }))).toMatchObject({ kind: 'keeps' });
  });

  test('§9.4: a number further ahead of what came in than the lease allows is two histories of one', () => {
    expect(judge(leased(), aSlip(46 + 2_999))).toMatchObject({ kind: 'next' });
    expect(judge(leased(), aSlip(46 + 3_000))).toMatchObject({ kind: 'dispute', reason: 'chain' });
    const later = getOkVerdict(judge(leased(), aSlip(46)));
    expect(judge(later, aSlip(46 + 3_000))).toMatchObject({ kind: 'next' });
  });

  test('§9.4, I-9: the hub’s word ends the lease once every slip of it is here, and only of this lease', () => {
    const whole = getOkVerdict(judge(leased(), aSlip(46)));
    const release = HubRelease.parse({
      registerId: sample.registerId,
      epoch: 1,
      lastNumber: 46,
      ...hub,
      sig: '0'.repeat(128),
    });
    expect(releaseByHub(whole, release, now)).toMatchObject({
      value: {
        counter: { nextNumber: 47 },
        custody: { state: 'SERVER', epoch: 2, lease: null, slipsTaken: 0 },
      },
    });
    const codeOf = (book: Book, over: object = {}) =>
      releaseByHub(book, { ...release, ...over }, now);
    const missing = { error: { code: 'register.slips-missing' } };
    // Not told of yet, and known by a later slip alone.
    expect(codeOf(leased())).toMatchObject(missing);
    const gap = getOkVerdict(judge(leased(), aSlip(47)));
    expect(codeOf(gap, { lastNumber: 47 })).toMatchObject(missing);
    for (const over of [{ epoch: 2 }, { inc: 2 }, { deviceId: anId(5, 8) }])
      expect(codeOf(whole, over)).toMatchObject({ error: { code: 'register.not-holder' } });
    const frozen = { ...whole, custody: { ...whole.custody, state: 'FROZEN' as const } };
    expect(codeOf(frozen)).toMatchObject({ value: { custody: { state: 'FROZEN', lease: null } } });
  });

  test('every field but the signature is signed', () => {
    const { sig: _sig, ...slip } = aSlip(46);
    for (const over of [
      { number: 47 },
      { epoch: 2 },
      { documentId: anId(6, 47) },
      { date: '2026-03-01' },
      { inc: 2 },
    ]) {
      expect(slipText({ ...slip, ...over } as typeof slip)).not.toEqual(slipText(slip));
    }
  });
});
