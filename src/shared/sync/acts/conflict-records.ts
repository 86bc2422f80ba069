import type { JsonObject } from '../../kernel/canonical-json';
import type { FieldConflict } from '../merge';
import { instantOf, type DecisionContext, type RecordChange } from './act';

/** Records of values that lost against the server's: both people see them, and every losing value stays (I-8). */
export function conflictRecords(
  conflicts: readonly FieldConflict[],
  { operation, derivedId }: DecisionContext,
): readonly RecordChange[] {
  return conflicts.map((conflict): RecordChange => ({
    type: 'conflict',
    id: derivedId(`conflict:${conflict.field}`),
    content: {
      ...conflict,
      targetType: operation.target.type,
      targetId: operation.target.id,
      author: operation.actor,
      at: instantOf(operation),
      state: 'open',
    } satisfies JsonObject,
  }));
}
