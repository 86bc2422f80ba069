import type { OutgoingDocument } from '@shared/domain/document/outgoing-document';
import {
  allocateHeldNumber,
  type HolderBook,
  type HolderFailure,
  type LeaseAnchor,
} from '@shared/domain/register/lease-holder';
import type { Sha256 } from '@shared/kernel/bytes';
import type { JsonObject } from '@shared/kernel/canonical-json';
import type { LocalDate } from '@shared/kernel/local-date';
import { ok, type Result } from '@shared/kernel/result';
import type { OperationDraft } from '@shared/sync/operation';

/** A register of this machine that may give numbers now. */
export interface OpenBook {
  readonly book: HolderBook;
  readonly anchors: readonly LeaseAnchor[];
  readonly date: LocalDate;
}

export interface NumberDraftsDeps {
  readonly sha256: Sha256;
  /** An outgoing document as main itself knows it, this person's acts included. */
  readonly findDocument: (id: string) => OutgoingDocument | undefined;
  readonly hasNumbered: (documentId: string) => boolean;
}

export interface NumberedDrafts {
  readonly drafts: readonly OperationDraft[];
  /** Books that numbers were taken from, as they stand after it. */
  readonly books: readonly HolderBook[];
  readonly given: number;
}

/** Register that a draft asks a number of; undefined for every other act. */
export const requestedRegister = ({ kind, body }: OperationDraft): string | undefined =>
  kind === 'cmd.requestNumber' && typeof body['registerId'] === 'string'
    ? body['registerId']
    : undefined;

/**
 * Turns requests into numbers where this machine holds the register (sync §9.4): the same step for the clerk as in base
 * mode. What cannot be numbered stays a request and waits (N-16, N-17); other drafts are left as they are.
 */
export function numberDrafts(
  deps: NumberDraftsDeps,
  drafts: readonly OperationDraft[],
  open: ReadonlyMap<string, OpenBook>,
): NumberedDrafts {
  const books = new Map<string, HolderBook>();
  const numbered = new Set<string>();
  const out = drafts.map((draft) => {
    const registerId = requestedRegister(draft);
    const at = registerId === undefined ? undefined : open.get(registerId);
    if (!at || registerId === undefined) return draft;
    const { id } = draft.target;
    if (numbered.has(id) || deps.hasNumbered(id) || !isComplete(deps, draft)) return draft;
    const next = allocate(deps, draft, { ...at, book: books.get(registerId) ?? at.book });
    if (!next.ok) return draft;
    books.set(registerId, next.value.book);
    numbered.add(id);
    return next.value.draft;
  });
  return { drafts: out, books: [...books.values()], given: numbered.size };
}

function allocate(
  { sha256 }: NumberDraftsDeps,
  draft: OperationDraft,
  { book, anchors, date }: OpenBook,
): Result<{ readonly draft: OperationDraft; readonly book: HolderBook }, HolderFailure> {
  const request = { documentId: draft.target.id, date, anchors };
  const given = allocateHeldNumber(book, request, sha256);
  if (!given.ok) return given;
  const { documentId: _target, ...entry } = given.value.entry;
  const body: JsonObject = { ...entry, code: draft.body['code'] ?? null };
  return ok({ draft: { ...draft, kind: 'cmd.allocateNumber', body }, book: given.value.book });
}

/** Signed, unnumbered, and with what its code is printed with; an arrival and a copy are complete when they are saved. */
function isComplete({ findDocument }: NumberDraftsDeps, { target, body }: OperationDraft): boolean {
  if (target.type === 'incomingDocument') return true;
  if (target.type === 'certifiedCopy') return Boolean(body['code']);
  const document = findDocument(target.id);
  return document?.state === 'daKy' && document.codeNumber === null && Boolean(body['code']);
}
