import type { Operation } from '@shared/sync/operation';
import type { Journal } from './journal';

/**
 * The own operations of an incarnation behind `after` that are still kept, in order: what a server is offered again that
 * was restored from an older backup (§13.2).
 */
export async function keptOperations(
  journal: Journal,
  { inc, after }: { readonly inc: number; readonly after: number },
): Promise<readonly Operation[]> {
  // What is being written at this moment has not been answered and is none of them.
  const until = journal.state.incarnation()?.inc === inc ? journal.state.lastN() : Infinity;
  const kept = new Map<number, Operation>();
  await journal.readSegments(({ records }) => {
    for (const record of records) {
      if (record.t !== 'op' && record.t !== 'carried' && record.t !== 'reoffered') continue;
      const { op } = record;
      if (op.inc === inc && op.n > after && op.n <= until) kept.set(op.n, op);
    }
  });
  return [...kept.values()].toSorted((a, b) => a.n - b.n);
}
