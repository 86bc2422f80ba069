import type { Json } from '@shared/kernel/canonical-json';
import type { OperationDraft } from '@shared/sync/operation';

/** A number that a holder showed to its clerk, who wrote it down at once. */
interface Row {
  readonly documentId: string;
  readonly epoch: Json;
}

/** What people know of a register besides the machines: the book of paper, written from screens (N-10, N-14). */
export interface PaperBook {
  /** The screen of a holder shows the number of an act. */
  readonly shown: (draft: OperationDraft) => void;
  /** A row of the server's book, which is printed. */
  readonly printed: (registerId: string, number: number) => void;
  /** Last number that anybody wrote down; 0 before the first. */
  readonly last: (registerId: string) => number;
}

export function createPaperBook(
  fail: (rule: string, what: string) => void,
  count: (name: string) => void,
): PaperBook {
  const books = new Map<string, Map<number, Row>>();
  const prints = new Map<string, number>();
  return {
    shown({ target, body }) {
      const registerId = body['registerId'] as string;
      const [number, epoch] = [Number(body['number']), body['epoch'] ?? null];
      const book = books.get(registerId) ?? new Map<number, Row>();
      books.set(registerId, book);
      const before = book.get(number);
      // Two leases may meet in a number: the one that was recalled went on. One lease never gives a number twice.
      if (before && before.epoch === epoch && before.documentId !== target.id) {
        fail('I-9', `a holder gave number ${number} to two papers`);
      }
      book.set(number, { documentId: target.id, epoch });
      count('holder:number given');
    },
    printed: (registerId, number) =>
      void prints.set(registerId, Math.max(number, prints.get(registerId) ?? 0)),
    last: (registerId) =>
      Math.max(prints.get(registerId) ?? 0, ...(books.get(registerId)?.keys() ?? [])),
  };
}
