import { err, ok, type Result } from '../../kernel/result';
import type { Book, Custody } from './custody';
import { freeze, returned, unfreeze, type LeaseFailure, type MovedBook } from './lease';

/**
 * A server that was restored from a backup gives no numbers (N-11, N-12): the highest one that anybody knows and the
 * paper book must be heard first. Nobody knows how often the counter moved in the lost history; it did not move once a
 * minute since 1970, so the minute of the restore is an epoch that was never given, in this restore or an earlier one.
 */
export const freezeForRecovery = (custody: Custody, now: string): Custody => ({
  ...freeze(custody, now),
  recovery: { lastSeen: null },
  epochFloor: Math.max(custody.epochFloor, Math.floor(Date.parse(now) / 60_000)),
});

/** Stands for the chain's newest hash when rows came into a lent book otherwise than from its holder. */
const UNCHAINED = '';

/** Rows of the book came from witnesses: the holder's chain does not lead to them. */
export const unchained = (custody: Custody): Custody =>
  custody.lease === null ? custody : { ...custody, entryHash: UNCHAINED };

/**
 * The administrator has taken in what workstations know: the counter is raised to the highest number seen. What nobody
 * brought of the numbers below becomes placeholders (I-10). The book stays frozen until its clerk has looked at paper.
 * A lease whose chain does not lead to that number is recalled: the holder's next number could only be a dispute.
 */
export function raiseCounter(
  { counter, custody }: Book,
  seen: { readonly highest: number; readonly missing: readonly number[]; readonly now: string },
): MovedBook {
  const lastSeen = Math.max(seen.highest, counter.nextNumber - 1);
  const isChained = custody.entryHash !== UNCHAINED && lastSeen === counter.nextNumber - 1;
  const kept = custody.lease === null || isChained ? custody : returned(custody, seen.now, true);
  return {
    book: {
      counter: { ...counter, nextNumber: lastSeen + 1 },
      custody: { ...kept, recovery: { lastSeen } },
    },
    placeholders: seen.missing,
  };
}

/**
 * A person has looked at what froze the book. After a restore they state the last number on paper: it is at least the
 * highest one seen, and numbers in between become placeholders.
 */
export function unfreezeBook(
  { counter, custody }: Book,
  stated: { readonly lastPaperNumber: number | undefined; readonly now: string },
): Result<MovedBook, LeaseFailure> {
  const thawed = unfreeze(custody, stated.now);
  if (!custody.recovery) return ok({ book: { counter, custody: thawed }, placeholders: [] });
  const { lastSeen } = custody.recovery;
  if (lastSeen === null) return err({ code: 'register.recovery-open' });
  if (stated.lastPaperNumber === undefined) return err({ code: 'register.paper-number-missing' });
  if (stated.lastPaperNumber < lastSeen) return err({ code: 'register.last-number-too-small' });
  const known = counter.nextNumber - 1;
  const last = Math.max(stated.lastPaperNumber, known);
  return ok({
    book: {
      counter: { ...counter, nextNumber: last + 1 },
      custody: { ...thawed, recovery: null },
    },
    placeholders: Array.from({ length: last - known }, (_, i) => known + 1 + i),
  });
}
