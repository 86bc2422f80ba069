import { z } from 'zod';
import type { ErrorCode } from '../../errors/catalogue';
import { DocumentId, OrganId, RegisterId, UserId } from '../../kernel/ids';
import { LocalDate } from '../../kernel/local-date';
import { codePointLength } from '../../kernel/vietnamese-text';
import { NumberDispute } from '../register/number-queue';
import { copyForms, mayCopy, type Carrier, type CopyForm } from './copy-form';
import { AttachedFile, IncomingDocument } from './incoming-document';
import { OutgoingDocument } from './outgoing-document';

/** Bản sao (van-ban.md §9.6 `certifiedCopy`): waits for its number, has it, carries the organ's signature, was voided. */
export const CopyState = z.enum(['choCapSo', 'daCapSo', 'daKySo', 'huySo']);
export type CopyState = z.infer<typeof CopyState>;

const line = (min: number, max: number) =>
  z
    .string()
    .refine((text) => text.trim() !== '' || min === 0)
    .refine((text) => codePointLength(text) <= max);
const Carriers = z.enum(['giay', 'dienTu']);

/** What the clerk says about a copy that is to be made. */
export const CopyDraft = z
  .object({
    /** Form of copy: its document type. */
    documentTypeId: z.enum(['SY', 'TRS', 'SL']),
    from: Carriers,
    to: Carriers,
    /** The document that is copied. */
    targetType: z.enum(['incomingDocument', 'outgoingDocument']),
    targetId: DocumentId,
    /** The organ that copies: its number, its seal. */
    organId: OrganId,
    /** Of the source, as it was when it was copied. */
    subject: line(1, 500),
    sourceCode: line(1, 50),
    place: line(1, 50),
    /** The copied pages: what is signed, or printed; null where a photocopier makes them. */
    pdf: AttachedFile.nullable(),
    /** Who signs on paper; null where the organ's digital signature alone is made. */
    signer: z
      .object({ authority: line(0, 100), position: line(1, 100), name: line(1, 50) })
      .readonly()
      .nullable(),
    /** "Nơi nhận" of the copy, one a line. */
    recipientsText: line(0, 1000),
    /** Copies on paper. */
    issuedAmount: z.int().min(0).max(999),
  })
  .readonly();
export type CopyDraft = z.infer<typeof CopyDraft>;

export const CertifiedCopy = z
  .object({
    ...CopyDraft.unwrap().shape,
    state: CopyState,
    madeBy: UserId,
    /** Instant of the act on the workstation: evidence, not order. */
    madeAt: z.string(),
    numberRequestedAt: z.string().nullable(),
    registerId: RegisterId.nullable(),
    /** Number of the series that SY, TrS and SL share in a year. */
    codeNumber: z.int().positive().nullable(),
    codeDisplay: z.string().max(50).nullable(),
    issuedDate: LocalDate.nullable(),
    dispute: NumberDispute.nullable().default(null),
  })
  .readonly();
export type CertifiedCopy = z.infer<typeof CertifiedCopy>;

/** What a copy may be made of, as the register knows it. */
export interface CopySource {
  readonly organId: string;
  readonly subject: string;
  readonly code: string;
  /** What it is itself; undefined for a copy of which no copy may be made. */
  readonly kind: CopyForm['source'] | undefined;
  /** In which forms the office has it. */
  readonly carriers: readonly Carrier[];
  readonly pdfs: readonly AttachedFile[];
}

const registered: ReadonlySet<string> = new Set([
  'daDangKy',
  'daTrinh',
  'daChiDao',
  'dangXuLy',
  'hoanThanh',
  'deBiet',
  'daLuu',
]);
const issued: ReadonlySet<string> = new Set(['daPhatHanh', 'daLuu']);

/** The document as the source of a copy; undefined while it is not issued or entered in the register (Điều 25–27). */
export function copySourceOf(type: string, content: object): CopySource | undefined {
  return type === 'incomingDocument' ? arrivedSource(content) : issuedSource(content);
}

