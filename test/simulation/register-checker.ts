import type { RegisterChange } from '@shared/domain/register/number-queue';
import type { RegisterEntry } from '@shared/domain/register/register';

type Fail = (rule: string, what: string) => void;

/** The books as the server committed them, row by row (I-9, I-10, I-11). */
export function createRegisterChecker(fail: Fail, count: (name: string) => void) {
  const books = new Map<string, Map<number, RegisterEntry>>();
  const queues = new Map<string, string[]>();

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

  return (change: RegisterChange): void => {
    const { registerId, book, added, replaced, enqueued, dequeued } = change;
    const rows = books.get(registerId) ?? new Map<number, RegisterEntry>();
    books.set(registerId, rows);
    for (const entry of added) {
      if (rows.has(entry.number)) fail('I-9', `number ${entry.number} was given twice`);
      if (entry.number !== rows.size + 1) fail('I-10', `a gap before number ${entry.number}`);
      rows.set(entry.number, entry);
      checkRow(rows, entry);
    }
    for (const entry of replaced) {
      checkReplaced(rows.get(entry.number), entry);
      rows.set(entry.number, entry);
      checkRow(rows, entry);
    }
    if (book.counter.nextNumber !== rows.size + 1) fail('I-10', 'the counter is not at the end');
    checkQueue(queues.get(registerId) ?? [], change);
    const queue = (queues.get(registerId) ?? []).filter((id) => !dequeued.includes(id));
    queues.set(registerId, [...queue, ...enqueued.map(({ documentId }) => documentId)]);
  };

  /** Who waits is served in the order of asking (§9.3). */
  function checkQueue(
    queue: readonly string[],
    { added, enqueued, dequeued }: RegisterChange,
  ): void {
    const served: readonly string[] = added.flatMap(({ documentId }) =>
      documentId !== null && dequeued.includes(documentId) ? [documentId] : [],
    );
    const inOrder = queue.filter((id) => served.some((other) => other === id));
    if (served.some((id, i) => inOrder[i] !== id))
      fail('I-10', 'the queue was served out of order');
    if (served.length > 0) count('register:queue served');
    if (enqueued.length > 0) count('register:request waits');
  }
}
