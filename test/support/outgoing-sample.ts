import type { OutgoingDocument } from '@shared/domain/document/outgoing-document';
import type { JsonObject } from '@shared/kernel/canonical-json';
import type { ServerRecord } from '@shared/sync/record';
import { sampleIds } from './office-sample';

const uuid = (group: string, n: number): string =>
  `00000000-0000-4000-8${group}-${String(n).padStart(12, '0')}`;

export const outgoingIds = {
  unit: uuid('a06', 1),
  chairman: uuid('a04', 2),
  expert: uuid('a04', 3),
  register: uuid('a03', 2),
  document: (n: number) => uuid('c01', n),
} as const;

/** Who and what a draft is put together from, beside `referenceRecords`. */
export const draftingRecords = (): readonly Omit<ServerRecord, 'rev' | 'scope'>[] => [
  {
    type: 'orgUnit',
    id: outgoingIds.unit,
    content: {
      id: outgoingIds.unit,
      officeId: sampleIds.office,
      name: 'Văn phòng HĐND và UBND',
      abbreviation: 'VP',
      headUserId: null,
      active: true,
    },
  },
  {
    type: 'user',
    id: outgoingIds.chairman,
    content: {
      id: outgoingIds.chairman,
      officeId: sampleIds.office,
      login: 'chutich.tanhoa',
      fullName: 'Trần Văn Bình',
      position: 'Chủ tịch UBND',
      unitId: null,
      grants: [{ role: 'chuTich', organId: sampleIds.organ }],
      active: true,
    },
  },
  {
    type: 'register',
    id: outgoingIds.register,
    content: {
      id: outgoingIds.register,
      organId: sampleIds.organ,
      direction: 'di',
      name: 'Sổ văn bản đi UBND',
      year: 2026,
      status: 'dangMo',
    },
  },
];

export const outgoingContent = (over: Partial<Record<keyof OutgoingDocument, unknown>> = {}) =>
  ({
    organId: sampleIds.organ,
    draftingUnitId: outgoingIds.unit,
    documentTypeId: 'KH',
    subject: 'Kế hoạch kiểm tra công tác văn thư',
    signingForm: 'TM',
    signerUserId: outgoingIds.chairman,
    signerName: 'Trần Văn Bình',
    signerPosition: 'Chủ tịch UBND',
    place: 'Tân Hòa',
    priority: 0,
    circulation: 'khong',
    recipients: [{ agencyCode: null, name: 'Sở Nội vụ', kind: 'chinh', channel: 'giay' }],
    issuedAmount: 1,
    pageAmount: null,
    replyDueDate: null,
    replyToIncomingIds: [],
    note: null,
    notSecretConfirmed: true,
    drafts: [],
    state: 'duThao',
    draftedBy: outgoingIds.expert,
    draftedAt: '2026-03-02T02:00:00.000Z',
    finalPdf: null,
    reviews: [],
    numberRequestedAt: null,
    registerId: null,
    codeNumber: null,
    codeDisplay: null,
    issuedDate: null,
    dispatchedAt: null,
    ...over,
  }) as unknown as JsonObject;
