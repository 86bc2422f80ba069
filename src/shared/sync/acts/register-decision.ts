import { CertifiedCopy } from '../../domain/document/certified-copy';
import { findDocumentType } from '../../domain/document/document-type';
import { IncomingDocument } from '../../domain/document/incoming-document';
import { outgoingCode } from '../../domain/document/outgoing-code';
import { OutgoingDocument } from '../../domain/document/outgoing-document';
import {
  allocateNumber,
  arrivalEntryDate,
  withDatesOf,
} from '../../domain/register/allocate-number';
import { NEW_CUSTODY, type Book, type Custody } from '../../domain/register/custody';
import {
  holdingOf,
  type QueuedRequest,
  type RegisterChange,
} from '../../domain/register/number-queue';
import type { Register, RegisterCounter, RegisterEntry } from '../../domain/register/register';
import { sameJson, type JsonObject } from '../../kernel/canonical-json';
import type { LocalDate } from '../../kernel/local-date';
import type { LockedRegister } from '../intake-store';
import { rejected, type Decision, type DecisionContext, type RecordChange } from './act';

const asContent = (value: object): JsonObject => value as JsonObject;

/** What an act means to do to the register that it has locked. */
export interface RegisterWork extends Partial<
  Pick<RegisterChange, 'added' | 'replaced' | 'enqueued' | 'dequeued'>
> {
  readonly changes?: readonly RecordChange[];
  /** Unchanged when it is left out. */
  readonly book?: Book;
}

/**
 * The decision of an act on a register: what it means to do, then numbers for whoever waits, in the order of the queue,
 * if the register can number now (§9.3); then the records that show it all. A document that has a row of the book gets
 * no second one, whatever was meant (I-9).
 */
export function decideOnRegister(
  context: DecisionContext,
  locked: LockedRegister,
  work: RegisterWork,
): Decision {
  const { replaced = [] } = work;
  const ownRow = context.place?.entry?.documentId;
  const filled = replaced.filter(({ documentId }) => documentId !== ownRow);
  const given = [...(work.enqueued ?? []), ...(work.added ?? []), ...filled];
  if (given.some(({ documentId }) => locked.booked.has(documentId ?? '')))
    return rejected('register.number-kept');
  const { counter, custody: before } = work.book ?? locked;
  const custody = withSlipTaken(context, before, replaced);
  const dated = { counter: withDatesOf(counter, replaced), custody };
  const served = serveQueue(context, locked, { ...work, book: dated });
  const { book, added, dequeued } = served;
  const enqueued = served.waiting;
  const change: RegisterChange = {
    registerId: locked.register.id,
    book,
    added,
    replaced,
    enqueued,
    dequeued,
  };
  const queueLength = locked.queueLength + enqueued.length - dequeued.length;
  return {
    status: 'accepted',
    changes: [
      ...served.changes,
      ...[...added, ...replaced].map((entry): RecordChange => ({
        type: 'registerEntry',
        id: context.entryRecordId(entry.registerId, entry.number),
        content: asContent(entry),
      })),
      ...registerRecord(context, locked.register, asContent(holdingOf(book.custody, queueLength))),
    ],
    register: change,
    conflicts: [],
  };
}

/** A number of the hub's lease that was waited for has its row now: by its slip, or voided, or from paper. */
function withSlipTaken(
  { place }: DecisionContext,
  custody: Custody,
  replaced: readonly RegisterEntry[],
): Custody {
  const waited = place?.entry;
  const isOfLease =
    waited?.kind === 'placeholder' &&
    waited.documentId === null &&
    waited.keptFor?.epoch === custody.epoch &&
    custody.lease !== null;
  return isOfLease && replaced.some((entry) => entry.number === waited.number)
    ? { ...custody, slipsTaken: custody.slipsTaken + 1 }
    : custody;
}

/** The register's own record, when what it shows has changed or the act is about it. */
function registerRecord(
  { records, operation }: DecisionContext,
  register: Register,
  holding: JsonObject,
): readonly RecordChange[] {
  const shown =
    records.get(register.id)?.content['holding'] ?? asContent(holdingOf(NEW_CUSTODY, 0));
  if (sameJson(shown, holding) && operation.target.id !== register.id) return [];
  return [{ type: 'register', id: register.id, content: asContent({ ...register, holding }) }];
}

interface Served {
  readonly book: Book;
  readonly changes: readonly RecordChange[];
  readonly added: readonly RegisterEntry[];
  /** Of the requests of this act, those that go on waiting. */
  readonly waiting: readonly QueuedRequest[];
  /** Waiting requests that left the queue. */
  readonly dequeued: readonly string[];
}

