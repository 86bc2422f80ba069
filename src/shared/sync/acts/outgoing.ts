import { z } from 'zod';
import { findDocumentType } from '../../domain/document/document-type';
import { AttachedFile } from '../../domain/document/incoming-document';
import {
  draftFields,
  OutgoingDocument,
  OutgoingDraft,
  type ReviewStep,
} from '../../domain/document/outgoing-document';
import { canStep, stepRule, type OutgoingStep } from '../../domain/document/outgoing-steps';
import type { User } from '../../domain/organ/user';
import { refuseRequest } from '../../domain/register/allocate-number';
import {
  isSoftwareKey,
  maySealFor,
  maySignAs,
  SigningCertificate,
  Thumbprint,
} from '../../domain/signing/signing-certificate';
import { maySignInSoftware } from '../../domain/signing/software-keys';
import type { ErrorCode } from '../../errors/catalogue';
import type { JsonObject } from '../../kernel/canonical-json';
import { FileHash, RegisterId } from '../../kernel/ids';
import { err, ok } from '../../kernel/result';
import { decideOnRegister } from './register-decision';
import { recordsOfCode, requestOf } from './register-numbers';
import type { RecordReference } from '../intake-store';
import type { Operation } from '../operation';
import { defineAct, instantOf, rejected, type AnyAct, type DecisionContext } from './act';
import { definePatch, type Patchable } from './patch';

const asContent = (value: object): JsonObject => value as JsonObject;

const documentFrom = (draft: OutgoingDraft, operation: Operation): OutgoingDocument => ({
  ...draft,
  state: 'duThao',
  draftedBy: operation.actor,
  draftedAt: instantOf(operation),
  finalPdf: null,
  reviews: [],
  numberRequestedAt: null,
  registerId: null,
  codeNumber: null,
  codeDisplay: null,
  issuedDate: null,
  dispute: null,
  dispatchRequestedAt: null,
  dispatchedAt: null,
  appendices: [],
  deliveries: [],
  additions: [],
});

/** `create` outgoingDocument: – → `duThao`. */
const createOutgoing = defineAct<OutgoingDraft>({
  body: OutgoingDraft,
  needs: () => ({}),
  decide: (body, { operation, actor, today, records }) => {
    if (records.has(operation.target.id)) return rejected('operation.target-exists');
    if (!holdsRole(actor, operation, body.organId)) return rejected('outgoing.not-allowed');
    if (!stepRule('submitDraft').roles.includes(operation.role))
      return rejected('outgoing.not-allowed');
    if (body.replyDueDate !== null && body.replyDueDate < today)
      return rejected('outgoing.reply-before-issue');
    const content = asContent(documentFrom(body, operation));
    return { status: 'accepted', changes: [{ ...operation.target, content }], conflicts: [] };
  },
  preview: (_content, body, operation) => asContent(documentFrom(body, operation)),
});

/** The drafter's own changes, before the draft is handed on or after it came back. */
export const patchableOutgoing: Patchable = {
  type: 'outgoingDocument',
  policy: draftFields,
  refuse: (content, { operation }) =>
    content['draftedBy'] === operation.actor ? undefined : 'outgoing.drafter-only',
  refuseState: ({ state }) =>
    state === 'duThao' || state === 'traLai' ? undefined : 'outgoing.wrong-state',
  check: (content) => {
    const document = OutgoingDocument.safeParse(content);
    return document.success
      ? ok(asContent(document.data))
      : err({ code: 'operation.invalid-body' });
  },
  // Nobody but the drafter changes a draft; at which of their machines a field was written last is not kept.
  writerOf: (content) => ({ userId: OutgoingDocument.parse(content).draftedBy, at: null }),
  remember: (_before, after) => after,
};

