import type { RegisterChange } from '@shared/domain/register/number-queue';
import { NEW_CUSTODY, type Custody } from '@shared/domain/register/custody';
import type { RegisterEntry } from '@shared/domain/register/register';
import type { Commit } from './memory-intake-store';
import { createNumberRows } from './number-rows';
import type { Rewind } from './rewind';

interface RegisterCheckerDeps {
  readonly fail: (rule: string, what: string) => void;
  readonly count: (name: string) => void;
  readonly rewind: Rewind;
  /** The server was restored, and neither it nor its operator knows. */
  readonly isUnnoticed: () => boolean;
  /** The machine never starts again. */
  readonly isLost: (deviceId: string) => boolean;
}

/** The books as the server committed them, row by row, and who held them (I-9 to I-12). */
export function createRegisterChecker(deps: RegisterCheckerDeps) {
  const { fail, count, rewind, isUnnoticed } = deps;
  const analysis = createNumberRows(deps);
  const books = rewind.map<string, Map<number, RegisterEntry>>();
  const queues = rewind.map<string, string[]>();
  const custodies = rewind.map<string, Custody>();
  /** Of every number the paper that it was given to first and by whom, in whatever history. */
  const given = new Map<string, { readonly documentId: string; readonly by: string }>();
  const lastOf = (rows: ReadonlyMap<number, RegisterEntry>) => Math.max(0, ...rows.keys());

  /** What a server gave, told, and forgot by a restore, it gives to nobody else (I-9, N-11). */
  function checkGiven(
    { registerId, number, documentId }: RegisterEntry,
    { book }: RegisterChange,
    operation?: Commit['operation'],
  ): void {
    if (documentId === null) return;
    const place = `${registerId}/${number}`;
    const upload = operation?.kind === 'cmd.allocateNumber' ? operation : undefined;
    const epoch = Number(upload?.body['epoch']);
    const by = upload ? `${upload.dev}/${epoch}` : 'the server';
    const first = given.get(place);
    if (first === undefined) given.set(place, { documentId, by });
    // A person who writes another paper's number into a row that was kept errs by themselves.
    if (!first || first.documentId === documentId || operation?.kind === 'cmd.recordPaperNumber')
      return;
    if (isUnnoticed()) return count('restore:number twice before it was noticed');
    // A holder that lived was recalled in the lost history, and others got its numbers there: it gave this one once, under a
    // lease that the restored server knows. No lease since the restore has such an epoch.
    if (upload && epoch < book.custody.epochFloor && first.by !== by)
      return count('restore:number of a holder whose recall was lost');
    fail('I-9', `number ${number} was given before the restore and again after it`);
  }

  function checkRow(book: ReadonlyMap<number, RegisterEntry>, entry: RegisterEntry): void {
    const { number, documentId, date } = entry;
    for (const other of book.values()) {
      if (other.number === number) continue;
      if (documentId !== null && other.documentId === documentId) {
        fail('I-9', 'a document got a second number');
      }
      if (date === null || other.date === null) continue;
      if (other.number < number ? other.date > date : other.date < date) {
        fail('I-11', `number ${number} is dated ${date}, number ${other.number} ${other.date}`);
      }
    }
  }

  /** A placeholder is filled, a row is voided; nothing else ever changes. */
  function checkReplaced(before: RegisterEntry | undefined, entry: RegisterEntry): void {
    const isFilled = before?.kind === 'placeholder' && before.documentId === null;
    const isKept = before?.documentId === entry.documentId && before.date === entry.date;
    const isVoided = entry.kind === 'voided' && before?.kind !== 'voided' && isKept;
    if (!isFilled && !isVoided) fail('I-9', `the row of number ${entry.number} was rewritten`);
  }

  /** Numbers that a workstation gave: of the present holder, or into a row that was kept for it; else a dispute (I-12). */
  function checkUpload(change: RegisterChange, commit: Commit): void {
    const { operation, puts } = commit;
    if (operation.kind !== 'cmd.allocateNumber') return;
    const { number, epoch } = operation.body;
    const before = custodies.get(change.registerId) ?? NEW_CUSTODY;
    const isOfHere = before.lease?.deviceId === operation.dev && before.lease.epoch === epoch;
    if (change.added.some((row) => row.number === number) && !isOfHere) {
      fail('I-12', `number ${Number(number)} of a lease that has ended was added`);
    }
    const kept = books.get(change.registerId)?.get(Number(number))?.keptFor;
    const isKept = kept?.deviceId === operation.dev && kept.epoch === epoch;
    if (change.replaced.some((row) => row.number === number) && !isKept) {
      fail('I-12', `number ${Number(number)} went into a row that was kept for somebody else`);
    }
    const isStale = Number(epoch) < before.epoch;
    if (isStale && before.state !== 'FROZEN' && change.book.custody.state === 'FROZEN') {
      fail('I-12', 'a lease that has ended froze the book of the present one');
    }
    const paper = puts.find(({ after }) => after.id === operation.target.id)?.after.content;
    const isTaken = paper?.['arrivalNumber'] === number;
    // Of a paper that is not here the book alone can tell.
    const isKeptInBook = [...change.added, ...change.replaced].some(
      (row) => row.number === number && row.kind === 'placeholder' && row.documentId === null,
    );
    if (!isTaken && !paper?.['dispute'] && (paper || !isKeptInBook)) {
      fail('I-9', `number ${Number(number)} was neither taken in nor disputed`);
    }
    analysis.uploaded(change, commit, isTaken);
    count(`holder:${isTaken ? (isStale ? 'late number taken in' : 'number taken in') : 'dispute'}`);
  }

  function checkCustody({ registerId, book }: RegisterChange, { operation }: Commit): void {
    const before = custodies.get(registerId) ?? NEW_CUSTODY;
    custodies.set(registerId, book.custody);
    if (before.lease && book.custody.epoch !== before.epoch)
      count(`holder:ended by ${operation.kind}`);
    if (book.custody.state === 'SEALING' && before.state === 'SERVER') count('holder:granted');
    if (book.custody.state === 'DEVICE' && before.state === 'SEALING') count('holder:confirmed');
  }

  function committed(change: RegisterChange, commit: Commit): void {
    const custody = custodies.get(change.registerId) ?? NEW_CUSTODY;
    const before = { custody, last: lastOf(books.get(change.registerId) ?? new Map()) };
    checkUpload(change, commit);
    checkCustody(change, commit);
    const { registerId, book, added, replaced } = change;
    const rows = books.get(registerId) ?? new Map<number, RegisterEntry>();
    books.set(registerId, rows);
    for (const entry of added) {
      if (rows.has(entry.number)) fail('I-9', `number ${entry.number} was given twice`);
      if (entry.number !== lastOf(rows) + 1) fail('I-10', `a gap before number ${entry.number}`);
      rows.set(entry.number, entry);
      checkRow(rows, entry);
      checkGiven(entry, change, commit.operation);
    }
    for (const entry of replaced) {
      const before = rows.get(entry.number);
      checkReplaced(before, entry);
      rows.set(entry.number, entry);
      checkRow(rows, entry);
      // Who voids gives nothing: whatever paper the row had, it keeps.
      if (before?.documentId !== entry.documentId) checkGiven(entry, change, commit.operation);
    }
    if (book.counter.nextNumber !== lastOf(rows) + 1) fail('I-10', 'the counter is not at the end');
    checkQueue(queues.get(registerId) ?? [], change, commit);
    analysis.committed(change, before, commit);
    enqueue(change);
  }

  function enqueue({ registerId, enqueued, dequeued }: RegisterChange): void {
    const queue = (queues.get(registerId) ?? []).filter((id) => !dequeued.includes(id));
    queues.set(registerId, [...queue, ...enqueued.map(({ documentId }) => documentId)]);
  }

  return {
    committed,
    answered: analysis.answered,

    /** After a restore: rows of the lost history come back in any order, and what nobody brought is kept free. */
    decided(change: RegisterChange): void {
      const { registerId, book, added } = change;
      const rows = books.get(registerId) ?? new Map<number, RegisterEntry>();
      books.set(registerId, rows);
      custodies.set(registerId, book.custody);
      for (const entry of added) {
        if (rows.has(entry.number)) fail('I-9', `number ${entry.number} came back twice`);
        rows.set(entry.number, entry);
        checkRow(rows, entry);
        checkGiven(entry, change);
      }
      enqueue(change);
    },

    /** At rest no book has a hole, but those that wait for the end of a recovery (I-10). */
    settled(): void {
      for (const [registerId, rows] of books) {
        const isOpen = custodies.get(registerId)?.recovery?.lastSeen === null;
        if (!isOpen && lastOf(rows) !== rows.size) fail('I-10', `a hole in the book ${registerId}`);
      }
      analysis.settled(books);
    },
  };

  /** Who waits is served in the order of asking (§9.3). */
  function checkQueue(
    queue: readonly string[],
    { added, enqueued, dequeued }: RegisterChange,
    { operation }: Commit,
  ): void {
    // Who was given a number elsewhere leaves the queue out of turn.
    const served: readonly string[] = added.flatMap(({ documentId }) =>
      documentId !== null && documentId !== operation.target.id && dequeued.includes(documentId)
        ? [documentId]
        : [],
    );
    const inOrder = queue.filter((id) => served.some((other) => other === id));
    if (served.some((id, i) => inOrder[i] !== id))
      fail('I-10', 'the queue was served out of order');
    if (served.length > 0) count('register:queue served');
    if (enqueued.length > 0) count('register:request waits');
  }
}
