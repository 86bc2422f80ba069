import { ConflictRecord } from '../../domain/document/conflict';
import type { JsonObject } from '../../kernel/canonical-json';
import type { FieldConflict } from '../merge';
import type { Operation } from '../operation';
import { instantOf, type DecisionContext, type RecordChange } from './act';

/** Who wrote a value that stands in a document, and when; null where the document does not say. */
export interface Writer {
  readonly userId: string;
  readonly at: string | null;
}

/** Records of values that lost against the server's: both people see them, and every losing value stays (I-8). */
export function conflictRecords(
  conflicts: readonly FieldConflict[],
  { operation, derivedId, scope }: DecisionContext,
  writerOf: (field: string) => Writer,
): readonly RecordChange[] {
  return conflicts.map((conflict): RecordChange => {
    // A patch may remove several elements of one set; other fields are in conflict once.
    const place = conflict.kind === 'set' ? `:${conflicts.indexOf(conflict)}` : '';
    const { userId, at } = writerOf(conflict.field);
    return {
      type: 'conflict',
      id: derivedId(`conflict:${conflict.field}${place}`),
      // Both values are content: who may not see the document may not see them either (I-13).
      scope,
      content: {
        ...conflict,
        targetType: operation.target.type,
        targetId: operation.target.id,
        author: operation.actor,
        at: instantOf(operation),
        keptAuthor: userId,
        keptAt: at,
        state: 'open',
      } satisfies JsonObject,
    };
  });
}

/** The record with its choice; both values stay in it. */
export const closedConflict = (
  content: JsonObject,
  choice: NonNullable<ConflictRecord['choice']>,
  operation: Operation,
): JsonObject => ({
  ...content,
  state: 'closed',
  choice,
  closedBy: operation.actor,
  closedAt: instantOf(operation),
});

/**
 * Conflicts of the document that end because somebody who knew both values wrote the field anew (§8). What the patch
 * names without reason, or what is closed already, stays as it is: the correction itself is as good as any.
 */
export function settledConflicts(
  settles: readonly string[],
  written: ReadonlySet<string>,
  { operation, records }: DecisionContext,
): readonly RecordChange[] {
  return settles.flatMap((id) => {
    const record = records.get(id);
    const conflict = ConflictRecord.safeParse(record?.content);
    if (!record || record.type !== 'conflict' || !conflict.success) return [];
    const { targetId, field, state } = conflict.data;
    const isSettled = targetId === operation.target.id && state === 'open' && written.has(field);
    return isSettled
      ? [{ type: record.type, id, content: closedConflict(record.content, 'edited', operation) }]
      : [];
  });
}
