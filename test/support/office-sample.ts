import type { CurrentSession } from '../../src/renderer/data/session';
import type { SessionState } from '@shared/ipc/contract';
import type { JsonObject } from '@shared/kernel/canonical-json';
import type { ServerRecord } from '@shared/sync/record';

/** An invented commune with its people, books and papers. */
const uuid = (group: string, n: number): string =>
  `00000000-0000-4000-8${group}-${String(n).padStart(12, '0')}`;

export const sampleIds = {
  office: uuid('a01', 1),
  organ: uuid('a02', 1),
  register: uuid('a03', 1),
  clerk: uuid('a04', 1),
  document: (n: number) => uuid('b01', n),
} as const;

const office = { id: sampleIds.office, name: 'UBND xã Tân Hòa', placeName: 'Tân Hòa' };
const organ = {
  id: sampleIds.organ,
  officeId: sampleIds.office,
  kind: 'UBND',
  name: 'Ủy ban nhân dân xã Tân Hòa',
  shortName: 'UBND',
  code: 'H99.10.1',
} as const;

const clerk = {
  id: sampleIds.clerk,
  officeId: sampleIds.office,
  login: 'vanthu.tanhoa',
  fullName: 'Nguyễn Thị Hạnh',
  position: 'Văn thư – Lưu trữ',
  unitId: null,
  grants: [{ role: 'vanThu', organId: sampleIds.organ }],
  active: true,
};

export const clerkSession = (projectionName = 'sample'): CurrentSession =>
  ({
    user: clerk,
    office,
    organs: [organ],
    projectionName,
    offline: false,
  }) as unknown as CurrentSession;

export const signedInState = (projectionName?: string): SessionState =>
  ({
    phase: 'signedIn',
    keyringAvailable: true,
    passphraseChosen: false,
    serverAddress: 'https://congvu.tinh.example',
    deviceName: 'Máy văn thư 1',
    office,
    knownUsers: [
      { login: 'vanthu.tanhoa', fullName: 'Nguyễn Thị Hạnh', position: 'Văn thư – Lưu trữ' },
      { login: 'chutich.tanhoa', fullName: 'Trần Văn Bình', position: 'Chủ tịch UBND' },
      { login: 'chanhvp.tanhoa', fullName: 'Lê Thị Minh Nguyệt', position: 'Chánh Văn phòng' },
    ],
    current: clerkSession(projectionName),
  }) as unknown as SessionState;

const agencies = [
  'Ủy ban nhân dân tỉnh',
  'Sở Nội vụ',
  'Sở Tài chính',
  'Sở Nông nghiệp và Môi trường',
  'Sở Giáo dục và Đào tạo',
  'Văn phòng Ủy ban nhân dân tỉnh',
  'Công an tỉnh',
  'Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh',
  'Bảo hiểm xã hội khu vực',
  'Ủy ban nhân dân xã Bình Minh',
];

const subjects = [
  'V/v rà soát, tổng hợp số liệu cán bộ, công chức năm 2026',
  'Về việc tăng cường công tác phòng, chống thiên tai mùa mưa bão',
  'Kế hoạch chuyển đổi số giai đoạn 2026 – 2030',
  'V/v báo cáo kết quả giải quyết thủ tục hành chính quý III',
  'Giấy mời dự hội nghị triển khai nhiệm vụ trọng tâm',
  'Thông báo lịch tiếp công dân định kỳ của Chủ tịch Ủy ban nhân dân tỉnh',
  'V/v hướng dẫn lập dự toán ngân sách nhà nước năm 2027 và kế hoạch tài chính – ngân sách nhà nước 3 năm 2027 – 2029',
];

export const referenceRecords = (): readonly Omit<ServerRecord, 'rev' | 'scope'>[] => [
  {
    type: 'register',
    id: sampleIds.register,
    content: {
      id: sampleIds.register,
      organId: sampleIds.organ,
      direction: 'den',
      name: 'Sổ văn bản đến UBND',
      year: 2026,
      status: 'dangMo',
    },
  },
  { type: 'user', id: sampleIds.clerk, content: clerk },
  { type: 'organ', id: sampleIds.organ, content: { ...organ } },
  ...agencies.map((name, i) => ({
    type: 'agency' as const,
    id: uuid('a05', i + 1),
    content: { id: uuid('a05', i + 1), code: `H99.${i + 1}`, name, officeId: null },
  })),
];

const types = ['CV', 'KH', 'BC', 'GM', 'TB', 'QD'] as const;

/** Document `n` of the year: later numbers came later. */
export function incomingContent(n: number, over: JsonObject = {}): JsonObject {
  const day = new Date(Date.UTC(2026, 0, 5) + Math.floor(n / 220) * 86_400_000)
    .toISOString()
    .slice(0, 10);
  const documentTypeId = types[n % types.length] ?? 'CV';
  return {
    organId: sampleIds.organ,
    registerId: sampleIds.register,
    arrivalDate: day,
    channel: 'AXIS',
    hasPaper: false,
    issuerCode: null,
    issuerName: agencies[n % agencies.length] ?? '',
    codeDisplay: `${(n % 900) + 1}/${documentTypeId === 'CV' ? 'SNV-CCHC' : `${documentTypeId}-UBND`}`,
    codeNumber: String((n % 900) + 1),
    codeNotation: 'SNV-CCHC',
    issuedDate: day,
    documentTypeId,
    subject: subjects[n % subjects.length] ?? '',
    language: 'Tiếng Việt',
    pageAmount: 3,
    copies: 1,
    signerName: 'Phạm Quốc Toàn',
    signerPosition: 'Phó Giám đốc',
    priority: n % 17 === 0 ? 2 : 0,
    circulation: 'khong',
    requiresReply: n % 5 === 0,
    dueDate: null,
    forInfo: false,
    routedTo: null,
    note: null,
    notSecretConfirmed: true,
    files: [],
    state: n % 3 === 0 ? 'daTrinh' : 'daDangKy',
    arrivalNumber: n,
    registeredBy: sampleIds.clerk,
    registeredAt: `${day}T03:00:00.000Z`,
    routedUnitId: null,
    ...over,
  };
}

/** What identifies document `n` to a clerk. */
export function incomingPaper(n: number) {
  const content = incomingContent(n);
  const text = (field: string) => (typeof content[field] === 'string' ? content[field] : '');
  return {
    issuerName: text('issuerName'),
    codeDisplay: text('codeDisplay'),
    issuedDate: text('issuedDate'),
  };
}

export const incomingRecords = (count: number): readonly Omit<ServerRecord, 'rev' | 'scope'>[] =>
  Array.from({ length: count }, (_, i) => ({
    type: 'incomingDocument' as const,
    id: sampleIds.document(i + 1),
    content: incomingContent(i + 1),
  }));