interface StepAct<Body> {
  readonly step: OutgoingStep;
  readonly body: z.ZodType<Body>;
  /** Records besides the document that the guard looks at. */
  readonly needs?: (body: Body) => readonly RecordReference[];
  /** Why the step comes too late, where that is worth a word of its own. */
  readonly tooLate?: (body: Body, document: OutgoingDocument) => ErrorCode | undefined;
  /** What stands against the step besides state and role. */
  readonly guard?: (
    body: Body,
    document: OutgoingDocument,
    context: Pick<DecisionContext, 'operation' | 'records' | 'softwareKeys'>,
  ) => ErrorCode | undefined;
  /** What the step changes besides the state. */
  readonly change: (
    body: Body,
    document: OutgoingDocument,
    operation: Operation,
  ) => Partial<OutgoingDocument>;
}

/** An act that moves the document along the table of `outgoing-steps.ts`. */
function defineStep<Body>({ step, body, needs, tooLate, guard, change }: StepAct<Body>): AnyAct {
  const apply = (document: OutgoingDocument, given: Body, operation: Operation): JsonObject =>
    asContent({
      ...document,
      state: stepRule(step).to ?? document.state,
      ...change(given, document, operation),
    });
  return defineAct<Body>({
    body,
    needs: (given) => ({ records: needs?.(given) ?? [] }),
    decide: (given, context) => {
      const { operation, actor } = context;
      const document = targetDocument(context);
      if (!document) return rejected('operation.target-missing');
      const refusal =
        tooLate?.(given, document) ??
        refuseStep(step, document, operation, actor) ??
        guard?.(given, document, context);
      if (refusal) return rejected(refusal);
      const content = apply(document, given, operation);
      return { status: 'accepted', changes: [{ ...operation.target, content }], conflicts: [] };
    },
    preview: (content, given, operation) => {
      const document = OutgoingDocument.safeParse(content);
      // Of two people who took the same step the first is shown: the server will refuse the second.
      return document.success && stepRule(step).from.includes(document.data.state)
        ? apply(document.data, given, operation)
        : content;
    },
  });
}

const Nothing = z.object({}).readonly();
const WithOpinion = z.object({ opinion: z.string().max(2000).nullable() }).readonly();
const WithPdf = z
  .object({ pdf: AttachedFile, opinion: z.string().max(2000).nullable() })
  .readonly();
const WithReason = z.object({ reason: z.string().max(2000) }).readonly();
/** A PDF that extends the one the document has; the certificate is the registered one of the key it was signed with. */
export const Extended = z
  .object({
    pdf: AttachedFile,
    basedOn: FileHash,
    certificateId: z.uuid(),
    certificateSha256: Thumbprint,
  })
  .readonly();
export type Extended = z.infer<typeof Extended>;

const review = (
  kind: ReviewStep['kind'],
  document: OutgoingDocument,
  operation: Operation,
  opinion: string | null,
): Pick<OutgoingDocument, 'reviews'> => ({
  reviews: [
    ...document.reviews,
    {
      id: operation.opId,
      kind,
      userId: operation.actor,
      role: operation.role,
      fileSha256: document.finalPdf?.sha256 ?? null,
      opinion,
      at: instantOf(operation),
    },
  ],
});

const submitDraft = defineStep({
  step: 'submitDraft',
  body: Nothing,
  guard: (_body, document) => {
    if (document.drafts.length === 0) return 'outgoing.no-draft-file';
    return document.recipients.length === 0 ? 'outgoing.no-recipient' : undefined;
  },
  change: () => ({ finalPdf: null }),
});

const approveContent = defineStep({
  step: 'approveContent',
  body: WithOpinion,
  change: ({ opinion }, document, operation) => review('noiDung', document, operation, opinion),
});

/** Format checked; the file that will be signed is fixed here. */
const approveFormat = defineStep({
  step: 'approveFormat',
  body: WithPdf,
  guard: ({ pdf }) => (pdf.mime === 'application/pdf' ? undefined : 'pdf.not-pdf'),
  change: ({ pdf, opinion }, document, operation) => ({
    finalPdf: pdf,
    ...review('theThuc', { ...document, finalPdf: pdf }, operation, opinion),
  }),
});

