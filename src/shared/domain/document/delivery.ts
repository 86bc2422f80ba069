import { z } from 'zod';
import { OfficeId, OrganId, UserId, Uuid } from '../../kernel/ids';
import { LocalDate } from '../../kernel/local-date';
import type { Organ } from '../organ/organ';
import { AttachedFile, Priority } from './incoming-document';
import type { OutgoingDelivery, OutgoingDocument } from './outgoing-document';

/** What the receiver has done with a delivery: exchange codes 01, 03 and 02 of van-ban.md §4.3. */
export const DeliveryState = z.enum(['moiDen', 'daVaoSo', 'tuChoi']);
export type DeliveryState = z.infer<typeof DeliveryState>;

/** What travels from one office to another: the sender's words about an issued document, and its files. */
export const Parcel = z
  .object({
    /** Where an answer goes; both decide nothing at the receiver. */
    senderOfficeId: OfficeId,
    senderDocumentId: Uuid,
    senderCode: z.string().max(35),
    senderName: z.string().max(200),
    /** Code of the recipient in the sender's directory: the organ addressed. */
    recipientCode: z.string().max(35),
    codeDisplay: z.string().max(50),
    codeNumber: z.int().positive().nullable(),
    issuedDate: LocalDate.nullable(),
    documentTypeId: z.string(),
    subject: z.string(),
    signerName: z.string(),
    signerPosition: z.string(),
    priority: Priority,
    pageAmount: z.int().positive().nullable(),
    replyDueDate: LocalDate.nullable(),
    files: z.array(AttachedFile).max(50).readonly(),
    /** Instant of dispatch by the server's clock. */
    sentAt: z.string(),
  })
  .readonly();
export type Parcel = z.infer<typeof Parcel>;

/** A document of another office that has arrived here and waits for the clerk of one organ. */
export const Delivery = z
  .object({
    ...Parcel.unwrap().shape,
    /** The organ addressed: its clerk registers or refuses. */
    organId: OrganId,
    receivedAt: z.string(),
    state: DeliveryState,
    /** The incoming document it became; null until it is registered. */
    incomingDocumentId: Uuid.nullable(),
    refusalReason: z.string().nullable(),
    answeredBy: UserId.nullable(),
    /** Instant of the answer by the server's clock. */
    answeredAt: z.string().nullable(),
  })
  .readonly();
export type Delivery = z.infer<typeof Delivery>;

/** A parcel as it lies in front of the receiving clerk. */
export const deliveryFrom = (
  parcel: Parcel,
  { organId, receivedAt }: Pick<Delivery, 'organId' | 'receivedAt'>,
): Delivery => ({
  ...parcel,
  organId,
  receivedAt,
  state: 'moiDen',
  incomingDocumentId: null,
  refusalReason: null,
  answeredBy: null,
  answeredAt: null,
});

/** The parcel of a sealed document; undefined while it has no number or no file, so that nothing half goes out. */
export function parcelOf(
  document: OutgoingDocument,
  sender: {
    readonly documentId: string;
    readonly organ: Organ;
    readonly recipientCode: string;
    readonly sentAt: string;
  },
): Parcel | undefined {
  const { finalPdf, codeDisplay } = document;
  if (finalPdf === null || codeDisplay === null) return undefined;
  const { documentTypeId, subject, signerName, signerPosition, priority } = document;
  const { codeNumber, issuedDate, pageAmount, replyDueDate } = document;
  return {
    senderOfficeId: sender.organ.officeId,
    senderDocumentId: sender.documentId,
    senderCode: sender.organ.code,
    senderName: sender.organ.name,
    recipientCode: sender.recipientCode,
    codeDisplay,
    codeNumber,
    issuedDate,
    documentTypeId,
    subject,
    signerName,
    signerPosition,
    priority,
    pageAmount,
    replyDueDate,
    files: [
      { ...finalPdf, role: 'chinh' },
      ...document.appendices.map(({ file }): AttachedFile => ({ ...file, role: 'phuLuc' })),
    ],
    sentAt: sender.sentAt,
  };
}

/** News of one delivery, as the sender's document keeps it. */
export type DeliveryNews = Pick<OutgoingDelivery, 'state' | 'at' | 'reason'>;

const ranks: Readonly<Record<OutgoingDelivery['state'], number>> = {
  choGui: 0,
  daGui: 1,
  daNhan: 2,
  tuChoi: 2,
};

/**
 * The document with news of a delivery. News may come twice and out of order (van-ban.md §4.3): only what goes further
 * changes anything, so that "sent" never takes back an answer.
 */
export function withDeliveryNews(
  document: OutgoingDocument,
  deliveryId: string,
  { state, at, reason }: DeliveryNews,
): OutgoingDocument {
  return {
    ...document,
    deliveries: document.deliveries.map((delivery) =>
      delivery.deliveryId === deliveryId && ranks[state] > ranks[delivery.state]
        ? { ...delivery, state, at, reason }
        : delivery,
    ),
  };
}
