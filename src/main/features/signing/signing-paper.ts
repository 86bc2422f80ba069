import type { CertifiedCopy } from '@shared/domain/document/certified-copy';
import { formOf, isDigitised } from '@shared/domain/document/certified-copy';
import { findDocumentType } from '@shared/domain/document/document-type';
import type { AttachedFile } from '@shared/domain/document/incoming-document';
import type { Appendix, OutgoingDocument } from '@shared/domain/document/outgoing-document';
import { stepsOpenTo } from '@shared/domain/document/outgoing-work';
import { roleFor } from '@shared/domain/organ/permission';
import type { Role, User } from '@shared/domain/organ/user';
import type { SigningIntent } from '@shared/ipc/signing-contract';
import type { JsonObject } from '@shared/kernel/canonical-json';
import type { CornerSignature } from '@shared/pades/corner-signature';
import { fieldNames } from '@shared/pades/field-names';
import type { OpKind, OperationDraft } from '@shared/sync/operation';
import type { SigningDesk } from './signing-desk';

/** What one signature is made on: a document, a copy of one, or an appendix in a file of its own. */
export interface SigningPaper extends Pick<
  OutgoingDocument,
  | 'organId'
  | 'place'
  | 'finalPdf'
  | 'codeNumber'
  | 'codeDisplay'
  | 'issuedDate'
  | 'reviews'
  | 'signerUserId'
  | 'signerName'
  | 'signerPosition'
> {
  /** The record that the act is upon, and what the act says besides the file. */
  readonly record: OperationDraft['target'];
  readonly more: JsonObject;
  readonly state: string;
  readonly title: string;
  readonly isDigitised: boolean;
  /** Of an appendix: the sealed document that it belongs to. */
  readonly mainPdf: AttachedFile | null;
  /** What stands in the corner of the first page; the organ's name comes from the office. */
  readonly corner: ((organName: string) => CornerSignature) | undefined;
}

export interface WaitingPaper {
  readonly paper: SigningPaper;
  /** In which the person does it; undefined when it is not theirs, or not its time. */
  readonly role: Role | undefined;
}

/** Where each signature is, and the act that records it. */
const signatures: Readonly<
  Record<SigningIntent, { readonly field: string; readonly act: OpKind }>
> = {
  leader: { field: fieldNames.leader, act: 'cmd.recordSignature' },
  seal: { field: fieldNames.organ, act: 'cmd.recordSeal' },
  copy: { field: fieldNames.copy, act: 'cmd.recordCopySignature' },
  appendix: { field: fieldNames.appendix, act: 'cmd.recordAppendixSignature' },
};

export const fieldOf = (intent: SigningIntent): string => signatures[intent].field;
export const actOf = (intent: SigningIntent): OpKind => signatures[intent].act;

export type PapersDesk = Pick<SigningDesk, 'findDocument' | 'findCopy' | 'findAppendix'>;

/** A paper by its id as main itself knows it: a document, a copy, or an appendix. */
export function findPaper(
  desk: PapersDesk,
  { intent, user }: { readonly intent: SigningIntent; readonly user: User },
  id: string,
): WaitingPaper | undefined {
  switch (intent) {
    case 'leader':
    case 'seal': {
      const document = desk.findDocument(id);
      const step = intent === 'leader' ? 'recordSignature' : 'recordSeal';
      const role = document && stepsOpenTo(document, user).find((open) => open.step === step)?.role;
      return document && { paper: paperOf(id, document), role };
    }
    case 'copy': {
      const copy = desk.findCopy(id);
      const isWaiting = copy?.state === 'daCapSo' && copy.to === 'dienTu' && copy.dispute === null;
      const role = isWaiting ? roleFor(user, 'makeCopy', copy.organId) : undefined;
      return copy && { paper: copyPaper(id, copy), role };
    }
    case 'appendix': {
      const found = desk.findAppendix(id);
      if (!found) return undefined;
      const { documentId, document, appendix } = found;
      const isWaiting = document.state === 'daDongDau' && !appendix.isSigned;
      const role = isWaiting ? roleFor(user, 'holdSeal', document.organId) : undefined;
      return { paper: appendixPaper(documentId, document, appendix), role };
    }
  }
}

const typeName = (id: string): string => findDocumentType(id)?.name ?? id;

const paperOf = (id: string, document: OutgoingDocument): SigningPaper => ({
  ...document,
  record: { type: 'outgoingDocument', id },
  more: {},
  title: `${typeName(document.documentTypeId)}: ${document.subject}`,
  isDigitised: false,
  mainPdf: null,
  corner: undefined,
});

const copyPaper = (id: string, copy: CertifiedCopy): SigningPaper => ({
  organId: copy.organId,
  place: copy.place,
  finalPdf: copy.pdf,
  codeNumber: copy.codeNumber,
  codeDisplay: copy.codeDisplay,
  issuedDate: copy.issuedDate,
  reviews: [],
  signerUserId: copy.madeBy,
  signerName: '',
  signerPosition: '',
  record: { type: 'certifiedCopy', id },
  more: {},
  state: copy.state,
  title: `${typeName(copy.documentTypeId)} ${copy.sourceCode}: ${copy.subject}`,
  isDigitised: isDigitised(copy),
  mainPdf: null,
  corner: (organName) => ({
    kind: 'copy',
    form: formOf(copy.documentTypeId).words,
    organName: organName.toLocaleUpperCase('vi'),
  }),
});

const appendixPaper = (
  documentId: string,
  document: OutgoingDocument,
  { id: appendixId, file, isSigned }: Appendix,
): SigningPaper => ({
  ...paperOf(documentId, document),
  finalPdf: file,
  reviews: [],
  more: { appendixId },
  state: `${document.state}/${isSigned}`,
  title: file.name,
  mainPdf: document.finalPdf,
  corner: () => ({ kind: 'appendix', codeDisplay: document.codeDisplay ?? '' }),
});
