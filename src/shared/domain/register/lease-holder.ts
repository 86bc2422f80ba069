import { z } from 'zod';
import type { Sha256 } from '../../kernel/bytes';
import { sameJson } from '../../kernel/canonical-json';
import { LocalDate, localDateAt } from '../../kernel/local-date';
import { err, ok, type Result } from '../../kernel/result';
import { Lease } from './custody';
import { chainStart, entryHash, type HeldEntry } from './entry-chain';

/**
 * The holder's side of a lease (sync §9.4). The caller journals and flushes what a function returns before anybody sees
 * it: a grant before it is confirmed, an entry and both anchors before its number is shown (M-13).
 */
export const HolderBook = z
  .object({
    lease: Lease,
    /** The number the next document gets. */
    next: z.int().positive(),
    lastDate: LocalDate.nullable(),
    /** Chain hash of the newest entry, or the chain's start. */
    hash: z.string(),
    /** Numbers given that the server has not taken in yet. */
    unsent: z.int().nonnegative(),
    /** The book was closed for its release: no number is given any more. */
    sealed: z.boolean(),
    /** The server froze the register and has not opened it again; absent in journals of before. */
    frozen: z.boolean().optional(),
  })
  .readonly();
export type HolderBook = z.infer<typeof HolderBook>;

/** What is written outside the profile, twice, before a number is shown (sync §9.4 "Second anchor"). */
export const LeaseAnchor = z
  .object({
    registerId: z.string(),
    epoch: z.int().positive(),
    next: z.int().positive(),
    sealed: z.boolean(),
  })
  .readonly();
export type LeaseAnchor = z.infer<typeof LeaseAnchor>;

/**
 * What a device does with a grant that an answer brought.
 *
 * `have`: this very one is in the journal, nothing to do. `journal`: it is new here and was never sent before. `ask`: it
 * was sent before and is not in the journal, or another one has its epoch, which a restored server forgot: the paper
 * question, then `declineLease` and a new request (N-10, N-11, N-14).
 * `refuse`: an older grant than the journal knows.
 */
export function receiveGrant(
  held: HolderBook | undefined,
  grant: { readonly lease: Lease; readonly wasSentBefore: boolean },
): 'have' | 'journal' | 'ask' | 'refuse' {
  if (held?.lease.epoch === grant.lease.epoch)
    return sameJson(held.lease, grant.lease) ? 'have' : 'ask';
  if (held && held.lease.epoch > grant.lease.epoch) return 'refuse';
  return grant.wasSentBefore ? 'ask' : 'journal';
}

/** The book as the journal begins it. */
export const openHeldBook = (lease: Lease, sha256: Sha256): HolderBook => ({
  lease,
  next: lease.fromNumber,
  lastDate: lease.lastDate,
  hash: chainStart(lease, sha256),
  unsent: 0,
  sealed: false,
});

/** What the screen says when a holder gives no number. */
export type HolderFailure =
  | { readonly code: 'register.lease-sealed' }
  | { readonly code: 'register.quota-reached'; readonly quota: number }
  | { readonly code: 'register.lease-not-begun'; readonly notBefore: LocalDate }
  | { readonly code: 'register.lease-expired'; readonly notAfter: LocalDate }
  | { readonly code: 'register.wrong-year'; readonly year: number }
  | { readonly code: 'register.date-goes-back'; readonly lastDate: LocalDate }
  | { readonly code: 'register.clock-not-trusted' }
  | { readonly code: 'register.anchor-ahead' };

/**
 * The next number, and the book to be journalled with it in one flush (N-2, N-3, N-17).
 *
 * @param request `anchors`: those that can be read now, from outside the profile
 */
