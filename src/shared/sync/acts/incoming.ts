import { z } from 'zod';
import { checkRegistration } from '../../domain/document/check-registration';
import {
  IncomingDocument,
  incomingFields,
  IncomingRegistration,
} from '../../domain/document/incoming-document';
import { mayAct } from '../../domain/organ/permission';
import { arrivalEntryDate, refuseRequest } from '../../domain/register/allocate-number';
import { sameJson, type JsonObject } from '../../kernel/canonical-json';
import { RegisterId } from '../../kernel/ids';
import { err, ok } from '../../kernel/result';
import type { Operation } from '../operation';
import { defineAct, instantOf, rejected, type DecisionContext } from './act';
import { answerDelivery } from './delivery';
import { definePatch, type Patchable } from './patch';
import { decideOnRegister } from './register-decision';
import { requestOf } from './register-numbers';

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
  numberRequestedAt: null,
  dispute: null,
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

/** Corrections of what a clerk typed; each stays in the document's history (van-ban.md §9.4). */
export const patchableIncoming: Patchable = {
  type: 'incomingDocument',
  policy: incomingFields,
  refuse: (content, { actor, operation }) =>
    mayAct(actor, {
      permission: 'correctIncoming',
      role: operation.role,
      organId: IncomingDocument.parse(content).organId,
    })
      ? undefined
      : 'incoming.clerk-only',
  refuseState: () => undefined,
  check: (content, { today }) => {
    const document = IncomingDocument.safeParse(content);
    if (!document.success) return err({ code: 'operation.invalid-body' });
    const checked = checkRegistration(document.data, today);
    return checked.ok ? ok(asContent(document.data)) : err({ code: checked.error.code });
  },
  writerOf: (content, field) => {
    const { corrections = [], registeredBy, registeredAt } = IncomingDocument.parse(content);
    const last = corrections.findLast(({ changes }) =>
      changes.some((change) => change.field === field),
    );
    return last ? { userId: last.userId, at: last.at } : { userId: registeredBy, at: registeredAt };
  },
  remember: (before, after, { operation, reason }) => {
    const changes = Object.keys(incomingFields).flatMap((field) => {
      const [was, now] = [before[field] ?? null, after[field] ?? null];
      return sameJson(was, now) ? [] : [{ field, was, now }];
    });
    if (changes.length === 0) return after;
    const { opId: id, actor: userId, role } = operation;
    const correction = { id, userId, role, at: instantOf(operation), reason, changes };
    const earlier = Array.isArray(after['corrections']) ? after['corrections'] : [];
    return { ...after, corrections: [...earlier, correction] };
  },
};

/** `patch` incomingDocument: corrections, merged by field (§8). */
export const patchIncoming = definePatch(patchableIncoming);

const RequestNumber = z.object({ registerId: RegisterId }).readonly();

/**
 * `cmd.requestNumber` incomingDocument: into the register's queue, which is served in the same transaction if the register
 * can number now (§9.3); `moiDen` → `daDangKy` with the number. No client ever computes a number: the preview changes nothing.
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
    const refusal = refuseRequest(
      register.register,
      arrivalEntryDate(register.counter, document.arrivalDate),
    );
    if (refusal) return rejected(refusal);
    const request = requestOf(context);
    if (!request) return rejected('operation.target-missing');
    const waits = {
      ...document,
      numberRequestedAt: document.numberRequestedAt ?? request.requestedAt,
    };
    return decideOnRegister(context, register, {
      changes: [{ ...operation.target, content: asContent(waits) }],
      enqueued: register.isQueued ? [] : [request],
    });
  },
  preview: (content) => content,
});

function targetDocument({ operation, records }: DecisionContext): IncomingDocument | undefined {
  const record = records.get(operation.target.id);
  if (!record || record.type !== 'incomingDocument') return undefined;
  return IncomingDocument.parse(record.content);
}
