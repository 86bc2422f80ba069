import type { FieldPolicy } from '../../domain/document/field-class';
import type { ErrorCode } from '../../errors/catalogue';
import { sameJson, type JsonObject } from '../../kernel/canonical-json';
import type { Result } from '../../kernel/result';
import { mergePatch, previewPatch } from '../merge';
import { operationTag, Patch, type Operation, type TargetType } from '../operation';
import { defineAct, rejected, type AnyAct, type DecisionContext } from './act';
import { conflictRecords, settledConflicts, type Writer } from './conflict-records';

/** A type of document whose fields people change one by one; the merge decides what becomes of them (§8). */
export interface Patchable {
  readonly type: TargetType;
  readonly policy: FieldPolicy;
  /** What stands against this person changing it. */
  readonly refuse: (content: JsonObject, context: DecisionContext) => ErrorCode | undefined;
  /** What its state says against a change. */
  readonly refuseState: (content: JsonObject) => ErrorCode | undefined;
  /** The changed document, or why there may be none like it. */
  readonly check: (
    content: JsonObject,
    context: DecisionContext,
  ) => Result<JsonObject, { readonly code: ErrorCode }>;
  readonly writerOf: (content: JsonObject, field: string) => Writer;
  /** Writes a change into the document's own history, where it has one. */
  readonly remember: (
    before: JsonObject,
    after: JsonObject,
    change: { readonly operation: Operation; readonly reason: string | null },
  ) => JsonObject;
}

/** `patch`: single fields, merged with what others did meanwhile. */
export const definePatch = (target: Patchable): AnyAct =>
  defineAct<Patch>({
    body: Patch,
    needs: ({ settles = [] }) => ({ records: settles.map((id) => ({ type: 'conflict', id })) }),
    decide: (body, context) => {
      const { operation, records } = context;
      const record = records.get(operation.target.id);
      if (!record || record.type !== target.type) return rejected('operation.target-missing');
      const before = record.content;
      const refusal = target.refuse(before, context) ?? target.refuseState(before);
      if (refusal) return rejected(refusal);
      const merge = mergePatch(before, body, target.policy, operationTag(operation));
      if (!merge.ok) return rejected('operation.field-not-editable');
      // What was right when its author saw it may be wrong beside what a colleague changed meanwhile.
      const checked = target.check(merge.content, context);
      if (!checked.ok) return rejected(checked.error.code);
      const reason = body.reason ?? null;
      const content = target.remember(before, checked.value, { operation, reason });
      const conflicts = conflictRecords(merge.conflicts, context, (field) =>
        target.writerOf(before, field),
      );
      const written = new Set(
        Object.entries(body.set ?? {}).flatMap(([field, { now }]) =>
          sameJson(content[field] ?? null, now) ? [field] : [],
        ),
      );
      const settled = settledConflicts(body.settles ?? [], written, context);
      return {
        status: 'accepted',
        changes: [{ ...operation.target, content }, ...conflicts, ...settled],
        conflicts: conflicts.map(({ id }) => id),
      };
    },
    preview: (content, body, operation) => {
      if (content === null) return null;
      const after = previewPatch(content, body, target.policy, operationTag(operation));
      return target.remember(content, after, { operation, reason: body.reason ?? null });
    },
  });
