import { z } from 'zod';
import { ConflictRecord } from '../../domain/document/conflict';
import { Json, sameJson, type JsonObject } from '../../kernel/canonical-json';
import { withoutElement } from '../merge';
import { defineAct, rejected } from './act';
import { closedConflict } from './conflict-records';
import { patchableIncoming } from './incoming';
import { patchableOutgoing } from './outgoing';

const patchables = { incomingDocument: patchableIncoming, outgoingDocument: patchableOutgoing };

const Resolution = z
  .object({
    choice: z.enum(['kept', 'losing']),
    /** The field as the person saw it when choosing: nobody chooses over what they did not see (I-8). */
    now: Json,
  })
  .readonly();

/**
 * `cmd.resolveConflict` conflict: `open` → `closed`. The value that lost goes into the document in the same
 * transaction, or the document stays; either way the record keeps both (§8).
 */
export const resolveConflict = defineAct<z.infer<typeof Resolution>>({
  body: Resolution,
  needs: (_body, target) => {
    const conflict = ConflictRecord.safeParse(target?.content);
    if (!conflict.success) return {};
    const { targetType, targetId } = conflict.data;
    return { records: [{ type: targetType, id: targetId }] };
  },
  decide: ({ choice, now }, context) => {
    const { operation, records } = context;
    const record = records.get(operation.target.id);
    const conflict = ConflictRecord.safeParse(record?.content);
    if (record?.type !== 'conflict' || !conflict.success) {
      return rejected('operation.target-missing');
    }
    const { targetType, targetId, field, state } = conflict.data;
    if (state === 'closed') return rejected('conflict.already-closed');
    const document = records.get(targetId);
    if (document?.type !== targetType) return rejected('operation.target-missing');
    const target = patchables[targetType];
    const before = document.content;
    const refusal = target.refuse(before, context);
    if (refusal) return rejected(refusal);
    if (!sameJson(before[field] ?? null, now)) return rejected('conflict.value-changed');
    const closed = {
      ...operation.target,
      content: closedConflict(record.content, choice, operation),
    };
    if (choice === 'kept') return { status: 'accepted', changes: [closed], conflicts: [] };
    const tooLate = target.refuseState(before);
    if (tooLate) return rejected(tooLate);
    const checked = target.check(withLosing(before, conflict.data), context);
    if (!checked.ok) return rejected(checked.error.code);
    const content = target.remember(before, checked.value, { operation, reason: null });
    return {
      status: 'accepted',
      changes: [{ type: targetType, id: targetId, content }, closed],
      conflicts: [],
    };
  },
  preview: (content, { choice }, operation) =>
    content === null ? null : closedConflict(content, choice, operation),
});

const withLosing = (
  content: JsonObject,
  { kind, field, kept, losing }: ConflictRecord,
): JsonObject =>
  kind === 'set' ? withoutElement(content, field, kept) : { ...content, [field]: losing };
