import type { LocalDate } from '../../kernel/local-date';
import { err, ok, type Result } from '../../kernel/result';
import type { Sha256 } from '../../kernel/bytes';
import {
  isHolder,
  Lease,
  nextEpoch,
  RecallProposal,
  type Book,
  type Custody,
  type Holder,
} from './custody';
import { chainStart } from './entry-chain';
import type { Register } from './register';

/**
 * The server's side of a lease (sync §9.4, §9.5). Every function takes the book as its row lock shows it and returns the
 * book to be stored in the same transaction.
 *
 *   SERVER ── grant ──► SEALING ── confirm, or the first upload ──► DEVICE
 *      ▲                   │                                          │
 *      └── decline with the paper question; release; forced recall ◄──┘      (each adds 1 to the epoch)
 *
 * `FROZEN` may lie over each of them. Time moves nothing (M-11).
 */

/** Bounds of the damage, not of safety (sync §9.4). Sixty and thirty working days are twelve and six weeks. */
export const LEASE_LIMITS = {
  den: { quota: 3_000, days: 84 },
  di: { quota: 500, days: 42 },
  banSao: { quota: 500, days: 42 },
} as const;

/** A book, and the numbers that become placeholder entries with it. */
export interface MovedBook {
  readonly book: Book;
  readonly placeholders: readonly number[];
}

export type LeaseFailure = {
  readonly code:
    | 'register.not-open'
    | 'register.lease-not-allowed'
    | 'register.not-holder'
    | 'register.upload-missing'
    | 'register.slips-missing'
    | 'register.last-number-too-small'
    | 'register.no-lease'
    | 'register.other-person'
    | 'register.nothing-proposed'
    | 'register.has-entries'
    | 'register.closed'
    | 'register.wrong-year'
    | 'register.recovery-open'
    | 'register.paper-number-missing';
};

export interface GrantTerms {
  readonly holder: Holder & { readonly name?: string };
  /** Today by the server's clock. */
  readonly today: LocalDate;
  readonly now: string;
  readonly sha256: Sha256;
}

/** `SERVER` → `SEALING`: from here on the server neither numbers nor grants again, whether the answer arrives or not. */
export function grantLease(
  register: Register,
  book: Book,
  { holder, today, now, sha256 }: GrantTerms,
): Result<Book, LeaseFailure> {
  const { counter, custody } = book;
  if (!custody.leaseAllowed) return err({ code: 'register.lease-not-allowed' });
  if (register.status !== 'dangMo') return err({ code: 'register.closed' });
  if (custody.state !== 'SERVER') return err({ code: 'register.not-open' });
  const [firstDay, lastDay] = [`${register.year}-01-01`, `${register.year}-12-31`];
  if (today > lastDay) return err({ code: 'register.wrong-year' });
  const { quota, days } = LEASE_LIMITS[register.direction];
  // The next year's book may be taken in advance: it begins on 1 January (N-16).
  const begin = today < firstDay ? firstDay : today;
  const end = addDays(begin, days);
  const epoch = nextEpoch(custody);
  const lease = Lease.parse({
    registerId: register.id,
    epoch,
    deviceId: holder.deviceId,
    inc: holder.inc,
    year: register.year,
    fromNumber: counter.nextNumber,
    lastDate: counter.lastDate,
    quota,
    notBefore: begin,
    notAfter: end < lastDay ? end : lastDay,
  });
  return ok({
    counter,
    custody: {
      ...custody,
      state: 'SEALING',
      epoch,
      lease,
      holderName: holder.name ?? '',
      entryHash: chainStart(lease, sha256),
      wasSent: false,
      slipsTaken: 0,
      since: now,
      recall: null,
    },
  });
}

/** `SEALING` → `DEVICE`; saying it again changes nothing (N-14). */
export function confirmLease(
  { counter, custody }: Book,
  claim: Holder & { readonly epoch: number },
  now: string,
): Result<Book, LeaseFailure> {
  if (!isHolder(custody, claim) || claim.epoch !== custody.epoch) {
    return err({ code: 'register.not-holder' });
  }
  return ok({ counter, custody: confirmed(custody, now) });
}

const confirmed = (custody: Custody, now: string): Custody =>
  custody.state === 'SEALING' ? { ...custody, state: 'DEVICE', since: now } : custody;

/**
 * The device has no grant in its journal. The answer may have been lost, or the machine was set back after it had
 * numbered: only the paper book knows, so a person states its last number, and what the server does not have of it
 * becomes placeholders. The epoch grows: what the forgotten time brings to light later is a dispute.
 */
export function declineLease(
  book: Book,
  claim: Holder,
  stated: { readonly lastPaperNumber: number; readonly now: string },
): Result<MovedBook, LeaseFailure> {
  if (!isHolder(book.custody, claim)) return err({ code: 'register.not-holder' });
  return takeBack(book, stated.lastPaperNumber, stated.now);
}

