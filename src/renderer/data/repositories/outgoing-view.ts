import { OutgoingState, type OutgoingDocument } from '@shared/domain/document/outgoing-document';
import type { JsonObject } from '@shared/kernel/canonical-json';
import type { HeldRow } from '../collections/held-row';
import { fileHashesOf, readNumber, readText, readTextOrNull } from '../read-view';

/** What a list shows of an outgoing document. */
export interface OutgoingRow {
  readonly id: string;
  /** Null before the server has given number and date. */
  readonly codeDisplay: string | null;
  readonly issuedDate: string | null;
  readonly documentTypeId: string;
  readonly subject: string;
  readonly signerName: string;
  readonly priority: number;
  readonly state: OutgoingState;
  /** The number was asked for, and the server has not answered. */
  readonly isWaiting: boolean;
  /** True once the server has everything of it; else it is saved on this machine. */
  readonly isReceived: boolean;
  /** SHA-256 of the files it names. */
  readonly files: readonly string[];
}

export function outgoingRowFrom({ id, view, dirty, rev }: HeldRow): OutgoingRow {
  return {
    id,
    codeDisplay: readTextOrNull(view, 'codeDisplay'),
    issuedDate: readTextOrNull(view, 'issuedDate'),
    documentTypeId: readText(view, 'documentTypeId'),
    subject: readText(view, 'subject'),
    signerName: readText(view, 'signerName'),
    priority: readNumber(view, 'priority') ?? 0,
    state: stateOf(view),
    isWaiting: isWaiting(view),
    isReceived: rev > 0 && dirty === 0,
    files: fileHashesOf(view['drafts']),
  };
}

/** One outgoing document with what this machine knows of its way to the server. */
export interface OutgoingDetail {
  readonly id: string;
  /** Revision on the server; 0 before it has one. */
  readonly rev: number;
  readonly isReceived: boolean;
  readonly isWaiting: boolean;
  readonly document: OutgoingDocument;
}

/** Contents come from the server's or our own parsed schema; an older shape reads with what it has. */
export function outgoingDetailFrom({ id, view, rev, dirty }: HeldRow): OutgoingDetail {
  const document = outgoingFrom(view);
  return { id, rev, isReceived: rev > 0 && dirty === 0, isWaiting: isWaiting(view), document };
}

export function outgoingFrom(view: JsonObject): OutgoingDocument {
  const document = view as unknown as OutgoingDocument;
  return {
    ...document,
    state: stateOf(view),
    recipients: document.recipients ?? [],
    drafts: document.drafts ?? [],
    reviews: document.reviews ?? [],
    replyToIncomingIds: document.replyToIncomingIds ?? [],
    finalPdf: document.finalPdf ?? null,
    numberRequestedAt: document.numberRequestedAt ?? null,
    dispatchRequestedAt: document.dispatchRequestedAt ?? null,
    deliveries: document.deliveries ?? [],
    appendices: document.appendices ?? [],
    additions: document.additions ?? [],
  };
}

const isWaiting = (view: JsonObject): boolean =>
  readText(view, 'numberRequestedAt') !== '' &&
  readNumber(view, 'codeNumber') === null &&
  readText(view, 'state') === 'daKy';

function stateOf(view: JsonObject): OutgoingState {
  const parsed = OutgoingState.safeParse(view['state']);
  return parsed.success ? parsed.data : 'duThao';
}
