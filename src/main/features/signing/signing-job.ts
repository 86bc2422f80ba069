import type { ErrorCode } from '@shared/errors/catalogue';
import type { Role, User } from '@shared/domain/organ/user';
import type { GateFinding } from '@shared/domain/signing/gate-finding';
import type {
  OpenedDocument,
  SignatureLevel,
  SigningIntent,
  SigningItem,
} from '@shared/ipc/signing-contract';
import { err, ok, type Result } from '@shared/kernel/result';
import { findPaper, type PapersDesk, type SigningPaper } from './signing-paper';

/** One document on the way through the signing window. */
export interface JobItem {
  readonly documentId: string;
  readonly document: SigningPaper;
  /** In which the person does it. */
  readonly role: Role;
  opened: OpenedDocument | undefined;
  /** What the gate found in the bytes that were opened (S-18). */
  findings: readonly GateFinding[] | undefined;
  /** The person ticked it although the gate warns. */
  isAccepted: boolean;
  /** Taken out of the batch that is being signed. */
  isSkipped: boolean;
  /** From 1; signing it unread does not make it read (S-17). */
  readonly pagesShown: Set<number>;
  /** Instant at which the first page was shown. */
  shownAt: string | undefined;
  state: SigningItem['state'];
  failure: ErrorCode | null;
  level: SignatureLevel | null;
}

/** What the signing window is open for. */
export interface Job {
  readonly round: number;
  readonly intent: SigningIntent;
  readonly user: User;
  readonly items: readonly JobItem[];
  phase: 'reading' | 'signing' | 'done';
  isStopping: boolean;
}

/** A job for documents that wait for this very act of this very person; main's own knowledge decides. */
export function createJob(
  desk: PapersDesk,
  request: {
    readonly intent: SigningIntent;
    readonly user: User;
    readonly documentIds: readonly string[];
    readonly round: number;
  },
): Result<Job> {
  const { intent, user, round } = request;
  const items: JobItem[] = [];
  for (const documentId of new Set(request.documentIds)) {
    const found = findPaper(desk, request, documentId);
    if (!found) return err({ code: 'signing.document-unknown' });
    const { paper: document, role } = found;
    if (role === undefined)
      return err({ code: intent === 'copy' ? 'copy.wrong-state' : 'outgoing.wrong-state' });
    if (document.finalPdf?.mime !== 'application/pdf') return err({ code: 'pdf.not-pdf' });
    items.push({
      documentId,
      document,
      role,
      opened: undefined,
      findings: undefined,
      isAccepted: false,
      isSkipped: false,
      pagesShown: new Set(),
      shownAt: undefined,
      state: 'waiting',
      failure: null,
      level: null,
    });
  }
  return ok({ round, intent, user, items, phase: 'reading', isStopping: false });
}

/** Neither signed nor returned. */
export const isOpen = ({ state }: Pick<JobItem, 'state'>): boolean =>
  state === 'waiting' || state === 'failed';

/** Between two batches: done when nothing is left to sign. */
export const phaseOf = ({ items }: Pick<Job, 'items'>): Job['phase'] =>
  items.some(isOpen) ? 'reading' : 'done';

/** Read to its last page: what lies between may have been passed over, and the log counts it (S-17, S-20). */
export const isRead = ({ opened, pagesShown }: JobItem): boolean =>
  opened !== undefined && pagesShown.has(opened.pageCount);

export function describeItem({ intent }: Job, item: JobItem): SigningItem {
  const { document, documentId, state, failure, level, findings = null } = item;
  const isOrgans = intent !== 'leader';
  return {
    documentId,
    title: document.title,
    signerName: document.signerName,
    signerPosition: document.signerPosition,
    codeDisplay: isOrgans ? document.codeDisplay : null,
    issuedDate: isOrgans ? document.issuedDate : null,
    state,
    failure,
    level,
    isOpened: isRead(item),
    findings,
  };
}
