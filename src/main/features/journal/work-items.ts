import type { WorkItem } from '@shared/ipc/contract';
import type { JournalState } from '@shared/sync/journal-state';
import type { Operation } from '@shared/sync/operation';
import { isUnreceived } from '@shared/sync/unreceived';

/** Pending and attention work of one person, oldest first; nobody sees another's (§3.1). */
export function listWorkItems(state: JournalState, userId: string): readonly WorkItem[] {
  const pending = state.pending().map((operation) => workItem(operation, 'pending', null));
  const attention = state
    .attention()
    .flatMap(({ operation, outcome }) =>
      outcome && 'code' in outcome && !isUnreceived(outcome)
        ? [workItem(operation, outcome.status, outcome.code)]
        : [],
    );
  return [...attention, ...pending].filter(({ actor }) => actor === userId);
}

export const workItem = (
  operation: Operation,
  state: WorkItem['state'],
  code: string | null,
): WorkItem => ({
  opId: operation.opId,
  n: operation.n,
  inc: operation.inc,
  kind: operation.kind,
  target: operation.target,
  body: { ...operation.body } as WorkItem['body'],
  at: new Date(operation.at.wall).toISOString(),
  state,
  code,
  actor: operation.actor,
  role: operation.role,
});
