import { describe, expect, test } from 'vitest';
import { acceptEntry, acceptPaperNumber } from '@shared/domain/register/accept-entry';
import { NEW_CUSTODY, type Book } from '@shared/domain/register/custody';
import {
  approveRecall,
  confirmLease,
  freeze,
  grantLease,
  openBehind,
  proposeRecall,
  releaseLease,
  unfreeze,
} from '@shared/domain/register/lease';
import {
  allocateHeldNumber,
  isAtAnchors,
  isNearLimit,
  markUploaded,
  numberingDate,
  openHeldBook,
  receiveGrant,
  sealHeldBook,
  anchorOf,
  type HolderBook,
} from '@shared/domain/register/lease-holder';
import { RegisterEntry, type Register } from '@shared/domain/register/register';
import { LocalDate } from '@shared/kernel/local-date';
import type { Result } from '@shared/kernel/result';
import { anId, aRegister, sample, sha256 } from '../../../support/core-builders';

const getOk = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(result.error.code);
  return result.value;
};
const date = (text: string) => LocalDate.parse(text);
const now = '2026-03-02T02:00:00.000Z';
const holder = { deviceId: sample.deviceId, inc: 1 };
const other = { deviceId: anId(5, 2), inc: 1 };

const aBook = (nextNumber = 46, lastDate: string | null = '2026-03-01'): Book => ({
  counter: {
    registerId: aRegister().id,
    nextNumber,
    lastDate: lastDate === null ? null : date(lastDate),
  },
  custody: { ...NEW_CUSTODY, leaseAllowed: true },
});

const granted = (register: Register = aRegister(), today = '2026-03-02'): Book =>
  getOk(grantLease(register, aBook(), { holder, today: date(today), now, sha256 }));

const leaseOf = ({ custody }: Book) => {
  if (!custody.lease) throw new Error('no lease');
  return custody.lease;
};
const heldOf = (book: Book): HolderBook => openHeldBook(leaseOf(book), sha256);
const give = (book: HolderBook, n = 1, day = '2026-03-02') =>
  allocateHeldNumber(book, { documentId: anId(6, n), date: date(day), anchors: [] }, sha256);
const nowhere = { entry: undefined, dateBefore: null, dateAfter: null };

describe('granting', () => {
  test('I-12: what was granted once is not granted again, to nobody', () => {
    const again = grantLease(aRegister(), granted(), {
      holder: other,
      today: date('2026-03-02'),
      now,
      sha256,
    });

    expect(again).toEqual({ ok: false, error: { code: 'register.not-open' } });
  });

  test('M-11, I-17: the last day of a lease entitles nobody else', () => {
    const book = granted();
    const today = date('2026-12-30');

    expect(leaseOf(book).notAfter < today).toBe(true);
    expect(grantLease(aRegister(), book, { holder: other, today, now, sha256 })).toEqual({
      ok: false,
      error: { code: 'register.not-open' },
    });
  });

  test('sync §19: lease mode is off until the head of the office allows it', () => {
    const book = { ...aBook(), custody: NEW_CUSTODY };

    expect(
      grantLease(aRegister(), book, { holder, today: date('2026-03-02'), now, sha256 }),
    ).toEqual({ ok: false, error: { code: 'register.lease-not-allowed' } });
  });

  test.each([
    ['den', 3_000, '2026-05-25'],
    ['di', 500, '2026-04-13'],
  ] as const)('the bounds of a register %s', (direction, quota, notAfter) => {
    expect(leaseOf(granted(aRegister({ direction })))).toMatchObject({ quota, notAfter });
  });

  test('N-16: a lease ends on 31 December, and next year’s begins on 1 January', () => {
    expect(leaseOf(granted(aRegister(), '2026-12-20')).notAfter).toBe('2026-12-31');
    expect(leaseOf(granted(aRegister({ year: 2027 }), '2026-12-20')).notBefore).toBe('2027-01-01');
  });

  test('N-14: a confirmation counts once and may be said again; another device’s does not', () => {
    const once = getOk(confirmLease(granted(), { ...holder, epoch: 1 }, now));

    expect(once.custody.state).toBe('DEVICE');
    expect(confirmLease(once, { ...holder, epoch: 1 }, now)).toEqual({ ok: true, value: once });
    expect(confirmLease(once, { ...other, epoch: 1 }, now).ok).toBe(false);
    expect(confirmLease(once, { ...holder, epoch: 2 }, now).ok).toBe(false);
  });

  test('N-14: a grant that was sent before and is not in the journal asks a person', () => {
    const lease = leaseOf(granted());

    expect(receiveGrant(undefined, { lease, wasSentBefore: false })).toBe('journal');
    expect(receiveGrant(undefined, { lease, wasSentBefore: true })).toBe('ask');
    expect(receiveGrant(heldOf(granted()), { lease, wasSentBefore: true })).toBe('have');
  });

  test('N-11, I-12: another grant of an epoch that the journal knows asks a person', () => {
    const lease = { ...leaseOf(granted()), fromNumber: 49 };

    expect(receiveGrant(heldOf(granted()), { lease, wasSentBefore: false })).toBe('ask');
  });
});

