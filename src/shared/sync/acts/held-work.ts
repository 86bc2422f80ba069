import { z } from 'zod';
import type { JsonObject } from '../../kernel/canonical-json';
import { UserId, Uuid } from '../../kernel/ids';
import { codePointLength } from '../../kernel/vietnamese-text';
import { filesOf } from '../named-files';
import { Operation, type OpKind, type TargetType } from '../operation';
import { userScope, type ServerRecord } from '../record';
import {
  defineAct,
  instantOf,
  rejected,
  type AnyAct,
  type DecisionContext,
  type RecordChange,
} from './act';

/**
 * Work that came after its author lost access to its target (I-15, §7.4): the whole operation, not applied, before those
 * who may see the target.
 */
export const HeldWork = z
  .object({
    /** The record that the work is about; it takes its held work along where it moves. */
    targetId: Uuid,
    operation: Operation,
    state: z.enum(['choTiepNhan', 'daTiepNhan', 'daTraLai']),
    decidedBy: UserId.nullable(),
    decidedAt: z.string().nullable(),
    reason: z.string().nullable(),
  })
  .readonly();
export type HeldWork = z.infer<typeof HeldWork>;

/**
 * What became of held work, in the scope of its author: whose act, and nothing of the record that it was about. It is
 * stored as `heldWork` and no act can be made upon it.
 */
export const HeldNotice = z
  .object({
    opId: Uuid,
    state: z.enum(['daTiepNhan', 'daTraLai']),
    decidedAt: z.string(),
    reason: z.string().nullable(),
  })
  .readonly();
export type HeldNotice = z.infer<typeof HeldNotice>;

/** The record of an operation that is held, in the scope of its target. */
export function heldWorkFor(operation: Operation, id: string, scope: string): RecordChange {
  const content: HeldWork = {
    targetId: operation.target.id,
    operation,
    state: 'choTiepNhan',
    decidedBy: null,
    decidedAt: null,
    reason: null,
  };
  return { type: 'heldWork', id, scope, content: asContent(content) };
}

const asContent = (value: object): JsonObject => value as JsonObject;

/** What waits for its decision; undefined when it is no held work. */
function heldWorkIn({ operation, records }: DecisionContext): HeldWork | undefined {
  const parsed = HeldWork.safeParse(records.get(operation.target.id)?.content);
  return parsed.success ? parsed.data : undefined;
}

/** The held work as it is from now on, and the word to its author. */
function decided(
  work: HeldWork,
  { operation, now, derivedId }: DecisionContext,
  end: Pick<HeldNotice, 'state' | 'reason'>,
): readonly RecordChange[] {
  const { opId, actor } = work.operation;
  const notice: HeldNotice = { opId, ...end, decidedAt: now };
  return [
    {
      ...operation.target,
      content: asContent({ ...work, ...end, decidedBy: operation.actor, decidedAt: now }),
    },
    {
      type: 'heldWork',
      id: derivedId('told'),
      scope: userScope(actor),
      content: asContent(notice),
    },
  ];
}

const targetOf = (record: ServerRecord | undefined) => {
  const work = HeldWork.safeParse(record?.content);
  return work.success ? { records: [work.data.operation.target] } : {};
};

/**
 * `cmd.acceptHeld`: the held patch is merged, or the held record made, as if the person who accepts it had done it, with
 * their rights; commands are not mergeable, whoever wants one does it themselves.
 */
const acceptHeld = (findAct: FindAct): AnyAct =>
  defineAct<object>({
    body: z.object({}).readonly(),
    needs: (_body, target) => targetOf(target),
    decide: (_body, context) => {
      const work = heldWorkIn(context);
      if (!work) return rejected('operation.target-missing');
      if (work.state !== 'choTiepNhan') return rejected('held.already-decided');
      const { operation: held } = work;
      const act = isMergeable(held) ? findAct(held.target.type, held.kind) : undefined;
      const bound = act?.parse(held.body);
      if (!bound) return rejected('held.not-mergeable');
      const { actor, role, opId } = context.operation;
      const decision = bound.decide({ ...context, operation: { ...held, actor, role, opId } });
      if (decision.status === 'rejected') return decision;
      return {
        ...decision,
        changes: [
          ...decision.changes,
          ...decided(work, context, { state: 'daTiepNhan', reason: null }),
        ],
        fileLinks: { recordId: held.target.id, files: filesOf(held), devices: [held.dev] },
      };
    },
    preview: (content, _body, operation) => previewEnd(content, operation, 'daTiepNhan'),
  });

const Return = z.object({ reason: z.string().max(2000) }).readonly();

/** `cmd.returnHeld`: the work is not taken over; the reason stays beside it. */
const returnHeld = defineAct<z.infer<typeof Return>>({
  body: Return,
  needs: () => ({}),
  decide: ({ reason }, context) => {
    const work = heldWorkIn(context);
    if (!work) return rejected('operation.target-missing');
    if (work.state !== 'choTiepNhan') return rejected('held.already-decided');
    const { actor, operation } = context;
    if (!actor.grants.some(({ role }) => role === operation.role && role !== 'quanTri')) {
      return rejected('session.role-missing');
    }
    if (codePointLength(reason.trim()) < 3) return rejected('held.reason-missing');
    const end = { state: 'daTraLai', reason: reason.trim() } as const;
    return { status: 'accepted', changes: decided(work, context, end), conflicts: [] };
  },
  preview: (content, _body, operation) => previewEnd(content, operation, 'daTraLai'),
});

const previewEnd = (
  content: JsonObject | null,
  operation: Operation,
  state: HeldWork['state'],
): JsonObject | null =>
  content === null
    ? null
    : { ...content, state, decidedBy: operation.actor, decidedAt: instantOf(operation) };

/** What can be taken over; a command is done anew by whoever wants it. */
export const isMergeable = ({ kind }: Operation): boolean => kind === 'patch' || kind === 'create';

type FindAct = (type: TargetType, kind: OpKind) => AnyAct | undefined;

export const heldWorkActs = (findAct: FindAct) =>
  ({ 'cmd.acceptHeld': acceptHeld(findAct), 'cmd.returnHeld': returnHeld }) as const;
