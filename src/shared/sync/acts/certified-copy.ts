import { z } from 'zod';
import {
  CertifiedCopy,
  CopyDraft,
  copySourceOf,
  refuseCopy,
  type CopySource,
} from '../../domain/document/certified-copy';
import { mayAct } from '../../domain/organ/permission';
import { refuseRequest } from '../../domain/register/allocate-number';
import { maySealFor } from '../../domain/signing/signing-certificate';
import type { JsonObject } from '../../kernel/canonical-json';
import { RegisterId } from '../../kernel/ids';
import type { Operation } from '../operation';
import { defineAct, instantOf, rejected, type DecisionContext } from './act';
import { Extended, registeredCertificate } from './outgoing';
import { decideOnRegister } from './register-decision';
import { recordsOfCode, requestOf } from './register-numbers';

const asContent = (value: object): JsonObject => value as JsonObject;

const copyFrom = (draft: CopyDraft, operation: Operation): CertifiedCopy => ({
  ...draft,
  state: 'choCapSo',
  madeBy: operation.actor,
  madeAt: instantOf(operation),
  numberRequestedAt: null,
  registerId: null,
  codeNumber: null,
  codeDisplay: null,
  issuedDate: null,
  dispute: null,
});

/** It is called what its source is called, whatever the screen knew of it. */
const namedAfter = (draft: CopyDraft, source: CopySource | undefined): CopyDraft =>
  source ? { ...draft, subject: source.subject, sourceCode: source.code } : draft;

const mayCopyFor = ({ actor, operation }: DecisionContext, organId: string): boolean =>
  mayAct(actor, { permission: 'makeCopy', role: operation.role, organId });

/** `create` certifiedCopy: – → `choCapSo`. It lies where its source lies: who may not read that, reads no copy of it. */
const makeCopy = defineAct<CopyDraft>({
  body: CopyDraft,
  needs: ({ targetType, targetId }) => ({ records: [{ type: targetType, id: targetId }] }),
  decide: (draft, context) => {
    const { operation, records } = context;
    if (records.has(operation.target.id)) return rejected('operation.target-exists');
    if (!mayCopyFor(context, draft.organId)) return rejected('copy.clerk-only');
    const record = records.get(draft.targetId);
    const source = record && copySourceOf(record.type, record.content);
    const refusal = refuseCopy(draft, source);
    if (refusal || !record) return rejected(refusal ?? 'copy.source-not-issued');
    const content = asContent(copyFrom(namedAfter(draft, source), operation));
    return {
      status: 'accepted',
      changes: [{ ...operation.target, content, scope: record.scope }],
      conflicts: [],
    };
  },
  preview: (_content, draft, operation) => asContent(copyFrom(draft, operation)),
});

const RequestNumber = z.object({ registerId: RegisterId }).readonly();

/** `cmd.requestNumber` certifiedCopy: into the queue of the series that SY, TrS and SL share (§9.3, van-ban.md §1.5). */
const requestCopyNumber = defineAct<z.infer<typeof RequestNumber>>({
  body: RequestNumber,
  needs: ({ registerId }, target) => ({ registerId, records: recordsOfCode(target) }),
  decide: (_body, context) => {
    const { operation, register, today } = context;
    const copy = targetCopy(context);
    if (!copy) return rejected('operation.target-missing');
    if (copy.state !== 'choCapSo') return rejected('register.already-numbered');
    if (!mayCopyFor(context, copy.organId)) return rejected('copy.clerk-only');
    const isOwn = register?.register.organId === copy.organId;
    if (!register || !isOwn || register.register.direction !== 'banSao')
      return rejected('register.unknown');
    const refusal = refuseRequest(register.register, today);
    if (refusal) return rejected(refusal);
    const request = requestOf(context);
    if (!request) return rejected('operation.target-missing');
    const numberRequestedAt = copy.numberRequestedAt ?? request.requestedAt;
    return decideOnRegister(context, register, {
      changes: [{ ...operation.target, content: asContent({ ...copy, numberRequestedAt }) }],
      enqueued: register.isQueued ? [] : [request],
    });
  },
  preview: (content, _body, operation) =>
    content === null ? null : { ...content, numberRequestedAt: instantOf(operation) },
});

const signed = (copy: CertifiedCopy, { pdf }: Extended): CertifiedCopy => ({
  ...copy,
  state: 'daKySo',
  pdf,
});

/** `cmd.recordCopySignature`: `daCapSo` → `daKySo`, by the organ's certificate, on the very file of the copy. */
const recordCopySignature = defineAct<Extended>({
  body: Extended,
  needs: ({ certificateId }) => ({ records: [{ type: 'signingCertificate', id: certificateId }] }),
  decide: (body, context) => {
    const { operation, records } = context;
    const copy = targetCopy(context);
    if (!copy) return rejected('operation.target-missing');
    if (!mayCopyFor(context, copy.organId)) return rejected('copy.clerk-only');
    if (copy.state !== 'daCapSo' || copy.to !== 'dienTu') return rejected('copy.wrong-state');
    if (copy.dispute !== null) return rejected('register.in-dispute');
    const certificate = registeredCertificate(body, records);
    if (!certificate || !maySealFor(certificate, copy.organId))
      return rejected('signing.not-registered');
    if (copy.pdf?.sha256 !== body.basedOn) return rejected('outgoing.file-changed');
    const content = asContent(signed(copy, body));
    return { status: 'accepted', changes: [{ ...operation.target, content }], conflicts: [] };
  },
  preview: (content, body) => {
    const copy = CertifiedCopy.safeParse(content);
    return copy.success ? asContent(signed(copy.data, body)) : content;
  },
});

function targetCopy({ operation, records }: DecisionContext): CertifiedCopy | undefined {
  const record = records.get(operation.target.id);
  return record?.type === 'certifiedCopy' ? CertifiedCopy.parse(record.content) : undefined;
}

export const copyActs = {
  create: makeCopy,
  'cmd.requestNumber': requestCopyNumber,
  'cmd.recordCopySignature': recordCopySignature,
} as const;
