import { z } from 'zod';
import { checkRegistration } from '../../domain/document/check-registration';
import { IncomingDocument, IncomingRegistration } from '../../domain/document/incoming-document';
import { mayAct } from '../../domain/organ/permission';
import { allocateNumber, arrivalEntryDate } from '../../domain/register/allocate-number';
import type { JsonObject } from '../../kernel/canonical-json';
import { DocumentId, RegisterId } from '../../kernel/ids';
import { conflictRecords } from './conflict-records';
import { mergePatch, previewPatch, type FieldPolicy } from '../merge';
import { Patch, type Operation } from '../operation';
import { defineAct, instantOf, rejected, type DecisionContext } from './act';
import { answerDelivery } from './delivery';

/** Fields a clerk may correct after registration; arrival date, register and number are fixed (van-ban.md §9.4). */
const incomingPolicy: FieldPolicy = {
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
};

const asContent = (value: object): JsonObject => value as JsonObject;

const documentFrom = (
  registration: IncomingRegistration,
  operation: Operation,
): IncomingDocument => ({
  ...registration,
  // What another office sent through the servers came that way, whatever was typed.
  channel: registration.deliveryId === null ? registration.channel : 'AXIS',
  state: 'moiDen',
  arrivalNumber: null,
  registeredBy: operation.actor,
  registeredAt: instantOf(operation),
  routedUnitId: null,
});

/**
 * `create` incomingDocument: – → `moiDen`. The paper is registered; its number waits for `cmd.requestNumber`. With a
 * delivery the same decision marks it as registered and tells the sender (van-ban.md §4.3, code 03).
 */
export const createIncoming = defineAct<IncomingRegistration>({
  body: IncomingRegistration,
  needs: ({ deliveryId }) =>
    deliveryId === null ? {} : { records: [{ type: 'delivery', id: deliveryId }] },
  decide: (body, context) => {
    const { operation, actor, today, records } = context;
    if (records.has(operation.target.id)) return rejected('operation.target-exists');
    if (
      !mayAct(actor, {
        permission: 'registerIncoming',
        role: operation.role,
        organId: body.organId,
      })
    ) {
      return rejected('incoming.clerk-only');
    }
    const checked = checkRegistration(body, today);
    if (!checked.ok) return rejected(checked.error.code);
    const { type, id } = operation.target;
    const document = { type, id, content: asContent(documentFrom(body, operation)) };
    if (body.deliveryId === null) {
      return { status: 'accepted', changes: [document], conflicts: [] };
    }
    const answered = answerDelivery(context, body.deliveryId, {
      state: 'daVaoSo',
      organId: body.organId,
      incomingDocumentId: id,
    });
    if (!answered.ok) return rejected(answered.error.code);
    const { change, message } = answered.value;
    return {
      status: 'accepted',
      changes: [document, change],
      conflicts: [],
      deliveries: [message],
    };
  },
  preview: (_content, body, operation) => asContent(documentFrom(body, operation)),
});

/** `patch` incomingDocument: corrections, merged by field (§8). */
export const patchIncoming = defineAct<Patch>({
  body: Patch,
  needs: () => ({}),
  decide: (body, context) => {
    const { operation, actor } = context;
    const document = targetDocument(context);
    if (!document) return rejected('operation.target-missing');
    if (
      !mayAct(actor, {
        permission: 'correctIncoming',
        role: operation.role,
        organId: document.organId,
      })
    ) {
      return rejected('incoming.clerk-only');
    }
    const merge = mergePatch(asContent(document), body, incomingPolicy);
    if (!merge.ok) return rejected('operation.field-not-editable');
    const content = IncomingDocument.safeParse(merge.content);
    if (!content.success) return rejected('operation.invalid-body');
    // What was right when the clerk saw it may be wrong beside what a colleague changed meanwhile.
    const checked = checkRegistration(content.data, context.today);
    if (!checked.ok) return rejected(checked.error.code);
    const conflicts = conflictRecords(merge.conflicts, context);
    return {
      status: 'accepted',
      changes: [{ ...operation.target, content: asContent(content.data) }, ...conflicts],
      conflicts: conflicts.map(({ id }) => id),
    };
  },
  preview: (content, body) =>
    content === null ? null : previewPatch(content, body, incomingPolicy),
});

const RequestNumber = z.object({ registerId: RegisterId }).readonly();

/**
 * `cmd.requestNumber` incomingDocument: the server gives the next số đến while it holds the register's lock (§9.3);
 * `moiDen` → `daDangKy`. No client ever computes a number: the preview changes nothing.
 */
export const requestArrivalNumber = defineAct<z.infer<typeof RequestNumber>>({
  body: RequestNumber,
  needs: ({ registerId }) => ({ registerId }),
  decide: (body, context) => {
    const { operation, actor, register } = context;
    const document = targetDocument(context);
    if (!document) return rejected('operation.target-missing');
    if (document.arrivalNumber !== null) return rejected('register.already-numbered');
    if (
      document.state !== 'moiDen' &&
      document.state !== 'daTrinh' &&
      document.state !== 'daChiDao'
    ) {
      return rejected('incoming.wrong-state');
    }
    if (
      !mayAct(actor, {
        permission: 'numberIncoming',
        role: operation.role,
        organId: document.organId,
      })
    ) {
      return rejected('incoming.clerk-only');
    }
    if (
      !register ||
      body.registerId !== document.registerId ||
      register.register.direction !== 'den' ||
      register.register.organId !== document.organId
    ) {
      return rejected('register.unknown');
    }
    const date = arrivalEntryDate(register.counter, document.arrivalDate);
    const allocation = allocateNumber(register.register, register.counter, date);
    if (!allocation.ok) return rejected(allocation.error.code);
    const { number, counter } = allocation.value;
    const entry = {
      registerId: body.registerId,
      number,
      date,
      documentId: DocumentId.parse(operation.target.id),
      givenBy: operation.actor,
      kind: 'document' as const,
      note: date === document.arrivalDate ? null : `Đến ngày ${document.arrivalDate}`,
    };
    const numbered: IncomingDocument = {
      ...document,
      arrivalNumber: number,
      state: document.state === 'moiDen' ? 'daDangKy' : document.state,
    };
    return {
      status: 'accepted',
      changes: [
        { ...operation.target, content: asContent(numbered) },
        {
          type: 'registerEntry',
          id: context.derivedId('registerEntry'),
          content: asContent(entry),
        },
      ],
      numbering: { counter, entry },
      conflicts: [],
    };
  },
  preview: (content) => content,
});

function targetDocument({ operation, records }: DecisionContext): IncomingDocument | undefined {
  const record = records.get(operation.target.id);
  if (!record || record.type !== 'incomingDocument') return undefined;
  return IncomingDocument.parse(record.content);
}
