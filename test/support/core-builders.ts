import { hash } from 'node:crypto';
import { IncomingRegistration } from '@shared/domain/document/incoming-document';
import { OutgoingDraft } from '@shared/domain/document/outgoing-document';
import { User, type Role } from '@shared/domain/organ/user';
import { Register } from '@shared/domain/register/register';
import { concatBytes, equalBytes, toHex, utf8 } from '@shared/kernel/bytes';
import type { JsonObject } from '@shared/kernel/canonical-json';
import { PROTOCOL_VERSION, SCHEMA_VERSION } from '@shared/protocol/version';
import {
  CHAIN_START,
  Operation,
  operationHash,
  signedBytes,
  type OperationDraft,
} from '@shared/sync/operation';
import {
  contentHash,
  digestMark,
  officeScope,
  type FeedEntry,
  type Page,
} from '@shared/sync/record';

/** Valid values of the sync core for unit tests and the simulator; each builder takes only what matters. */

export const sha256 = (bytes: Uint8Array): Uint8Array => hash('sha256', bytes, 'buffer');

/** Stands in for Ed25519 where speed matters and nobody attacks: 64 bytes from a key that both sides know. */
export function cheapSignature(key: Uint8Array, bytes: Uint8Array): Uint8Array {
  const half = sha256(concatBytes(key, bytes));
  return concatBytes(half, sha256(half));
}

export const cheapVerify = (key: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean =>
  equalBytes(cheapSignature(key, bytes), signature);

/** The same id for the same group and number, in the layout of a random UUID. */
export const anId = (group: number, n: number): string =>
  `00000000-0000-4000-8${String(group).padStart(3, '0')}-${String(n).padStart(12, '0')}`;

export const sample = {
  officeId: anId(1, 1),
  organId: anId(2, 1),
  otherOrganId: anId(2, 2),
  registerId: anId(3, 1),
  clerkId: anId(4, 1),
  deviceId: anId(5, 1),
  documentId: anId(6, 1),
  timeline: anId(9, 1),
} as const;

export const sampleScope = officeScope(sample.officeId);

export const aUser = (overrides: object = {}): User =>
  User.parse({
    id: sample.clerkId,
    officeId: sample.officeId,
    login: 'vanthu',
    fullName: 'Nguyễn Thị Hạnh',
    position: 'Văn thư',
    unitId: null,
    grants: [{ role: 'vanThu', organId: sample.organId }],
    active: true,
    ...overrides,
  });

export const aUserWith = (role: Role, organId: string = sample.organId): User =>
  aUser({ grants: [{ role, organId }] });

export const aRegister = (overrides: object = {}): Register =>
  Register.parse({
    id: sample.registerId,
    organId: sample.organId,
    direction: 'den',
    name: 'Sổ văn bản đến',
    year: 2026,
    status: 'dangMo',
    ...overrides,
  });

export const aRegistration = (overrides: object = {}): IncomingRegistration =>
  IncomingRegistration.parse({
    organId: sample.organId,
    registerId: sample.registerId,
    arrivalDate: '2026-03-02',
    channel: 'PAPER_POST',
    hasPaper: true,
    issuerCode: null,
    issuerName: 'Sở Nội vụ',
    codeDisplay: '15/SNV-TCHC',
    codeNumber: '15',
    codeNotation: 'SNV-TCHC',
    issuedDate: '2026-02-27',
    documentTypeId: 'CV',
    subject: 'Về việc báo cáo công tác văn thư, lưu trữ',
    language: 'Tiếng Việt',
    pageAmount: 2,
    copies: 1,
    signerName: null,
    signerPosition: null,
    priority: 0,
    circulation: 'khong',
    requiresReply: false,
    dueDate: null,
    forInfo: false,
    routedTo: null,
    note: null,
    notSecretConfirmed: true,
    files: [],
    ...overrides,
  });

export const anOutgoingDraft = (overrides: object = {}): OutgoingDraft =>
  OutgoingDraft.parse({
    organId: sample.organId,
    draftingUnitId: anId(8, 1),
    documentTypeId: 'CV',
    subject: 'Về việc trả lời đơn của công dân',
    signingForm: 'TM',
    signerUserId: anId(4, 9),
    signerName: 'Trần Văn Bình',
    signerPosition: 'Chủ tịch',
    place: 'Tân Hòa',
    priority: 0,
    circulation: 'khong',
    recipients: [],
    issuedAmount: 1,
    pageAmount: null,
    replyDueDate: null,
    replyToIncomingIds: [],
    note: null,
    notSecretConfirmed: true,
    drafts: [],
    ...overrides,
  });

/** An attached file whose hash follows from its name. */
export const aFile = (name: string): JsonObject => ({
  sha256: toHex(sha256(utf8(name))),
  name,
  sizeBytes: 1024,
  mime: 'application/pdf',
  role: 'chinh',
});

export const opKey = utf8('operation key of the sample clerk');

const unsignedDefaults = {
  opId: anId(7, 1),
  dev: sample.deviceId,
  inc: 1,
  n: 1,
  actor: sample.clerkId,
  role: 'vanThu',
  office: sample.officeId,
  kind: 'create',
  target: { type: 'incomingDocument', id: sample.documentId },
  base: null,
  schema: SCHEMA_VERSION,
  proto: PROTOCOL_VERSION,
  at: {
    wall: Date.parse('2026-03-02T02:00:00Z'),
    tzOffset: 420,
    bootId: 'boot',
    mono: 1000,
    trustedLow: null,
    trustedHigh: null,
  },
  prev: CHAIN_START,
};

/** An operation signed with `opKey`; by default the sample clerk registers the sample document. */
export function anOperation(overrides: object = {}): Operation {
  const unsigned = { ...unsignedDefaults, body: aRegistration(), ...overrides };
  const sig = toHex(cheapSignature(opKey, signedBytes(unsigned as unknown as Operation)));
  return Operation.parse({ ...unsigned, sig, ...('sig' in overrides ? overrides : {}) });
}

/** Operations of one device, each chained to the one before; `n` and `opId` count up. */
export function aChain(parts: readonly object[]): readonly Operation[] {
  let prev = CHAIN_START;
  return parts.map((part, index) => {
    const operation = anOperation({ opId: anId(7, index + 1), n: index + 1, prev, ...part });
    prev = operationHash(operation, sha256);
    return operation;
  });
}

export const aDraft = (overrides: object = {}): OperationDraft => ({
  kind: 'create',
  target: { type: 'incomingDocument', id: sample.documentId },
  base: null,
  body: aRegistration(),
  role: 'vanThu',
  ...overrides,
});

/** A feed entry with the right hash of its content. */
export function anEntry(overrides: Partial<FeedEntry> & { readonly seq: number }): FeedEntry {
  const content = overrides.content === undefined ? { subject: 'Giấy mời' } : overrides.content;
  return {
    kind: 'put',
    type: 'incomingDocument',
    id: sample.documentId,
    rev: 1,
    tx: overrides.seq,
    hash: content === null ? '' : contentHash(content, sha256),
    ...overrides,
    content,
  };
}

export function aPage(entries: readonly FeedEntry[], overrides: Partial<Page> = {}): Page {
  const last = entries.at(-1)?.seq ?? 0;
  return { scope: sampleScope, entries, next: last, head: last, digest: null, ...overrides };
}

export const marksOf = (page: Page): readonly string[] =>
  page.entries.map((entry) =>
    entry.kind === 'put' ? digestMark(entry.id, entry.rev, entry.hash, sha256) : '',
  );