function arrivedSource(content: object): CopySource | undefined {
  const parsed = IncomingDocument.safeParse(content);
  if (!parsed.success || !registered.has(parsed.data.state)) return undefined;
  const { organId, subject, codeDisplay, documentTypeId, channel, hasPaper, files, arrivalNumber } =
    parsed.data;
  if (arrivalNumber === null) return undefined;
  const pdfs = pdfsOf(files);
  const isPaper = hasPaper || channel.startsWith('PAPER') || channel === 'CITIZEN';
  const isElectronic = ['AXIS', 'INTERNAL', 'EMAIL'].includes(channel) && pdfs.length > 0;
  return {
    organId,
    subject,
    code: codeDisplay,
    kind: arrivedKinds[documentTypeId] ?? (isCopy(documentTypeId) ? undefined : 'banChinh'),
    carriers: [
      ...(isPaper ? (['giay'] as const) : []),
      ...(isElectronic ? (['dienTu'] as const) : []),
    ],
    pdfs,
  };
}

const arrivedKinds: Readonly<Record<string, CopyForm['source']>> = { SY: 'saoY' };
const isCopy = (typeId: string): boolean => copyForms.some((form) => form.typeId === typeId);

/** A document of ours is electronic; where copies went out on paper, one of those is bản chính too (van-ban.md §3.1). */
function issuedSource(content: object): CopySource | undefined {
  const parsed = OutgoingDocument.safeParse(content);
  if (!parsed.success || !issued.has(parsed.data.state)) return undefined;
  const { organId, subject, codeDisplay, finalPdf, issuedAmount } = parsed.data;
  if (codeDisplay === null || finalPdf === null) return undefined;
  return {
    organId,
    subject,
    code: codeDisplay,
    kind: 'banChinh',
    carriers: ['dienTu', ...(issuedAmount > 0 ? (['giay'] as const) : [])],
    pdfs: [finalPdf],
  };
}

const pdfsOf = (files: readonly AttachedFile[]): readonly AttachedFile[] =>
  files.filter(({ mime }) => mime === 'application/pdf');

/** Where the pages of a copy come from. */
export type CopiedPages =
  /** A photocopier made them. */
  | 'none'
  /** The very file that is copied: a sao y is the whole of it. */
  | 'ofSource'
  /** Scanned, or an extract that was written for it. */
  | 'own';

export function pagesOf({
  documentTypeId,
  from,
  to,
}: Pick<CopyDraft, 'documentTypeId' | 'from' | 'to'>): CopiedPages {
  if (from === 'giay' && to === 'giay') return 'none';
  return to === 'giay' && documentTypeId !== 'TRS' ? 'ofSource' : 'own';
}

/** A paper that was digitised has rules of its own (VB038); an extract of an electronic document has none. */
export const isDigitised = ({ from, to }: Pick<CopyDraft, 'from' | 'to'>): boolean =>
  from === 'giay' && to === 'dienTu';

export const formOf = (typeId: CopyDraft['documentTypeId']): CopyForm => {
  const found = copyForms.find((form) => form.typeId === typeId);
  if (!found) throw new Error(`no form of copy ${typeId}`);
  return found;
};

/** Why a copy may not be made so (van-ban.md §3.6); undefined when it may. */
export function refuseCopy(
  draft: CopyDraft,
  source: CopySource | undefined,
): ErrorCode | undefined {
  if (!source || source.organId !== draft.organId) return 'copy.source-not-issued';
  const form = formOf(draft.documentTypeId);
  if (!mayCopy(form, draft.from, draft.to)) return 'copy.way-unknown';
  if (source.kind !== form.source) return 'copy.source-kind';
  if (!source.carriers.includes(draft.from)) return 'copy.source-carrier';
  if ((draft.to === 'giay') !== (draft.signer !== null)) return 'copy.signer-missing';
  return arePagesRight(draft, source) ? undefined : 'copy.pages-missing';
}

function arePagesRight(draft: CopyDraft, { pdfs }: CopySource): boolean {
  const { pdf } = draft;
  switch (pagesOf(draft)) {
    case 'none':
      return pdf === null;
    case 'ofSource':
      return pdfs.some(({ sha256 }) => sha256 === pdf?.sha256);
    case 'own':
      return pdf?.mime === 'application/pdf';
  }
}