describe('numbering on the holder', () => {
  test('N-2: what was not flushed was never given: the same book gives the same number', () => {
    const book = heldOf(granted());

    expect(getOk(give(book, 1)).entry.number).toBe(46);
    expect(getOk(give(book, 2)).entry.number).toBe(46);
  });

  test('N-3: what was flushed is given: the next document gets the next number', () => {
    const { entry, book } = getOk(give(heldOf(granted()), 1));
    const second = getOk(give(book, 2)).entry;

    expect(second.number).toBe(entry.number + 1);
    expect(second.prevEntryHash).toBe(book.hash);
  });

  test('N-17: at the quota the holder stops; an upload makes room', () => {
    const book = { ...heldOf(granted()), unsent: 3_000 };

    expect(give(book)).toEqual({
      ok: false,
      error: { code: 'register.quota-reached', quota: 3_000 },
    });
    expect(give(markUploaded(book)).ok).toBe(true);
    const today = book.lease.notBefore;
    const near = [2_399, 2_400].map((unsent) => isNearLimit({ ...book, unsent }, today));
    expect(near).toEqual([false, true]);
    expect(isNearLimit({ ...book, unsent: 0 }, LocalDate.parse('2026-05-08'))).toBe(false);
    expect(isNearLimit({ ...book, unsent: 0 }, LocalDate.parse('2026-05-09'))).toBe(true);
  });

  test.each([
    ['N-16', '2027-01-01', 'register.wrong-year'],
    ['the last day', '2026-05-26', 'register.lease-expired'],
    ['I-11', '2026-02-28', 'register.lease-not-begun'],
  ])('%s: on %s no number is given', (_name, day, code) => {
    expect(give(heldOf(granted()), 1, day)).toMatchObject({ ok: false, error: { code } });
  });

  test('I-11: no number is dated before the one below it', () => {
    const { book } = getOk(give(heldOf(granted()), 1, '2026-03-04'));

    expect(give(book, 2, '2026-03-03')).toMatchObject({
      ok: false,
      error: { code: 'register.date-goes-back' },
    });
  });

  test('a sealed book gives nothing', () => {
    const sealed = getOk(sealHeldBook(heldOf(granted()), []));

    expect(give(sealed)).toEqual({ ok: false, error: { code: 'register.lease-sealed' } });
  });

  test('N-8, N-10b: a journal behind its anchor neither numbers nor is given back', () => {
    const before = heldOf(granted());
    const { book } = getOk(give(before));
    const anchors = [anchorOf(book)];
    const sealed = anchorOf(getOk(sealHeldBook(before, [])));

    expect(isAtAnchors(book, anchors)).toBe(true);
    expect(isAtAnchors(before, anchors)).toBe(false);
    expect(isAtAnchors(before, [sealed])).toBe(false);
    expect(isAtAnchors(before, [{ ...sealed, epoch: 2 }])).toBe(false);
    expect(sealHeldBook(before, anchors)).toEqual({
      ok: false,
      error: { code: 'register.anchor-ahead' },
    });
  });
});