export function allocateHeldNumber(
  book: HolderBook,
  request: {
    readonly documentId: string;
    readonly date: LocalDate;
    readonly anchors: readonly LeaseAnchor[];
  },
  sha256: Sha256,
): Result<{ readonly entry: HeldEntry; readonly book: HolderBook }, HolderFailure> {
  const { lease, next, lastDate, unsent } = book;
  const { date, documentId, anchors } = request;
  if (!isAtAnchors(book, anchors)) return err({ code: 'register.anchor-ahead' });
  if (book.sealed) return err({ code: 'register.lease-sealed' });
  if (unsent >= lease.quota) return err({ code: 'register.quota-reached', quota: lease.quota });
  if (Number(date.slice(0, 4)) !== lease.year) {
    return err({ code: 'register.wrong-year', year: lease.year });
  }
  if (date < lease.notBefore) {
    return err({ code: 'register.lease-not-begun', notBefore: lease.notBefore });
  }
  if (date > lease.notAfter) {
    return err({ code: 'register.lease-expired', notAfter: lease.notAfter });
  }
  if (lastDate !== null && date < lastDate)
    return err({ code: 'register.date-goes-back', lastDate });
  const entry: HeldEntry = {
    registerId: lease.registerId,
    epoch: lease.epoch,
    number: next,
    documentId,
    date,
    prevEntryHash: book.hash,
  };
  const hash = entryHash(entry, sha256);
  return ok({
    entry,
    book: { ...book, next: next + 1, lastDate: date, hash, unsent: unsent + 1 },
  });
}

/** The server has taken in the oldest entry that was not sent. */
export const markUploaded = (book: HolderBook): HolderBook => ({
  ...book,
  unsent: Math.max(0, book.unsent - 1),
});

/** Told at four fifths: of the numbers that may be unsent, or of the time. */
export const isNearLimit = ({ lease, unsent }: HolderBook, today: LocalDate): boolean => {
  const [begin, end, now] = [lease.notBefore, lease.notAfter, today].map((day) => Date.parse(day));
  const isNearQuota = unsent * 5 >= lease.quota * 4;
  return isNearQuota || ((now ?? 0) - (begin ?? 0)) * 5 >= ((end ?? 0) - (begin ?? 0)) * 4;
};

/**
 * First step of a release, journalled: nothing is numbered after it. A book that is behind its anchors cannot be given
 * back either: the server would number again what this machine has forgotten (found by T-MC).
 */
export const sealHeldBook = (
  book: HolderBook,
  anchors: readonly LeaseAnchor[],
): Result<HolderBook, HolderFailure> =>
  isAtAnchors(book, anchors)
    ? ok({ ...book, sealed: true })
    : err({ code: 'register.anchor-ahead' });

export const anchorOf = ({ lease, next, sealed }: HolderBook): LeaseAnchor => ({
  registerId: lease.registerId,
  epoch: lease.epoch,
  next,
  sealed,
});

/**
 * May the book be used as it lies in the journal? False when an anchor knows more: a later epoch, a higher number, or
 * a seal that the journal has not. Such a book waits for the server (N-8, N-10b).
 */
export const isAtAnchors = (book: HolderBook, anchors: readonly LeaseAnchor[]): boolean =>
  anchors
    .filter(({ registerId }) => registerId === book.lease.registerId)
    .every(
      (anchor) =>
        anchor.epoch < book.lease.epoch ||
        (anchor.epoch === book.lease.epoch &&
          anchor.next <= book.next &&
          (!anchor.sealed || book.sealed)),
    );

/** What a workstation knows of the time (sync §3.3). */
export interface KnownTime {
  /** The wall clock, milliseconds since the epoch. */
  readonly wallMs: number;
  /** Newest server time that was ever persisted. */
  readonly lastTrustedMs: number;
  /** Server time and what has passed since by the monotonic clock; null when this boot had no contact. */
  readonly trustedNowMs: number | null;
}

/** A clock that lags by less is the usual one: it stands behind every contact for a moment, and the true time is known. */
const CLOCK_LAG_MS = 5 * 60_000;

/**
 * The date a holder writes beside a number (sync §9.6, N-7, N-16): that of `trustedNow`; after a start without contact that
 * of the wall clock, if it can be right at all. A wrong clock stops this device and entitles no other (I-17).
 */
export function numberingDate(
  { wallMs, lastTrustedMs, trustedNowMs }: KnownTime,
  { notAfter, year }: Lease,
): Result<LocalDate, HolderFailure> {
  const lag = trustedNowMs === null ? 0 : CLOCK_LAG_MS;
  if (wallMs + lag < lastTrustedMs) return err({ code: 'register.clock-not-trusted' });
  const date = localDateAt(trustedNowMs ?? wallMs);
  if (trustedNowMs === null && date > notAfter) return err({ code: 'register.clock-not-trusted' });
  if (Number(date.slice(0, 4)) !== year) return err({ code: 'register.wrong-year', year });
  return ok(date);
}
