import type { Sha256 } from '../../kernel/bytes';
import type { LocalDate } from '../../kernel/local-date';
import { isHolder, type Book, type Custody, type Holder } from './custody';
import { entryHash, type HeldEntry } from './entry-chain';
import { freeze } from './lease';
import type { RegisterEntry } from './register';

/** What the register has at the number of an upload, and the dates on both sides of it. */
export interface EntryPlace {
  readonly entry: RegisterEntry | undefined;
  /** Date of the nearest dated entry below and above; null for none. */
  readonly dateBefore: LocalDate | null;
  readonly dateAfter: LocalDate | null;
}

export type DisputeReason =
  /** A holder whose lease was ended, for a number nobody kept for it. */
  | 'stale'
  /** The number belongs to another document. */
  | 'taken'
  /** The present holder's chain is broken: two histories of one lease. */
  | 'chain'
  /** A date before the entry below, after the entry above, or in the future. */
  | 'date'
  /** A number from paper that is not the next one. */
  | 'notNext'
  /** Its author may keep no register any more. */
  | 'notAllowed'
  /** The paper may not be numbered now: it went back, or has another number. */
  | 'notFit';

/** What becomes of a number that was given elsewhere than on the server. */
export type EntryVerdict =
  /** Sent again after it was taken in. */
  | { readonly kind: 'known' }
  /** The next number of the book: an entry is added, behind those that the same hub gave and that are to come (`gap`). */
  | { readonly kind: 'next'; readonly book: Book; readonly gap?: readonly number[] }
  /** The number was kept for it: the placeholder becomes the document's entry. */
  | { readonly kind: 'fills' }
  /** The number counts and its date does not: it is kept for this document until a person corrects the date (§9.6). */
  | { readonly kind: 'keeps'; readonly book: Book; readonly gap?: readonly number[] }
  /** Never silent, never decided by the program (§9.5). */
  | { readonly kind: 'dispute'; readonly reason: DisputeReason; readonly book: Book };

export interface Upload {
  readonly entry: HeldEntry;
  readonly from: Holder;
  readonly place: EntryPlace;
  /** Latest date that can be right: today in Vietnam ten minutes after the receive time. */
  readonly latestDate: LocalDate;
  readonly now: string;
}

/** Judges a number that a holder gave (sync §9.4 "Upload", §9.5 step 3): I-9 to I-12, N-6, N-8. */
export function acceptEntry(book: Book, upload: Upload, sha256: Sha256): EntryVerdict {
  const { entry, from, place, now } = upload;
  const { counter, custody } = book;
  if (place.entry?.documentId === entry.documentId) return { kind: 'known' };
  const isPresent = isHolder(custody, from) && entry.epoch === custody.epoch;
  if (!isPresent) return acceptStale(book, upload);
  if (entry.number !== counter.nextNumber || entry.prevEntryHash !== custody.entryHash) {
    return disputeOver(place.entry?.documentId ? 'taken' : 'chain', frozenBook(book, now));
  }
  const chained: Custody = {
    ...custody,
    // The first upload says what a lost confirmation would have said (N-14).
    state: custody.state === 'SEALING' ? 'DEVICE' : custody.state,
    entryHash: entryHash(entry, sha256),
  };
  const nextNumber = counter.nextNumber + 1;
  const date = entry.date as LocalDate;
  if ((counter.lastDate !== null && date < counter.lastDate) || date > upload.latestDate) {
    const kept = { counter: { ...counter, nextNumber }, custody: freeze(chained, now) };
    return { kind: 'keeps', book: kept };
  }
  return {
    kind: 'next',
    book: { counter: { ...counter, nextNumber, lastDate: date }, custody: chained },
  };
}

/** A lease that was ended, or an epoch that this server never gave (N-11): only a placeholder of that epoch takes it. */
export function acceptStale(
  book: Book,
  {
    entry,
    from,
    place,
    now,
  }: Pick<Upload, 'from' | 'place' | 'now'> & {
    readonly entry: Pick<HeldEntry, 'epoch' | 'date'>;
  },
): EntryVerdict {
  const kept = place.entry;
  const isFromFuture = entry.epoch > book.custody.epoch;
  if (isFromFuture) return disputeOver('stale', frozenBook(book, now));
  if (kept && (kept.kind !== 'placeholder' || kept.documentId !== null))
    return disputeOver('taken', book);
  const isKeptForIt =
    kept !== undefined &&
    kept.keptFor !== null &&
    kept.keptFor.deviceId === from.deviceId &&
    kept.keptFor.epoch === entry.epoch;
  if (!isKeptForIt) return disputeOver('stale', book);
  return fillsInTime(place, entry.date) ? { kind: 'fills' } : disputeOver('date', book);
}

/** Dates never go back on either side of the number (I-11). */
export const fillsInTime = ({ dateBefore, dateAfter }: EntryPlace, date: string): boolean =>
  (dateBefore === null || dateBefore <= date) && (dateAfter === null || date <= dateAfter);

export const frozenBook = ({ counter, custody }: Book, now: string): Book => ({
  counter,
  custody: freeze(custody, now),
});

export const disputeOver = (reason: DisputeReason, book: Book): EntryVerdict => ({
  kind: 'dispute',
  reason,
  book,
});

/** A number that was given by hand while nothing worked: the next one, or one that was kept, else a dispute (N-20). */
export function acceptPaperNumber(
  book: Book,
  paper: { readonly number: number; readonly documentId: string; readonly date: LocalDate },
  place: EntryPlace,
): EntryVerdict {
  const { counter, custody } = book;
  const { number, documentId, date } = paper;
  if (place.entry?.documentId === documentId) return { kind: 'known' };
  if (place.entry?.kind === 'placeholder' && place.entry.documentId === null) {
    return fillsInTime(place, date) ? { kind: 'fills' } : disputeOver('date', book);
  }
  if (place.entry) return disputeOver('taken', book);
  if (custody.state !== 'SERVER' || number !== counter.nextNumber)
    return disputeOver('notNext', book);
  if (counter.lastDate !== null && date < counter.lastDate) return disputeOver('date', book);
  const next = { ...counter, nextNumber: number + 1, lastDate: date };
  return { kind: 'next', book: { counter: next, custody } };
}