describe('N-7: the date a holder writes', () => {
  const at = (text: string) => Date.parse(text);
  const time = (wall: string, trusted: string | null = null) => ({
    wallMs: at(wall),
    lastTrustedMs: at('2026-03-02T01:00:00Z'),
    trustedNowMs: trusted === null ? null : at(trusted),
  });
  const lease = leaseOf(granted());

  test.each([
    [
      'of this boot’s contact, whatever the wall clock says',
      '2026-03-20T00:00:00Z',
      '2026-03-03T02:00:00Z',
      '2026-03-03',
    ],
    [
      'also of a clock that lags by minutes behind the contact',
      '2026-03-02T00:56:00Z',
      '2026-03-02T01:00:00Z',
      '2026-03-02',
    ],
    ['of a wall clock that can be right', '2026-03-05T20:00:00Z', null, '2026-03-06'],
  ])('is that %s', (_name, wall, trusted, expected) => {
    expect(numberingDate(time(wall, trusted), lease)).toEqual({ ok: true, value: expected });
  });

  test.each([
    ['set back behind the last contact', '2026-03-02T00:59:00Z', null],
    ['dead battery', '1970-01-01T00:00:00Z', null],
    ['far ahead, after a start without contact', '2026-06-01T00:00:00Z', null],
    ['set back, even while the true time is known', '2026-03-01T00:00:00Z', '2026-03-02T02:00:00Z'],
  ])('a clock that is %s gives none', (_name, wall, trusted) => {
    expect(numberingDate(time(wall, trusted), lease)).toEqual({
      ok: false,
      error: { code: 'register.clock-not-trusted' },
    });
  });

  test('N-16: after midnight of 31 December by the true time the old book gives none', () => {
    const trusted = '2026-12-31T17:00:00Z';

    expect(numberingDate(time(trusted, trusted), lease)).toMatchObject({
      error: { code: 'register.wrong-year' },
    });
  });
});

describe('taking numbers in', () => {
  const upload = (held: HolderBook, n = 1, day = '2026-03-02') => {
    const { entry, book } = getOk(give(held, n, day));
    return { entry, book };
  };
  const judge = (book: Book, entry: ReturnType<typeof upload>['entry'], over: object = {}) =>
    acceptEntry(
      book,
      { entry, from: holder, place: nowhere, latestDate: date('2026-03-02'), now, ...over },
      sha256,
    );

  test('N-14: the first upload says what a lost confirmation would have said', () => {
    const book = granted();
    const verdict = judge(book, upload(heldOf(book)).entry);

    expect(verdict).toMatchObject({
      kind: 'next',
      book: { custody: { state: 'DEVICE' }, counter: { nextNumber: 47 } },
    });
  });

  test('M-12, N-9: another machine with the holder’s entry is not the holder', () => {
    const book = granted();

    expect(judge(book, upload(heldOf(book)).entry, { from: other })).toMatchObject({
      kind: 'dispute',
      reason: 'stale',
    });
  });

  test('M-12: a number of the holder’s earlier lease is stale, and freezes nothing', () => {
    const book = granted();
    const { entry } = upload(heldOf(book));
    const epoch = book.custody.epoch + 2;
    const lease = { ...leaseOf(book), epoch };
    const later: Book = { ...book, custody: { ...book.custody, epoch, lease } };

    expect(judge(later, entry)).toMatchObject({
      kind: 'dispute',
      reason: 'stale',
      book: { custody: { state: 'SEALING' } },
    });
  });

  test('N-8: a broken chain in the present epoch is a dispute and freezes the book', () => {
    const book = granted();
    const { entry } = upload(heldOf(book));
    const verdict = judge(book, { ...entry, prevEntryHash: '0'.repeat(64) });

    expect(verdict).toMatchObject({
      kind: 'dispute',
      reason: 'chain',
      book: { custody: { state: 'FROZEN', frozenFrom: 'SEALING' } },
    });
  });

  test('N-11: an epoch that this server never gave is a dispute and freezes the book', () => {
    const book = granted();
    const { entry } = upload(heldOf(book));

    expect(judge(aBook(), entry)).toMatchObject({
      kind: 'dispute',
      book: { custody: { state: 'FROZEN' } },
    });
  });

  test.each(['2026-02-28', '2026-03-03'])(
    'I-11, §9.6: the number counts, its date %s does not: kept for the document, and frozen',
    (day) => {
      const book = granted();
      const { entry } = upload(heldOf(book));
      const verdict = judge(book, { ...entry, date: day });

      expect(verdict).toMatchObject({
        kind: 'keeps',
        book: { counter: { nextNumber: 47, lastDate: '2026-03-01' }, custody: { state: 'FROZEN' } },
      });
    },
  );
});

