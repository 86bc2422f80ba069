import { z } from 'zod';
import { parcelOf } from '../../domain/document/delivery';
import {
  OutgoingDocument,
  type OutgoingDelivery,
  type Recipient,
} from '../../domain/document/outgoing-document';
import { Organ } from '../../domain/organ/organ';
import { Uuid } from '../../kernel/ids';
import type { OutboxMessage } from '../outbox-message';
import { defineAct, instantOf, rejected, type DecisionContext } from './act';
import { refuseStep, targetDocument } from './outgoing';

const Nothing = z.object({}).readonly();

/**
 * `cmd.dispatch` outgoingDocument: `daDongDau` → `daPhatHanh` (van-ban.md §9.5). To each recipient on the shared line
 * that is an office of this installation goes a message; what leaves on paper or by other ways is only recorded.
 *
 * The instant of dispatch is the server's. A workstation shows only that it was asked for.
 */
export const dispatchOutgoing = defineAct<z.infer<typeof Nothing>>({
  body: Nothing,
  needs: (_body, target) => {
    const document = OutgoingDocument.safeParse(target?.content);
    if (!document.success) return {};
    return {
      records: [{ type: 'organ', id: document.data.organId }],
      agencyCodes: linkedCodes(document.data.recipients),
    };
  },
  decide: (_body, context) => {
    const { operation, actor, records, now } = context;
    const document = targetDocument(context);
    if (!document) return rejected('operation.target-missing');
    const refusal = refuseStep('dispatch', document, operation, actor);
    if (refusal) return rejected(refusal);
    if (document.dispute !== null) return rejected('register.in-dispute');
    if (!document.appendices.every(({ isSigned }) => isSigned))
      return rejected('outgoing.appendix-unsigned');
    const organ = Organ.safeParse(records.get(document.organId)?.content);
    if (!organ.success) return rejected('operation.target-missing');
    const messages = messagesFor(document, organ.data, context);
    if (!messages) return rejected('outgoing.not-signed');
    const dispatched: OutgoingDocument = {
      ...document,
      state: 'daPhatHanh',
      dispatchRequestedAt: instantOf(operation),
      dispatchedAt: now,
      deliveries: messages.map(({ id, parcel }): OutgoingDelivery => ({
        deliveryId: id,
        recipientCode: parcel.recipientCode,
        state: 'choGui',
        at: now,
        reason: null,
      })),
    };
    return {
      status: 'accepted',
      changes: [{ ...operation.target, content: dispatched }],
      conflicts: [],
      deliveries: messages,
    };
  },
  preview: (content, _body, operation) =>
    content === null ? null : { ...content, dispatchRequestedAt: instantOf(operation) },
});

type Sending = Extract<OutboxMessage, { kind: 'send' }>;

/** One message an office addressed; undefined when the document is not fit to leave. */
function messagesFor(
  document: OutgoingDocument,
  organ: Organ,
  { operation, agencies, now, derivedId }: DecisionContext,
): readonly Sending[] | undefined {
  const messages: Sending[] = [];
  for (const recipientCode of linkedCodes(document.recipients)) {
    const parcel = parcelOf(document, {
      documentId: operation.target.id,
      organ,
      recipientCode,
      sentAt: now,
    });
    if (!parcel) return undefined;
    const toOfficeId = agencies.get(recipientCode)?.officeId ?? null;
    // Not of this installation: another system's concern (van-ban.md VB023).
    if (toOfficeId === null) continue;
    const id = Uuid.parse(derivedId(`delivery:${recipientCode}`));
    messages.push({ kind: 'send', id, toOfficeId, parcel });
  }
  return messages;
}

/** Codes of the recipients on the shared line, each once, in the order of the list. */
export const linkedCodes = (recipients: readonly Recipient[]): readonly string[] => [
  ...new Set(
    recipients.flatMap(({ channel, agencyCode }) =>
      channel === 'lienThong' && agencyCode !== null ? [agencyCode] : [],
    ),
  ),
];