function serveQueue(
  { records, today }: DecisionContext,
  { register, counter: counterBefore, custody, queue, queueLength, booked }: LockedRegister,
  work: RegisterWork,
): Served {
  const { enqueued = [], changes = [], added = [], dequeued = [] } = work;
  const { book = { counter: counterBefore, custody } } = work;
  const unserved = { book, changes, added, waiting: enqueued, dequeued };
  if (register.status !== 'dangMo' || book.custody.state !== 'SERVER') return unserved;
  const contents = new Map(changes.map(({ id, content }) => [id, content]));
  const contentOf = (id: string) => contents.get(id) ?? records.get(id)?.content;
  const left = new Set(dequeued);
  const shown = new Map(changes.map((change) => [change.id, change]));
  const entries = [...added];
  let { counter } = book;
  // A queue longer than what was locked: who came last waits behind those who are not seen here.
  const own = queueLength > queue.length ? [] : enqueued;
  const waiting = new Set(enqueued.filter((request) => !own.includes(request)));
  for (const request of [...queue, ...own]) {
    if (left.has(request.documentId)) continue;
    const content = contentOf(request.documentId);
    // Came into the queue after its records were locked: its turn is the next act's.
    if (!content) {
      for (const later of own) waiting.add(later);
      break;
    }
    const isBooked = booked.has(request.documentId);
    const given = numberDocument({ content, request, register, counter, today, isBooked });
    if (given.kind === 'waits') {
      if (own.includes(request)) waiting.add(request);
      continue;
    }
    left.add(request.documentId);
    if (given.kind === 'given') {
      counter = given.counter;
      entries.push(given.entry);
    }
    shown.set(request.documentId, {
      type: request.type,
      id: request.documentId,
      content: given.content,
    });
  }
  return {
    book: { ...book, counter },
    changes: [...shown.values()],
    added: entries,
    waiting: [...waiting],
    dequeued: [...left].filter(
      (id) => dequeued.includes(id) || queue.some(({ documentId }) => documentId === id),
    ),
  };
}

type Given =
  | {
      readonly kind: 'given';
      readonly content: JsonObject;
      readonly counter: RegisterCounter;
      readonly entry: RegisterEntry;
    }
  /** It will never get a number here: its year has passed, it was called off, or one is kept for it. */
  | { readonly kind: 'leaves'; readonly content: JsonObject }
  | { readonly kind: 'waits' };

interface Turn {
  readonly content: JsonObject;
  readonly request: QueuedRequest;
  readonly register: Register;
  readonly counter: RegisterCounter;
  readonly today: LocalDate;
  /** It has a row of the book. */
  readonly isBooked: boolean;
}

/** The next number for one waiting paper. */
function numberDocument(turn: Turn): Given {
  const { content, request, register, counter, today, isBooked } = turn;
  const leaves: Given = { kind: 'leaves', content: { ...content, numberRequestedAt: null } };
  if (isBooked || !mayBeNumbered(request.type, content)) return leaves;
  const arrival =
    request.type === 'incomingDocument' ? (content['arrivalDate'] as LocalDate) : null;
  const date = arrival === null ? today : arrivalEntryDate(counter, arrival);
  const allocation = allocateNumber(register, counter, date);
  if (!allocation.ok)
    return allocation.error.code === 'register.wrong-year' ? leaves : { kind: 'waits' };
  const { number } = allocation.value;
  return {
    kind: 'given',
    content: withNumber(content, request, { registerId: register.id, number, date }),
    counter: allocation.value.counter,
    entry: {
      registerId: register.id,
      number,
      date,
      documentId: request.documentId,
      givenBy: request.requestedBy,
      kind: 'document',
      note: arrival === null || date === arrival ? null : `Đến ngày ${arrival}`,
      keptFor: null,
    },
  };
}

/** Signed and unnumbered, or registered and unnumbered, or copied and unnumbered. */
export function mayBeNumbered(type: QueuedRequest['type'], content: JsonObject): boolean {
  switch (type) {
    case 'incomingDocument': {
      const { arrivalNumber, state } = IncomingDocument.parse(content);
      return arrivalNumber === null && ['moiDen', 'daTrinh', 'daChiDao'].includes(state);
    }
    case 'outgoingDocument': {
      const { codeNumber, state } = OutgoingDocument.parse(content);
      return codeNumber === null && state === 'daKy';
    }
    case 'certifiedCopy':
      return CertifiedCopy.parse(content).state === 'choCapSo';
  }
}

/** The document with its number: for ever (I-9). */
export function withNumber(
  content: JsonObject,
  request: QueuedRequest,
  given: { readonly registerId: string; readonly number: number; readonly date: LocalDate },
): JsonObject {
  const { registerId, number, date } = given;
  if (request.type === 'incomingDocument') {
    const state = content['state'] === 'moiDen' ? 'daDangKy' : (content['state'] ?? null);
    return { ...content, arrivalNumber: number, numberRequestedAt: null, dispute: null, state };
  }
  const { documentTypeId } = content;
  const type = typeof documentTypeId === 'string' ? findDocumentType(documentTypeId) : undefined;
  if (!type || !request.code) throw new Error('a request without what its code is printed with');
  const codeDisplay = outgoingCode({ number, type, ...request.code });
  return {
    ...content,
    state: 'daCapSo',
    registerId,
    codeNumber: number,
    codeDisplay,
    issuedDate: date,
    numberRequestedAt: request.requestedAt,
    dispute: null,
  };
}

/** The document whose row was voided. */
export const withVoidedNumber = (type: string, content: JsonObject): JsonObject => ({
  ...content,
  state: type === 'incomingDocument' ? 'huySoDen' : 'huySo',
});