describe('N-5, N-6: a forced recall', () => {
  const lost = granted();
  const proposal = { lastIssued: 48, by: anId(4, 1), now };

  test('needs two persons and a last number that is not below what the server knows', () => {
    const proposed = getOk(proposeRecall(lost, proposal));

    expect(approveRecall(proposed, { by: anId(4, 1), now })).toEqual({
      ok: false,
      error: { code: 'register.other-person' },
    });
    expect(approveRecall(lost, { by: anId(4, 2), now })).toMatchObject({ ok: false });
    expect(proposeRecall(lost, { ...proposal, lastIssued: 44 })).toEqual({
      ok: false,
      error: { code: 'register.last-number-too-small' },
    });
  });

  test('I-10: the numbers up to the stated one become placeholders and are never given again', () => {
    const proposed = getOk(proposeRecall(lost, proposal));
    const { book, placeholders } = getOk(approveRecall(proposed, { by: anId(4, 2), now }));

    expect(placeholders).toEqual([46, 47, 48]);
    expect(book).toMatchObject({
      counter: { nextNumber: 49 },
      custody: { state: 'SERVER', epoch: 2, lease: null },
    });
  });

  test('N-6: the holder that comes back fills what was kept for it; beyond that it is a dispute', () => {
    const proposed = getOk(proposeRecall(lost, { ...proposal, lastIssued: 46 }));
    const { book } = getOk(approveRecall(proposed, { by: anId(4, 2), now }));
    const first = getOk(give(heldOf(lost), 1));
    const second = getOk(give(first.book, 2));
    const placeholder = RegisterEntry.parse({
      registerId: sample.registerId,
      number: 46,
      date: null,
      documentId: null,
      givenBy: anId(4, 2),
      kind: 'placeholder',
      note: null,
      keptFor: { deviceId: holder.deviceId, epoch: 1 },
    });
    const latestDate = date('2026-03-02');
    const judge = (entry: typeof first.entry, kept: RegisterEntry | undefined) =>
      acceptEntry(
        book,
        { entry, from: holder, place: { ...nowhere, entry: kept }, latestDate, now },
        sha256,
      );

    expect(judge(first.entry, placeholder)).toEqual({ kind: 'fills' });
    expect(
      judge(first.entry, { ...placeholder, keptFor: { ...holder, epoch: 7 } as never }),
    ).toMatchObject({ kind: 'dispute', reason: 'stale' });
    expect(judge(second.entry, undefined)).toMatchObject({ kind: 'dispute', reason: 'stale' });
    expect(judge(first.entry, { ...placeholder, kind: 'document' })).toMatchObject({
      kind: 'dispute',
      reason: 'taken',
    });
  });
});

