import type { IncomingDocument, IncomingState } from '@shared/domain/document/incoming-document';
import { IncomingState as States } from '@shared/domain/document/incoming-document';
import type { JsonObject } from '@shared/kernel/canonical-json';
import { isWaitingForNumber } from '../collections/documents';
import type { HeldRow } from '../collections/held-row';
import { fileHashesOf, readNumber, readText, readTextOrNull } from '../read-view';

/** What a list shows of an incoming document. */
export interface IncomingRow {
  readonly id: string;
  readonly arrivalNumber: number | null;
  readonly isWaiting: boolean;
  readonly arrivalDate: string;
  readonly codeDisplay: string;
  readonly issuerName: string;
  readonly documentTypeId: string;
  readonly subject: string;
  readonly priority: number;
  readonly dueDate: string | null;
  readonly state: IncomingState;
  /** True once the server has everything of it; else it is saved on this machine. */
  readonly isReceived: boolean;
  /** SHA-256 of the files it names. */
  readonly files: readonly string[];
}

export function incomingRowFrom({ id, view, dirty, rev }: HeldRow): IncomingRow {
  const arrivalNumber = readNumber(view, 'arrivalNumber');
  const state = stateOf(view);
  return {
    id,
    arrivalNumber,
    isWaiting: isWaitingForNumber(state, arrivalNumber),
    arrivalDate: readText(view, 'arrivalDate'),
    codeDisplay: readText(view, 'codeDisplay'),
    issuerName: readText(view, 'issuerName'),
    documentTypeId: readText(view, 'documentTypeId'),
    subject: readText(view, 'subject'),
    priority: readNumber(view, 'priority') ?? 0,
    dueDate: readTextOrNull(view, 'dueDate'),
    state,
    isReceived: rev > 0 && dirty === 0,
    files: fileHashesOf(view['files']),
  };
}

/** One incoming document with what this machine knows of its way to the server. */
export interface IncomingDetail {
  readonly id: string;
  /** Revision on the server; 0 before it has one. */
  readonly rev: number;
  readonly isReceived: boolean;
  readonly isWaiting: boolean;
  readonly document: IncomingDocument;
}

/** Contents come from the server's or our own parsed schema; an older shape reads with what it has. */
export function incomingDetailFrom({ id, view, rev, dirty }: HeldRow): IncomingDetail {
  const document = view as unknown as IncomingDocument;
  const state = stateOf(view);
  return {
    id,
    rev,
    isReceived: rev > 0 && dirty === 0,
    isWaiting: isWaitingForNumber(state, readNumber(view, 'arrivalNumber')),
    document: { ...document, state, files: document.files ?? [] },
  };
}

function stateOf(view: JsonObject): IncomingState {
  const parsed = States.safeParse(view['state']);
  return parsed.success ? parsed.data : 'moiDen';
}
