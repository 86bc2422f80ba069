import type { Delivery } from '@shared/domain/document/delivery';
import type { IncomingRegistration } from '@shared/domain/document/incoming-document';
import type { JsonObject } from '@shared/kernel/canonical-json';

/**
 * What the sender said of a document, as the registration form begins with it; the clerk may correct it
 * (van-ban.md §2.2), and makes the statement of secrecy anew.
 */
export function prefillFrom(deliveryId: string, delivery: Delivery): JsonObject {
  const { issuedDate, documentTypeId, subject, pageAmount, codeDisplay } = delivery;
  const { signerName, signerPosition, priority, replyDueDate, files, organId } = delivery;
  return {
    deliveryId,
    organId,
    channel: 'AXIS',
    hasPaper: false,
    issuerCode: delivery.senderCode,
    issuerName: delivery.senderName,
    codeDisplay,
    issuedDate,
    documentTypeId,
    subject,
    pageAmount,
    copies: 1,
    signerName,
    signerPosition,
    priority,
    requiresReply: replyDueDate !== null,
    dueDate: replyDueDate,
    files,
  } satisfies Partial<Record<keyof IncomingRegistration, unknown>>;
}
