import { z } from 'zod';
import { Json } from '../../kernel/canonical-json';
import { FileHash, OrganId, OrgUnitId, RegisterId, UserId, Uuid } from '../../kernel/ids';
import { LocalDate } from '../../kernel/local-date';
import { codePointLength } from '../../kernel/vietnamese-text';
import { NumberDispute } from '../register/number-queue';
import { documentTypes } from './document-type';
import type { FieldPolicy } from './field-class';
import { AttachedFile, Circulation } from './incoming-document';

/** Văn bản đi, van-ban.md §9.5. */
export const OutgoingState = z.enum([
  'duThao',
  'choDonVi',
  'choTheThuc',
  'choKy',
  'daKy',
  'daCapSo',
  'daDongDau',
  'daPhatHanh',
  'daLuu',
  'traLai',
  'huySo',
  'huyDuThao',
]);
export type OutgoingState = z.infer<typeof OutgoingState>;

/** Thẩm quyền ký, van-ban.md §1.6. */
export const SigningForm = z.enum(['truc', 'TM', 'KT', 'TM_KT', 'Q', 'TUQ', 'TL', 'TL_KT']);
export type SigningForm = z.infer<typeof SigningForm>;

/** Where a document goes; `agencyCode` null = on paper, to someone outside the directory. */
export const Recipient = z
  .object({
    agencyCode: z.string().max(35).nullable(),
    name: z.string().min(1).max(200),
    kind: z.enum(['chinh', 'deBiet', 'luu']),
    channel: z.enum(['lienThong', 'giay', 'noiBo', 'email']),
  })
  .readonly();
export type Recipient = z.infer<typeof Recipient>;

const administrativeTypes = new Set(
  documentTypes.filter(({ group }) => group === 'hanhChinh').map(({ id }) => id),
);
const line = (max: number) => z.string().refine((text) => codePointLength(text) <= max);

/** What the drafter enters; who signs, and in what authority, is known from the start. */
export const OutgoingDraft = z
  .object({
    organId: OrganId,
    draftingUnitId: OrgUnitId,
    documentTypeId: z.string().refine((id) => administrativeTypes.has(id)),
    subject: line(500).refine((text) => codePointLength(text) >= 5),
    signingForm: SigningForm,
    signerUserId: UserId,
    /** As printed under the signature on the day of drafting; kept when the person changes position. */
    signerName: line(50),
    signerPosition: line(100),
    place: line(50),
    priority: z.int().min(0).max(3),
    circulation: Circulation,
    recipients: z.array(Recipient).max(500).readonly(),
    issuedAmount: z.int().min(0).max(999),
    pageAmount: z.int().min(1).max(999).nullable(),
    replyDueDate: LocalDate.nullable(),
    replyToIncomingIds: z.array(z.uuid()).max(50).readonly(),
    note: line(500).nullable(),
    notSecretConfirmed: z.literal(true),
    /** Working files of the drafter (.docx, PDF). */
    drafts: z.array(AttachedFile).max(50).readonly(),
  })
  .readonly();
export type OutgoingDraft = z.infer<typeof OutgoingDraft>;

/** Fields the drafter may change while the document is a draft. */
export const draftFields = {
  documentTypeId: 'scalar',
  subject: 'scalar',
  signingForm: 'scalar',
  signerUserId: 'scalar',
  signerName: 'scalar',
  signerPosition: 'scalar',
  priority: 'scalar',
  circulation: 'scalar',
  recipients: 'set',
  issuedAmount: 'scalar',
  pageAmount: 'scalar',
  replyDueDate: 'scalar',
  note: 'text',
  drafts: 'set',
} as const satisfies FieldPolicy;

/** One of the four separate acts before issue; never merged into one record (van-ban.md §9.5). */
export const ReviewStep = z
  .object({
    id: z.uuid(),
    kind: z.enum(['noiDung', 'theThuc', 'kyBanHanh', 'dongDau', 'traLai']),
    userId: UserId,
    role: z.string(),
    /** The file that was looked at; a later change of it asks for the step again (VB025). */
    fileSha256: FileHash.nullable(),
    opinion: line(2000).nullable(),
    at: z.string(),
  })
  .readonly();
export type ReviewStep = z.infer<typeof ReviewStep>;

/** How far a document has come on its way to one recipient inside this installation. */
export const OutgoingDelivery = z
  .object({
    deliveryId: Uuid,
    /** Code of the recipient in the directory. */
    recipientCode: z.string().max(35),
    /** Waits on the server, lies before the receiver's clerk, was registered there, was refused there. */
    state: z.enum(['choGui', 'daGui', 'daNhan', 'tuChoi']),
    /** Instant of the newest state by the server's clock. */
    at: z.string(),
    /** Why the receiver refused it. */
    reason: z.string().nullable(),
  })
  .readonly();
export type OutgoingDelivery = z.infer<typeof OutgoingDelivery>;

/** An appendix in a file of its own: linked to the sealed document, then signed by the organ (van-ban.md §3.5). */
export const Appendix = z
  .object({
    id: Uuid,
    /** Once it is signed, the signed file. */
    file: AttachedFile,
    isSigned: z.boolean(),
  })
  .readonly();
export type Appendix = z.infer<typeof Appendix>;

export const OutgoingDocument = z
  .object({
    ...OutgoingDraft.unwrap().shape,
    state: OutgoingState,
    draftedBy: UserId,
    draftedAt: z.string(),
    /** The PDF that is reviewed, signed and sealed: only ever extended; null while there are drafts alone. */
    finalPdf: AttachedFile.nullable(),
    reviews: z.array(ReviewStep).readonly(),
    /** Instant of the clerk's request; the number itself comes from the server (N-4). */
    numberRequestedAt: z.string().nullable(),
    registerId: RegisterId.nullable(),
    codeNumber: z.int().positive().nullable(),
    codeDisplay: z.string().max(50).nullable(),
    issuedDate: LocalDate.nullable(),
    /** What a person must decide about its number: nobody dispatches it meanwhile. */
    dispute: NumberDispute.nullable().default(null),
    /** Instant of the clerk's act on the workstation; null before it, and in documents of an older program. */
    dispatchRequestedAt: z.string().nullable().default(null),
    /** Instant of dispatch by the server's clock. */
    dispatchedAt: z.string().nullable(),
    appendices: z.array(Appendix).max(20).readonly().default([]),
    deliveries: z.array(OutgoingDelivery).readonly().default([]),
    /** Kept by the merge of sets (sync §8). */
    additions: z.array(Json).readonly().default([]),
  })
  .readonly();
export type OutgoingDocument = z.infer<typeof OutgoingDocument>;
