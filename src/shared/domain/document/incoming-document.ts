import { z } from 'zod';
import { Json } from '../../kernel/canonical-json';
import { FileHash, OrganId, OrgUnitId, RegisterId, UserId, Uuid } from '../../kernel/ids';
import { LocalDate } from '../../kernel/local-date';
import { codePointLength } from '../../kernel/vietnamese-text';
import { NumberDispute } from '../register/number-queue';
import { findDocumentType } from './document-type';
import type { FieldPolicy } from './field-class';

/** Văn bản đến, van-ban.md §9.4. */
export const IncomingState = z.enum([
  'moiDen',
  'tuChoi',
  'daDangKy',
  'daTrinh',
  'daChiDao',
  'dangXuLy',
  'hoanThanh',
  'deBiet',
  'daLuu',
  'biThuHoi',
  'huySoDen',
]);
export type IncomingState = z.infer<typeof IncomingState>;

/** How a paper reached us, van-ban.md §2.2. */
export const IncomingChannel = z.enum([
  'AXIS',
  'INTERNAL',
  'PAPER_POST',
  'PAPER_HAND',
  'EMAIL',
  'FAX',
  'CITIZEN',
]);
export type IncomingChannel = z.infer<typeof IncomingChannel>;

/** 0 thường, 1 khẩn, 2 thượng khẩn, 3 hỏa tốc, 4 hỏa tốc hẹn giờ (accepted, never offered). */
export const Priority = z.int().min(0).max(4);

/** Circulation marks; they are not secrecy grades. */
export const Circulation = z.enum(['khong', 'luuHanhNoiBo', 'xemXongTraLai']);

export const AttachedFile = z
  .object({
    sha256: FileHash,
    name: z.string().min(1).max(200),
    sizeBytes: z.int().nonnegative(),
    mime: z.string().max(100),
    role: z.enum(['chinh', 'phuLuc', 'duThao', 'banQuet', 'goiTin']),
  })
  .readonly();
export type AttachedFile = z.infer<typeof AttachedFile>;

const line = (max: number) => z.string().refine((text) => codePointLength(text) <= max);

/** What a clerk types when a paper arrives; the same schema guards the form, main and the server. */
export const IncomingRegistration = z
  .object({
    organId: OrganId,
    registerId: RegisterId,
    arrivalDate: LocalDate,
    channel: IncomingChannel,
    hasPaper: z.boolean(),
    issuerCode: z.string().max(35).nullable(),
    issuerName: line(200).refine((text) => codePointLength(text) >= 2),
    /** As printed on the paper, 1–50 characters; "Không số" is allowed. Never rebuilt from its halves. */
    codeDisplay: line(50).refine((text) => codePointLength(text) >= 1),
    codeNumber: z.string().max(11).nullable(),
    codeNotation: z.string().max(30).nullable(),
    /** Null when the paper carries no date ("Không ghi ngày", corrections.md item 1). */
    issuedDate: LocalDate.nullable(),
    documentTypeId: z.string().refine((id) => findDocumentType(id) !== undefined),
    subject: line(500).refine((text) => codePointLength(text) >= 5),
    language: line(30),
    pageAmount: z.int().min(1).max(999).nullable(),
    copies: z.int().min(0).max(999).nullable(),
    signerName: line(50).nullable(),
    signerPosition: line(100).nullable(),
    priority: Priority,
    circulation: Circulation,
    requiresReply: z.boolean(),
    /** Inclusive; null when no answer is asked for. */
    dueDate: LocalDate.nullable(),
    forInfo: z.boolean(),
    routedTo: line(1000).nullable(),
    note: line(500).nullable(),
    /** The mandatory statement of van-ban.md §6.2(1): no secrecy mark. */
    notSecretConfirmed: z.literal(true),
    files: z.array(AttachedFile).max(50).readonly(),
    /** The delivery of another office of this installation that is registered; null for every other paper. */
    deliveryId: Uuid.nullable().default(null),
  })
  .readonly();
export type IncomingRegistration = z.infer<typeof IncomingRegistration>;

/** Fields a clerk may correct after registration; arrival date, register and number are fixed (van-ban.md §9.4). */
export const incomingFields = {
  issuerCode: 'scalar',
  issuerName: 'scalar',
  codeDisplay: 'scalar',
  codeNumber: 'scalar',
  codeNotation: 'scalar',
  issuedDate: 'scalar',
  documentTypeId: 'scalar',
  subject: 'scalar',
  language: 'scalar',
  pageAmount: 'scalar',
  copies: 'scalar',
  signerName: 'scalar',
  signerPosition: 'scalar',
  priority: 'scalar',
  circulation: 'scalar',
  requiresReply: 'scalar',
  dueDate: 'scalar',
  forInfo: 'scalar',
  routedTo: 'scalar',
  note: 'text',
  files: 'set',
} as const satisfies FieldPolicy;

/** One correction of a registered document: who, when and why, with the old values (van-ban.md §9.4). */
export const Correction = z
  .object({
    id: z.uuid(),
    userId: UserId,
    role: z.string(),
    /** Instant of the act on the workstation: evidence, not order. */
    at: z.string(),
    reason: z.string().max(500).nullable(),
    changes: z.array(z.object({ field: z.string(), was: Json, now: Json }).readonly()).readonly(),
  })
  .readonly();
export type Correction = z.infer<typeof Correction>;

/** An incoming document as offices see it: what was typed, and what the server decided. */
export const IncomingDocument = z
  .object({
    ...IncomingRegistration.unwrap().shape,
    state: IncomingState,
    /** Số đến: place in the year's register, from 1; null while "Chờ cấp số đến", then never changed or reused. */
    arrivalNumber: z.int().positive().nullable(),
    /** Instant of the clerk's request while it waits in the register's queue; null before it and after the number. */
    numberRequestedAt: z.string().nullable().default(null),
    /** What a person must decide about its number; null for nearly all. */
    dispute: NumberDispute.nullable().default(null),
    registeredBy: UserId,
    /** Instant of the act on the workstation: evidence, not order. */
    registeredAt: z.string(),
    routedUnitId: OrgUnitId.nullable(),
    /** Oldest first; absent before the first. */
    corrections: z.array(Correction).readonly().optional(),
    /** Kept by the merge of sets (sync §8). */
    additions: z.array(Json).readonly().optional(),
  })
  .readonly();
export type IncomingDocument = z.infer<typeof IncomingDocument>;