/** The holder has sealed its book and sent everything: the counter comes back. */
export function releaseLease(
  book: Book,
  claim: Holder & { readonly epoch: number; readonly lastNumber: number; readonly hash: string },
  now: string,
): Result<Book, LeaseFailure> {
  const { counter, custody } = book;
  if (!isHolder(custody, claim) || claim.epoch !== custody.epoch) {
    return err({ code: 'register.not-holder' });
  }
  if (claim.lastNumber !== counter.nextNumber - 1 || claim.hash !== custody.entryHash) {
    return err({ code: 'register.upload-missing' });
  }
  // Giving back decides nothing of what froze the book: that is a person's (§9.4, §13.2).
  return ok({ counter, custody: returned(custody, now, custody.state === 'FROZEN') });
}

/** First half of a forced recall: a person of the office states the last number on paper or issued (sync §9.5). */
export function proposeRecall(
  { counter, custody }: Book,
  proposal: { readonly lastIssued: number; readonly by: string; readonly now: string },
): Result<Book, LeaseFailure> {
  if (custody.lease === null) return err({ code: 'register.no-lease' });
  if (proposal.lastIssued < counter.nextNumber - 1) {
    return err({ code: 'register.last-number-too-small' });
  }
  const { lastIssued, by, now } = proposal;
  const recall = RecallProposal.parse({ lastIssued, proposedBy: by, at: now });
  return ok({ counter, custody: { ...custody, recall } });
}

/** Second half, by another person: the epoch grows, the numbers up to the stated one become placeholders (N-5). */
export function approveRecall(
  book: Book,
  approval: { readonly by: string; readonly now: string },
): Result<MovedBook, LeaseFailure> {
  const { recall, lease } = book.custody;
  if (recall === null || lease === null) return err({ code: 'register.nothing-proposed' });
  if (recall.proposedBy === approval.by) return err({ code: 'register.other-person' });
  return takeBack(book, recall.lastIssued, approval.now);
}

function takeBack(
  { counter, custody }: Book,
  lastNumber: number,
  now: string,
): Result<MovedBook, LeaseFailure> {
  const known = counter.nextNumber - 1;
  // Uploads that came after the proposal may have gone beyond what was stated: the server never steps back.
  const last = Math.max(lastNumber, known);
  return ok({
    book: {
      counter: { ...counter, nextNumber: last + 1 },
      // After a restore of the server the book waits for the highest number that anybody knows (N-11).
      custody: returned(custody, now, custody.recovery !== null && custody.state === 'FROZEN'),
    },
    placeholders: Array.from({ length: last - known }, (_, i) => known + 1 + i),
  });
}

/** The counter is the server's again, under a new epoch; frozen still, where a person has to look first. */
export const returned = (custody: Custody, now: string, staysFrozen: boolean): Custody => ({
  ...custody,
  state: staysFrozen ? 'FROZEN' : 'SERVER',
  epoch: nextEpoch(custody),
  lease: null,
  holderName: '',
  entryHash: null,
  wasSent: false,
  slipsTaken: 0,
  frozenFrom: staysFrozen ? 'SERVER' : null,
  since: now,
  recall: null,
});

/** Nobody's new numbers count until a person has decided; frozen twice is frozen once. */
export const freeze = (custody: Custody, now: string): Custody =>
  custody.state === 'FROZEN'
    ? custody
    : { ...custody, state: 'FROZEN', frozenFrom: custody.state, since: now };

/** Back to the state of before; a person has looked at what froze it. */
export const unfreeze = (custody: Custody, now: string): Custody =>
  custody.frozenFrom === null
    ? custody
    : { ...custody, state: custody.frozenFrom, frozenFrom: null, since: now };

/** A book that goes on from one on paper begins behind its last number, once, before its first entry. */
export function openBehind(
  { counter, custody }: Book,
  approval: { readonly by: string; readonly now: string },
): Result<Book, LeaseFailure> {
  const { opening } = custody;
  if (opening === null) return err({ code: 'register.nothing-proposed' });
  if (opening.proposedBy === approval.by) return err({ code: 'register.other-person' });
  if (!isUntouched({ counter, custody })) return err({ code: 'register.has-entries' });
  const { lastNumber, lastDate } = opening;
  return ok({
    counter: { ...counter, nextNumber: lastNumber + 1, lastDate },
    custody: { ...custody, openedAfter: lastNumber, since: approval.now },
  });
}

export const isUntouched = ({ counter, custody }: Book): boolean =>
  counter.nextNumber === 1 && custody.state === 'SERVER' && custody.openedAfter === 0;

function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
