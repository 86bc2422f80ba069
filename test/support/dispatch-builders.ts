import { Delivery, Parcel } from '@shared/domain/document/delivery';
import { OutgoingDocument } from '@shared/domain/document/outgoing-document';
import { OrganId } from '@shared/kernel/ids';
import type { ServerRecord } from '@shared/sync/record';
import type { JsonObject } from '@shared/kernel/canonical-json';
import { aFile, anId, sample, sampleScope } from './core-builders';

/** Values around the dispatch of a document to another office, for tests of the pure acts. */

export const neighbour = { officeId: anId(1, 2), code: 'H99.002', name: 'UBND xã Bên' } as const;
export const deliveryId = anId(11, 1);

export const aRecord = (type: ServerRecord['type'], id: string, content: object): ServerRecord => ({
  type,
  id,
  scope: sampleScope,
  rev: 1,
  content: content as JsonObject,
});

/** A numbered and sealed document with one recipient in the neighbouring office. */
export const aSealedDocument = (overrides: object = {}): OutgoingDocument =>
  OutgoingDocument.parse({
    organId: sample.organId,
    draftingUnitId: anId(8, 1),
    documentTypeId: 'CV',
    subject: 'Phối hợp rà soát địa giới thôn giáp ranh',
    signingForm: 'TM',
    signerUserId: anId(4, 2),
    signerName: 'Nguyễn Văn Mẫu',
    signerPosition: 'CHỦ TỊCH',
    place: 'Thử Nghiệm',
    priority: 1,
    circulation: 'khong',
    recipients: [
      { agencyCode: neighbour.code, name: neighbour.name, kind: 'chinh', channel: 'lienThong' },
    ],
    issuedAmount: 0,
    pageAmount: 2,
    replyDueDate: '2026-03-20',
    replyToIncomingIds: [],
    note: null,
    notSecretConfirmed: true,
    drafts: [aFile('du-thao.docx')],
    state: 'daDongDau',
    draftedBy: anId(4, 3),
    draftedAt: '2026-03-02T01:00:00.000Z',
    finalPdf: aFile('cong-van-dong-dau.pdf'),
    reviews: [],
    numberRequestedAt: '2026-03-02T01:30:00.000Z',
    registerId: sample.registerId,
    codeNumber: 120,
    codeDisplay: '120/UBND-VP',
    issuedDate: '2026-03-02',
    dispatchedAt: null,
    ...overrides,
  });

/** A document of the neighbouring office that lies before the sample clerk. */
export const aDelivery = (overrides: object = {}): Delivery =>
  Delivery.parse({
    ...Parcel.parse({
      senderOfficeId: neighbour.officeId,
      senderDocumentId: anId(6, 77),
      senderCode: neighbour.code,
      senderName: neighbour.name,
      recipientCode: 'H99.001',
      codeDisplay: '45/UBND-VP',
      codeNumber: 45,
      issuedDate: '2026-03-01',
      documentTypeId: 'CV',
      subject: 'Đề nghị cung cấp số liệu hộ nghèo',
      signerName: 'Trần Thị Mẫu',
      signerPosition: 'PHÓ CHỦ TỊCH',
      priority: 0,
      pageAmount: 1,
      replyDueDate: null,
      files: [aFile('45.pdf')],
      sentAt: '2026-03-01T03:00:00.000Z',
    }),
    organId: OrganId.parse(sample.organId),
    receivedAt: '2026-03-01T03:00:05.000Z',
    state: 'moiDen',
    incomingDocumentId: null,
    refusalReason: null,
    answeredBy: null,
    answeredAt: null,
    ...overrides,
  });
