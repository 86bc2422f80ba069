import type { JournalRecord } from '@shared/sync/journal-record';
import type { Operation } from '@shared/sync/operation';
import type { Outcome } from '@shared/sync/outcome';
import type { Scope } from '@shared/sync/record';

/** Work that a machine came to know, as its journal tells it in order: the checker's own reading. */
interface Arrival {
  readonly key: string;
  readonly op: Operation;
  /** The scope that it was sealed for; undefined for own work. */
  readonly scope: Scope | undefined;
}

export interface Arrivals {
  readonly take: (record: JournalRecord) => void;
  /** Records that colleagues' readable work came for. */
  readonly targets: () => Iterable<string>;
  readonly of: (
    targetId: string,
  ) => readonly (Arrival & { readonly outcome?: Outcome; readonly sharedIn?: Scope })[];
}

export const workKey = ({ dev, n }: { readonly dev: string; readonly n: number }): string =>
  `${dev}/${n}`;

export function createArrivals(dev: string): Arrivals {
  const byTarget = new Map<string, Arrival[]>();
  const known = new Set<string>();
  const outcomes = new Map<string, Outcome>();
  const targets = new Set<string>();
  /** For whom the hub said that somebody's act at this machine is, by its work. */
  const shared = new Map<string, Scope>();

  function arrive(op: Operation, scope: Scope | undefined): void {
    const key = workKey(op);
    if (known.has(key)) return;
    known.add(key);
    byTarget.set(op.target.id, [...(byTarget.get(op.target.id) ?? []), { key, op, scope }]);
    if (scope !== undefined) targets.add(op.target.id);
  }

  return {
    take(record) {
      if (record.t === 'op') arrive(record.op, undefined);
      if (record.t === 'relayed' && record.op) arrive(record.op, record.envelope.scope);
      if (record.t === 'relayed' && record.envelope.dev === dev)
        shared.set(workKey(record.envelope), record.envelope.scope);
      // Unread work that came first stays unread.
      if (record.t === 'relayed') known.add(workKey(record.envelope));
      if (record.t === 'outcome') outcomes.set(workKey({ dev, n: record.n }), record.outcome);
      if (record.t === 'reoffered') outcomes.delete(workKey(record.op));
      if (record.t !== 'relayDecided') return;
      outcomes.set(workKey(record.decision), record.decision.outcome);
    },
    targets: () => targets,
    of: (targetId) =>
      (byTarget.get(targetId) ?? []).map((arrival) => {
        const [outcome, sharedIn] = [outcomes.get(arrival.key), shared.get(arrival.key)];
        return { ...arrival, ...(outcome && { outcome }), ...(sharedIn && { sharedIn }) };
      }),
  };
}