/** A signature already made is discarded with its file: the next version is another file (van-ban.md §9.5). */
const returnDraft = defineStep({
  step: 'returnDraft',
  body: WithReason,
  guard: ({ reason }) => (reason.trim().length < 3 ? 'outgoing.reason-missing' : undefined),
  change: ({ reason }, document, operation) => ({
    finalPdf: null,
    ...review('traLai', document, operation, reason),
  }),
});

/** The registered certificate that an act names, when it is the one that the signature was made with (K-6). */
export function registeredCertificate(
  { certificateId, certificateSha256 }: Extended,
  records: DecisionContext['records'],
): SigningCertificate | undefined {
  const found = SigningCertificate.safeParse(records.get(certificateId)?.content);
  return found.success && found.data.thumbprint === certificateSha256 ? found.data : undefined;
}

/** The certificate may be right and its key still one that the province does not let this office sign with. */
const refuseKey = (
  certificate: SigningCertificate,
  { softwareKeys }: Pick<DecisionContext, 'softwareKeys'>,
): ErrorCode | undefined =>
  isSoftwareKey(certificate) && !maySignInSoftware(softwareKeys, certificate.owner.kind)
    ? 'softwareKey.not-allowed'
    : undefined;

/** The leader's signature, made with their own token; only on the very file that was checked (VB025). */
const recordSignature = defineStep({
  step: 'recordSignature',
  body: Extended,
  needs: ({ certificateId }) => [{ type: 'signingCertificate', id: certificateId }],
  // The same paper signed twice: the first accepted stays, the other person is asked to sign anew (van-ban.md §9.7(5)).
  tooLate: ({ basedOn }, { reviews, finalPdf }) =>
    finalPdf !== null &&
    reviews.some(
      ({ kind, fileSha256 }) => kind === 'kyBanHanh' && fileSha256 === finalPdf.sha256,
    ) &&
    reviews.some(({ kind, fileSha256 }) => kind === 'theThuc' && fileSha256 === basedOn)
      ? 'outgoing.signed-already'
      : undefined,
  guard: (body, document, context) => {
    const { operation, records } = context;
    if (document.signerUserId !== operation.actor) return 'outgoing.signer-only';
    const certificate = registeredCertificate(body, records);
    if (!certificate || !maySignAs(certificate, operation.actor)) return 'signing.not-registered';
    if (document.finalPdf?.sha256 !== body.basedOn) return 'outgoing.file-changed';
    return refuseKey(certificate, context);
  },
  change: ({ pdf }, document, operation) => ({
    finalPdf: pdf,
    ...review('kyBanHanh', { ...document, finalPdf: pdf }, operation, null),
  }),
});

/** Number, date and the office's signature in one increment of the signed file (S-11). */
const recordSeal = defineStep({
  step: 'recordSeal',
  body: Extended,
  needs: ({ certificateId }) => [{ type: 'signingCertificate', id: certificateId }],
  guard: (body, document, context) => {
    const certificate = registeredCertificate(body, context.records);
    if (!certificate || !maySealFor(certificate, document.organId)) return 'signing.not-registered';
    if (document.finalPdf?.sha256 !== body.basedOn) return 'outgoing.file-changed';
    return refuseKey(certificate, context);
  },
  change: ({ pdf }, document, operation) => ({
    finalPdf: pdf,
    ...review('dongDau', { ...document, finalPdf: pdf }, operation, null),
  }),
});

const dropDraft = defineStep({
  step: 'dropDraft',
  body: WithReason,
  guard: (_body, document, { operation }) =>
    document.draftedBy === operation.actor ? undefined : 'outgoing.drafter-only',
  change: () => ({}),
});

/**
 * `cmd.deleteDraft`: only what nobody but its drafter ever acted upon; everything else is cancelled and stays (§6.6).
 * A workstation shows the draft until the server has answered, for only then is it sure that nobody did.
 */
