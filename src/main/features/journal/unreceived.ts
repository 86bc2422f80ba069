import type { Output, WorkItem } from '@shared/ipc/contract';
import type { Sha256 } from '@shared/kernel/bytes';
import { err, ok, type Result } from '@shared/kernel/result';
import type { CompareReply } from '@shared/protocol/incarnation';
import { limits } from '@shared/protocol/version';
import type { JournalState } from '@shared/sync/journal-state';
import type { Operation, OperationDraft } from '@shared/sync/operation';
import { converters } from '@shared/sync/schema-steps';
import { isUnreceived, traceOf, type OperationTrace } from '@shared/sync/unreceived';
import type { z } from 'zod';
import { workItem } from './work-items';

export interface UnreceivedDeps {
  readonly state: Pick<JournalState, 'attention'>;
  readonly sha256: Sha256;
  /** The signed-in person. */
  readonly userId: () => string | undefined;
  /** `POST /sync/unreceived`. */
  readonly compare: (
    operations: readonly OperationTrace[],
  ) => Promise<Result<z.infer<typeof CompareReply>>>;
  /** Saves the draft as an act of the present incarnation and takes the old one off the list, in one flush. */
  readonly append: (
    drafts: readonly OperationDraft[],
    replaces: readonly string[],
  ) => Promise<Result<unknown>>;
}

/** Work that an earlier incarnation of this device left without an answer; a person confirms it one by one (§13.3). */
export function createUnreceived({ state, sha256, userId, compare, append }: UnreceivedDeps) {
  const all = (): readonly Operation[] =>
    state
      .attention()
      .filter(({ outcome }) => isUnreceived(outcome))
      .map(({ operation }) => operation)
      .toSorted((a, b) => a.inc - b.inc || a.n - b.n);
  const own = (): readonly Operation[] => all().filter(({ actor }) => actor === userId());

  return {
    list: (): Output<'unreceived.list'> => {
      const items = own().map((operation): WorkItem => workItem(operation, 'rejected', null));
      return { items, ofOthers: all().length - items.length };
    },

    compare: async (): Promise<Result<Output<'unreceived.compare'>>> => {
      const operations = own();
      const standings: Output<'unreceived.compare'>[number][] = [];
      for (let at = 0; at < operations.length; at += limits.operationsPerRequest) {
        const some = operations.slice(at, at + limits.operationsPerRequest);
        const answer = await compare(some.map((operation) => traceOf(operation, sha256)));
        if (!answer.ok) return answer;
        for (const [place, { opId }] of some.entries())
          standings.push({ opId, standing: answer.value.standings[place] ?? 'missing' });
      }
      return ok(standings);
    },

    sendAgain: async (opId: string): Promise<Result<undefined>> => {
      const operation = own().find((one) => one.opId === opId);
      if (!operation) return err({ code: 'operation.target-missing' });
      const { kind, target, base, role, files } = operation;
      const body = converters.bodyUp(operation);
      const draft = { kind, target, base, role, body, ...(files && { files }) };
      const saved = await append([draft], [opId]);
      return saved.ok ? ok(undefined) : saved;
    },
  };
}

export type UnreceivedWork = ReturnType<typeof createUnreceived>;
