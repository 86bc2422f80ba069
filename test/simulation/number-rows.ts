import type { Custody } from '@shared/domain/register/custody';
import type { RegisterChange } from '@shared/domain/register/number-queue';
import type { RegisterEntry } from '@shared/domain/register/register';
import type { Operation } from '@shared/sync/operation';
import type { Commit } from './memory-intake-store';
import type { Rewind } from './rewind';

interface NumberRowsDeps {
  readonly fail: (rule: string, what: string) => void;
  readonly count: (name: string) => void;
  readonly rewind: Rewind;
  /** The machine never starts again. */
  readonly isLost: (deviceId: string) => boolean;
}

/** A book as it was before a commit. */
interface Before {
  readonly custody: Custody;
  /** Its newest number; 0 for none. */
  readonly last: number;
}

interface Answered {
  readonly request: object;
  readonly node: string;
  /** Of the paper whose number was asked for. */
  readonly number: number | undefined;
}

/**
 * Rows of the failure analysis of numbers (§9.7) that a run comes to on the server. Each is counted where its situation
 * is there and its required result was found, never where it was merely tried.
 */
export function createNumberRows({ fail, count, rewind, isLost }: NumberRowsDeps) {
  /** Leases that a forced recall ended, by register and epoch. */
  const recalled = rewind.set<string>();
  /** Who added the newest row of a book, and by what. */
  const newest = rewind.map<string, { readonly dev: string; readonly kind: string }>();
  const voided = rewind.map<string, Map<number, RegisterEntry>>();
  const answered = rewind.map<string, Answered>();
  const numberOf = rewind.map<string, number>();

  const leaseKey = (registerId: string, epoch: unknown) => `${registerId}/${String(epoch)}`;
  const kindOf = ({ operation }: Commit) => operation.kind;

  /** Two clerks at one time: the second waited for the first, and has the number behind it (N-4). */
  function checkMeeting({ registerId, added }: RegisterChange, commit: Commit): void {
    const { operation, waitedFor } = commit;
    const last = newest.get(registerId);
    const own = added.find(({ documentId }) => documentId === operation.target.id);
    const isAsking = operation.kind === 'cmd.requestNumber' && own !== undefined;
    if (isAsking && last?.kind === 'cmd.requestNumber' && last.dev !== operation.dev)
      // That no number lies between them was found by whoever looked for gaps.
      if (waitedFor.some((key) => key.endsWith(registerId))) count('N-4');
    if (added.length > 0) newest.set(registerId, { dev: operation.dev, kind: operation.kind });
  }

  /** The counter is the server's again, what was stated is kept free, and no number is given twice (N-5). */
  function checkRecall({ registerId, book, added }: RegisterChange, before: Before): void {
    const { lease, recall, epoch } = before.custody;
    if (!lease) return fail('N-5', 'a lease was recalled that nobody had');
    const known = before.last;
    const last = Math.max(known, recall?.lastIssued ?? 0);
    const kept = added.filter(({ kind }) => kind === 'placeholder');
    const isWhole = kept.every(
      ({ number, documentId, keptFor }, i) =>
        number === known + 1 + i &&
        documentId === null &&
        keptFor?.deviceId === lease.deviceId &&
        keptFor.epoch === lease.epoch,
    );
    if (!isWhole || kept.length !== last - known)
      fail('N-5', `numbers ${known + 1} to ${last} are not kept for their holder`);
    const { custody } = book;
    const isNext = custody.epoch === Math.max(epoch + 1, custody.epochFloor);
    const isBack = custody.lease === null && isNext;
    // After a restore it waits for the highest number that anybody knows (N-11).
    if (!isBack || (custody.state !== 'SERVER' && custody.recovery === null))
      fail('N-5', `the counter did not come back: ${custody.state}/${custody.epoch}`);
    recalled.add(leaseKey(registerId, lease.epoch));
    count(isLost(lease.deviceId) ? 'N-5' : 'holder:recalled while it lives');
  }

  /** The holder is back: its number fills the row that was kept for it, or a person decides (N-6). */
  function checkReturned(change: RegisterChange, commit: Commit, isTaken: boolean): void {
    const { epoch } = commit.operation.body;
    if (!recalled.has(leaseKey(change.registerId, epoch))) return;
    count(isTaken ? 'N-6: placeholder filled' : 'N-6: dispute');
  }

  /** Nobody but the holder adds to a book that is lent, whether the grant arrived there or not (N-14). */
  function checkLent({ added, book }: RegisterChange, before: Before, commit: Commit): void {
    const { state, lease } = before.custody;
    const isLent = lease !== null && state !== 'SERVER';
    const isStill = book.custody.lease?.epoch === lease?.epoch;
    const isHolders =
      kindOf(commit) === 'cmd.allocateNumber' && commit.operation.dev === lease?.deviceId;
    // Numbers that only the paper book knows are kept for the holder when a person opens the book again (N-11).
    const isGiven = added.some(({ kind }) => kind !== 'placeholder');
    if (isLent && isStill && isGiven && !isHolders)
      fail('I-12', `${kindOf(commit)} added to a book that is lent`);
    if (state !== 'SEALING') return;
    if (kindOf(commit) === 'cmd.declineLease' && !isStill) count('N-14: declined');
    // The confirmation is still on its way, or never came: the first number says the same.
    if (isStill && isHolders && book.custody.state === 'DEVICE')
      count('N-14: confirmed by a number');
  }

  /** A book that a restore froze is opened behind what is seen and what is on paper, and gave no number before (N-11). */
  function checkOpened({ book, added }: RegisterChange, before: Before, commit: Commit): void {
    const { recovery } = before.custody;
    if (
      kindOf(commit) === 'cmd.requestNumber' &&
      added.length > 0 &&
      book.custody.recovery !== null
    )
      fail('N-11', 'a number was given before the book was looked at');
    if (!recovery || book.custody.recovery !== null) return;
    const stated = Number(commit.operation.body['lastPaperNumber'] ?? -1);
    const least = Math.max(recovery.lastSeen ?? Number.POSITIVE_INFINITY, stated);
    if (stated < 0 || book.counter.nextNumber <= least)
      fail('N-11', `the book goes on at ${book.counter.nextNumber}, though ${least} was seen`);
    count('N-11');
  }

  /** A number from paper is the next one, fills a row that was kept, or is a dispute (N-20). */
  function checkPaper({ added, replaced }: RegisterChange, commit: Commit): void {
    const { operation, puts } = commit;
    if (operation.kind !== 'cmd.recordPaperNumber') return;
    const { number } = operation.body;
    const row = [...added, ...replaced].find((one) => one.number === number);
    const paper = puts.find(({ after }) => after.id === operation.target.id);
    const isEntered = row?.documentId === operation.target.id;
    const isKnown = paper?.before?.content['arrivalNumber'] === number;
    if (isEntered) return count('N-20: entered');
    if (isKnown) return;
    if (!paper?.after.content['dispute'])
      fail('N-20', `number ${Number(number)} from paper was neither entered nor disputed`);
    count('N-20: dispute');
  }

  function noteVoided({ registerId, replaced }: RegisterChange): void {
    for (const row of replaced) {
      if (row.kind !== 'voided' || row.documentId === null) continue;
      const rows = voided.get(registerId) ?? new Map<number, RegisterEntry>();
      voided.set(registerId, rows.set(row.number, row));
    }
  }

  return {
    committed(change: RegisterChange, was: Before, commit: Commit): void {
      for (const { documentId, number } of [...change.added, ...change.replaced])
        if (documentId !== null) numberOf.set(documentId, number);
      checkMeeting(change, commit);
      if (kindOf(commit) === 'cmd.approveRecall') checkRecall(change, was);
      checkLent(change, was, commit);
      checkOpened(change, was, commit);
      checkPaper(change, commit);
      noteVoided(change);
    },
    uploaded: checkReturned,

    /**
     * The answer was lost, and the workstation asked again: that the outcome is the same was found already. At another
     * node the paper has the number that it had (N-1); a confirmation that is said again changes nothing (N-14).
     */
    answered(
      { dev, inc, n, kind, target }: Operation,
      by: { request: object; node: string },
    ): void {
      const isAsking = kind === 'cmd.requestNumber';
      if (!isAsking && kind !== 'cmd.confirmLease') return;
      const before = answered.get(`${dev}/${inc}/${n}`);
      answered.set(`${dev}/${inc}/${n}`, before ?? { ...by, number: numberOf.get(target.id) });
      if (!before || before.request === by.request) return;
      if (!isAsking) return count('N-14: confirmed again');
      if (before.number === undefined || before.node === by.node) return;
      if (numberOf.get(target.id) !== before.number) fail('N-1', `${target.id} has another number`);
      count('N-1');
    },

    /** At rest a number that was voided is still its paper's, and says who agreed and why (N-15). */
    settled(books: ReadonlyMap<string, ReadonlyMap<number, RegisterEntry>>): void {
      for (const [registerId, rows] of voided)
        for (const { number, documentId } of rows.values()) {
          const row = books.get(registerId)?.get(number);
          if (row?.kind !== 'voided' || row.documentId !== documentId || !row.note)
            fail('N-15', `number ${number} was voided and does not say so`);
          count('N-15');
        }
    },
  };
}
