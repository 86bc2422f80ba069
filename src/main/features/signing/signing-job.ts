import { findDocumentType } from '@shared/domain/document/document-type';
import type { ErrorCode } from '@shared/errors/catalogue';
import type { OutgoingDocument } from '@shared/domain/document/outgoing-document';
import type { OutgoingStep } from '@shared/domain/document/outgoing-steps';
import { stepsOpenTo } from '@shared/domain/document/outgoing-work';
import type { Role, User } from '@shared/domain/organ/user';
import type {
  OpenedDocument,
  SignatureLevel,
  SigningIntent,
  SigningItem,
} from '@shared/ipc/signing-contract';
import { err, ok, type Result } from '@shared/kernel/result';
import type { SigningDesk } from './signing-desk';

/** One document on the way through the signing window. */
export interface JobItem {
  readonly documentId: string;
  readonly document: OutgoingDocument;
  /** In which the person does it. */
  readonly role: Role;
  opened: OpenedDocument | undefined;
  /** The window asked for its pages; signing it unread does not make it read (S-17). */
  isSeen: boolean;
  state: SigningItem['state'];
  failure: ErrorCode | null;
  level: SignatureLevel | null;
}

/** What the signing window is open for. */
export interface Job {
  readonly intent: SigningIntent;
  readonly user: User;
  readonly items: readonly JobItem[];
  phase: 'reading' | 'signing' | 'done';
  isStopping: boolean;
}

export const stepOf = (intent: SigningIntent): OutgoingStep =>
  intent === 'leader' ? 'recordSignature' : 'recordSeal';

/** A job for documents that wait for this very act of this very person; main's own knowledge decides. */
export function createJob(
  desk: Pick<SigningDesk, 'findDocument'>,
  request: {
    readonly intent: SigningIntent;
    readonly user: User;
    readonly documentIds: readonly string[];
  },
): Result<Job> {
  const { intent, user } = request;
  const items: JobItem[] = [];
  for (const documentId of new Set(request.documentIds)) {
    const document = desk.findDocument(documentId);
    if (!document) return err({ code: 'signing.document-unknown' });
    const role = stepsOpenTo(document, user).find(({ step }) => step === stepOf(intent))?.role;
    if (role === undefined) return err({ code: 'outgoing.wrong-state' });
    if (document.finalPdf?.mime !== 'application/pdf') return err({ code: 'pdf.not-pdf' });
    items.push({
      documentId,
      document,
      role,
      opened: undefined,
      isSeen: false,
      state: 'waiting',
      failure: null,
      level: null,
    });
  }
  return ok({ intent, user, items, phase: 'reading', isStopping: false });
}

export function describeItem({ intent }: Job, item: JobItem): SigningItem {
  const { document, documentId, state, failure, level, isSeen } = item;
  const type = findDocumentType(document.documentTypeId)?.name ?? document.documentTypeId;
  const isSeal = intent === 'seal';
  return {
    documentId,
    title: `${type}: ${document.subject}`,
    signerName: document.signerName,
    signerPosition: document.signerPosition,
    codeDisplay: isSeal ? document.codeDisplay : null,
    issuedDate: isSeal ? document.issuedDate : null,
    state,
    failure,
    level,
    isOpened: isSeen,
  };
}