const deleteDraft = defineAct<z.infer<typeof Nothing>>({
  body: Nothing,
  needs: () => ({}),
  decide: (_body, context) => {
    const { operation, actor } = context;
    const document = targetDocument(context);
    if (!document) return rejected('operation.target-missing');
    if (document.draftedBy !== operation.actor) return rejected('outgoing.drafter-only');
    const refusal = refuseStep('dropDraft', document, operation, actor);
    if (refusal) return rejected(refusal);
    if (document.state !== 'duThao' || document.reviews.length > 0) {
      return rejected('outgoing.wrong-state');
    }
    const content = asContent(document);
    return {
      status: 'accepted',
      changes: [{ ...operation.target, content, isDeleted: true }],
      conflicts: [],
    };
  },
  preview: (content) => content,
});

const RequestNumber = z.object({ registerId: RegisterId }).readonly();

/**
 * `cmd.requestNumber` outgoingDocument: after the signature, into the register's queue; number and date come together, in
 * the order of the requests (§9.3; doc/R1–R4). The date is the server's today, never the workstation's.
 */
const requestOutgoingNumber = defineAct<z.infer<typeof RequestNumber>>({
  body: RequestNumber,
  needs: ({ registerId }, target) => ({ registerId, records: recordsOfCode(target) }),
  decide: (_body, context) => {
    const { operation, actor, register, today } = context;
    const document = targetDocument(context);
    if (!document) return rejected('operation.target-missing');
    if (document.codeNumber !== null) return rejected('register.already-numbered');
    if (document.state !== 'daKy') return rejected('outgoing.not-signed');
    const notAllowed = refuseStep('requestNumber', document, operation, actor);
    if (notAllowed) return rejected(notAllowed);
    if (
      !register ||
      register.register.organId !== document.organId ||
      register.register.direction !== 'di'
    ) {
      return rejected('register.unknown');
    }
    const refusal = refuseRequest(register.register, today);
    if (refusal) return rejected(refusal);
    const request = requestOf(context);
    if (!request || !findDocumentType(document.documentTypeId)) {
      return rejected('operation.target-missing');
    }
    const waits = {
      ...document,
      numberRequestedAt: document.numberRequestedAt ?? request.requestedAt,
    };
    return decideOnRegister(context, register, {
      changes: [{ ...operation.target, content: asContent(waits) }],
      enqueued: register.isQueued ? [] : [request],
    });
  },
  // No number and nothing like one before the server has spoken; only that it was asked for.
  preview: (content, _body, operation) =>
    content === null ? null : { ...content, numberRequestedAt: instantOf(operation) },
});

const holdsRole = (actor: User, operation: Operation, organId: string): boolean =>
  actor.active &&
  actor.grants.some((grant) => grant.role === operation.role && grant.organId === organId);

/** What stands against a step before its own guard: role, state, right. */
export function refuseStep(
  step: OutgoingStep,
  document: OutgoingDocument,
  operation: Operation,
  actor: User,
): ErrorCode | undefined {
  if (!holdsRole(actor, operation, document.organId)) return 'outgoing.not-allowed';
  if (!stepRule(step).from.includes(document.state)) return 'outgoing.wrong-state';
  return canStep(step, document.state, operation.role) ? undefined : 'outgoing.not-allowed';
}

/** The outgoing document that an act is about, as the server holds it. */
export function targetDocument({
  operation,
  records,
}: DecisionContext): OutgoingDocument | undefined {
  const record = records.get(operation.target.id);
  if (!record || record.type !== 'outgoingDocument') return undefined;
  return OutgoingDocument.parse(record.content);
}

export const outgoingActs = {
  create: createOutgoing,
  patch: definePatch(patchableOutgoing),
  'cmd.submitDraft': submitDraft,
  'cmd.approveContent': approveContent,
  'cmd.approveFormat': approveFormat,
  'cmd.returnDraft': returnDraft,
  'cmd.recordSignature': recordSignature,
  'cmd.requestNumber': requestOutgoingNumber,
  'cmd.recordSeal': recordSeal,
  'cmd.dropDraft': dropDraft,
  'cmd.deleteDraft': deleteDraft,
} as const;