describe('giving back', () => {
  /** A book whose holder has sent everything, and its claim. */
  const releasable = () => {
    const book = granted();
    const { entry, book: held } = getOk(give(heldOf(book)));
    const claim = { ...holder, epoch: 1, lastNumber: 46, hash: held.hash };
    const taken = acceptEntry(
      book,
      { entry, from: holder, place: nowhere, latestDate: date('2026-03-02'), now },
      sha256,
    );
    if (taken.kind !== 'next') throw new Error(taken.kind);
    return { before: book, book: taken.book, claim };
  };

  test('the server checks that it has everything before the counter moves', () => {
    const { before, book, claim } = releasable();

    expect(releaseLease(before, claim, now)).toEqual({
      ok: false,
      error: { code: 'register.upload-missing' },
    });
    expect(releaseLease(book, claim, now)).toMatchObject({
      ok: true,
      value: { counter: { nextNumber: 47 }, custody: { state: 'SERVER', epoch: 2 } },
    });
  });

  test('giving a frozen book back leaves it frozen: what froze it is a person’s to decide', () => {
    const { book, claim } = releasable();
    const frozen = { ...book, custody: freeze(book.custody, now) };

    expect(releaseLease(frozen, claim, now)).toMatchObject({
      value: { custody: { state: 'FROZEN', frozenFrom: 'SERVER', lease: null } },
    });
  });

  test('N-11: after a restore of the server neither release nor recall opens the book', () => {
    const { book, claim } = releasable();
    const custody = {
      ...freeze(book.custody, now),
      recovery: { lastSeen: null },
    } as Book['custody'];
    const recalled = proposeRecall({ ...book, custody }, { lastIssued: 60, by: anId(4, 1), now });

    expect(releaseLease({ ...book, custody }, claim, now)).toMatchObject({
      value: { custody: { state: 'FROZEN' } },
    });
    expect(recalled.ok && approveRecall(recalled.value, { by: anId(4, 2), now })).toMatchObject({
      value: { book: { custody: { state: 'FROZEN', frozenFrom: 'SERVER' } } },
    });
  });

  test('a book that was frozen goes back to the state of before', () => {
    const { custody } = granted();

    expect(unfreeze(freeze(freeze(custody, now), now), now)).toEqual(custody);
  });
});

test('a book that goes on from one on paper begins behind its last number, confirmed by a second person', () => {
  const opening = {
    lastNumber: 120,
    lastDate: date('2026-06-30'),
    source: 'Sổ giấy của xã trước khi sáp nhập',
    scanSha256: '0'.repeat(64) as never,
    proposedBy: anId(4, 1) as never,
    at: now,
  };
  const empty = aBook(1, null);
  const proposed = { ...empty, custody: { ...empty.custody, opening } };

  expect(openBehind(proposed, { by: anId(4, 1), now })).toMatchObject({ ok: false });
  expect(openBehind(proposed, { by: anId(4, 2), now })).toMatchObject({
    ok: true,
    value: { counter: { nextNumber: 121, lastDate: '2026-06-30' }, custody: { openedAfter: 120 } },
  });
  expect(
    openBehind({ ...aBook(), custody: proposed.custody }, { by: anId(4, 2), now }),
  ).toMatchObject({ error: { code: 'register.has-entries' } });
});

describe('N-20: numbers that were given by hand', () => {
  const paper = (number: number, day = '2026-03-02') => ({
    number,
    documentId: sample.documentId,
    date: date(day),
  });

  test('the next one is entered', () => {
    expect(acceptPaperNumber(aBook(), paper(46), nowhere)).toMatchObject({
      kind: 'next',
      book: { counter: { nextNumber: 47, lastDate: '2026-03-02' } },
    });
  });

  test.each([
    ['not the next one', aBook(), paper(48), 'notNext'],
    ['dated before the entry below', aBook(), paper(46, '2026-02-28'), 'date'],
    ['of a book that a device holds', granted(), paper(46), 'notNext'],
  ] as const)('%s: a dispute', (_name, book, number, reason) => {
    expect(acceptPaperNumber(book, number, nowhere)).toMatchObject({ kind: 'dispute', reason });
  });
});
