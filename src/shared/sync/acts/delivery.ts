import { z } from 'zod';
import { Delivery } from '../../domain/document/delivery';
import { mayAct } from '../../domain/organ/permission';
import type { ErrorCode } from '../../errors/catalogue';
import { type OrganId, Uuid } from '../../kernel/ids';
import { err, ok, type Result } from '../../kernel/result';
import { codePointLength } from '../../kernel/vietnamese-text';
import type { OutboxMessage } from '../outbox-message';
import { defineAct, rejected, type DecisionContext, type RecordChange } from './act';

/** What the clerk says to a delivery. */
export type DeliveryAnswer =
  | { readonly state: 'daVaoSo'; readonly organId: OrganId; readonly incomingDocumentId: string }
  | { readonly state: 'tuChoi'; readonly organId: OrganId; readonly reason: string };

/** The delivery with its one answer, and the message that brings it to the sender. */
export function answerDelivery(
  { operation, records, now, derivedId }: DecisionContext,
  deliveryId: string,
  answer: DeliveryAnswer,
): Result<
  { readonly change: RecordChange; readonly message: OutboxMessage },
  { readonly code: ErrorCode }
> {
  const record = records.get(deliveryId);
  if (record?.type !== 'delivery') return err({ code: 'operation.target-missing' });
  const delivery = Delivery.parse(record.content);
  if (delivery.organId !== answer.organId) return err({ code: 'delivery.other-organ' });
  if (delivery.state !== 'moiDen') return err({ code: 'delivery.already-answered' });
  const reason = answer.state === 'tuChoi' ? answer.reason : null;
  const answered: Delivery = {
    ...delivery,
    state: answer.state,
    incomingDocumentId: answer.state === 'daVaoSo' ? Uuid.parse(answer.incomingDocumentId) : null,
    refusalReason: reason,
    answeredBy: operation.actor,
    answeredAt: now,
  };
  return ok({
    change: { type: 'delivery', id: deliveryId, content: answered },
    message: {
      kind: 'answer',
      id: derivedId('answer'),
      toOfficeId: delivery.senderOfficeId,
      documentId: delivery.senderDocumentId,
      deliveryId,
      state: answer.state === 'daVaoSo' ? 'daNhan' : 'tuChoi',
      reason,
      at: now,
    },
  });
}

const REASON = { min: 3, max: 1000 } as const;

const Refusal = z.object({ reason: z.string().max(4 * REASON.max) }).readonly();

/** `cmd.refuseDelivery`: `moiDen` → `tuChoi`, only with a stated reason (van-ban.md §4.1, VB010). */
export const refuseDelivery = defineAct<z.infer<typeof Refusal>>({
  body: Refusal,
  needs: () => ({}),
  decide: ({ reason }, context) => {
    const { operation, actor, records } = context;
    const delivery = Delivery.safeParse(records.get(operation.target.id)?.content);
    if (!delivery.success) return rejected('operation.target-missing');
    const { organId } = delivery.data;
    if (!mayAct(actor, { permission: 'answerDelivery', role: operation.role, organId })) {
      return rejected('incoming.clerk-only');
    }
    if (!isRefusalReason(reason)) return rejected('delivery.reason-missing');
    const answered = answerDelivery(context, operation.target.id, {
      state: 'tuChoi',
      organId,
      reason: reason.trim(),
    });
    if (!answered.ok) return rejected(answered.error.code);
    const { change, message } = answered.value;
    return { status: 'accepted', changes: [change], conflicts: [], deliveries: [message] };
  },
  preview: (content, { reason }) =>
    content === null ? null : { ...content, state: 'tuChoi', refusalReason: reason.trim() },
});

/** 3 to 1,000 characters besides blanks at the ends (VB010); the form asks the same. */
export function isRefusalReason(reason: string): boolean {
  const length = codePointLength(reason.trim());
  return length >= REASON.min && length <= REASON.max;
}
