import { z } from 'zod';
import { AttachedFile } from '../../domain/document/incoming-document';
import { type Appendix, OutgoingDocument } from '../../domain/document/outgoing-document';
import { mayAct } from '../../domain/organ/permission';
import { maySealFor } from '../../domain/signing/signing-certificate';
import type { ErrorCode } from '../../errors/catalogue';
import type { JsonObject } from '../../kernel/canonical-json';
import { Uuid } from '../../kernel/ids';
import type { RecordReference } from '../intake-store';
import { defineAct, rejected, type AnyAct, type DecisionContext } from './act';
import { Extended, registeredCertificate, targetDocument } from './outgoing';

const asContent = (value: object): JsonObject => value as JsonObject;

interface AppendixAct<Body> {
  readonly body: z.ZodType<Body>;
  readonly needs?: (body: Body) => readonly RecordReference[];
  readonly guard: (
    body: Body,
    document: OutgoingDocument,
    records: DecisionContext['records'],
  ) => ErrorCode | undefined;
  readonly change: (body: Body, appendices: readonly Appendix[]) => readonly Appendix[];
}

/** An act on the appendices of a document that is sealed and not sent: of the clerk who keeps the seal. */
function defineAppendixAct<Body>({ body, needs, guard, change }: AppendixAct<Body>): AnyAct {
  const apply = (document: OutgoingDocument, given: Body): JsonObject =>
    asContent({ ...document, appendices: change(given, document.appendices) });
  return defineAct<Body>({
    body,
    needs: (given) => ({ records: needs?.(given) ?? [] }),
    decide: (given, context) => {
      const { operation, actor, records } = context;
      const document = targetDocument(context);
      if (!document) return rejected('operation.target-missing');
      const { organId, state } = document;
      if (!mayAct(actor, { permission: 'holdSeal', role: operation.role, organId }))
        return rejected('outgoing.not-allowed');
      if (state !== 'daDongDau') return rejected('outgoing.wrong-state');
      const refusal = guard(given, document, records);
      if (refusal) return rejected(refusal);
      const content = apply(document, given);
      return { status: 'accepted', changes: [{ ...operation.target, content }], conflicts: [] };
    },
    preview: (content, given) => {
      const document = OutgoingDocument.safeParse(content);
      return document.success ? apply(document.data, given) : content;
    },
  });
}

const unsigned = ({ appendices }: OutgoingDocument, appendixId: string): Appendix | undefined =>
  appendices.find(({ id, isSigned }) => id === appendixId && !isSigned);

/** `cmd.addAppendix`: a file of its own belongs to this document from now on. */
const addAppendix = defineAppendixAct({
  body: z.object({ appendixId: Uuid, file: AttachedFile }).readonly(),
  guard: ({ appendixId, file }, { appendices, finalPdf }) => {
    if (file.mime !== 'application/pdf') return 'pdf.not-pdf';
    const isKnown =
      finalPdf?.sha256 === file.sha256 ||
      appendices.some((one) => one.id === appendixId || one.file.sha256 === file.sha256);
    return isKnown ? 'outgoing.appendix-known' : undefined;
  },
  change: ({ appendixId, file }, appendices) => [
    ...appendices,
    { id: appendixId, file: { ...file, role: 'phuLuc' }, isSigned: false },
  ],
});

/** `cmd.dropAppendix`: linked by mistake; what is signed stays. */
const dropAppendix = defineAppendixAct({
  body: z.object({ appendixId: Uuid }).readonly(),
  guard: ({ appendixId }, document) =>
    unsigned(document, appendixId) ? undefined : 'outgoing.appendix-unknown',
  change: ({ appendixId }, appendices) => appendices.filter(({ id }) => id !== appendixId),
});

/** `cmd.recordAppendixSignature`: by the organ's certificate, on the very file that was linked (S-9, VB025). */
const recordAppendixSignature = defineAppendixAct({
  body: z.object({ ...Extended.unwrap().shape, appendixId: Uuid }).readonly(),
  needs: ({ certificateId }) => [{ type: 'signingCertificate', id: certificateId }],
  guard: (body, document, records) => {
    const appendix = unsigned(document, body.appendixId);
    if (!appendix) return 'outgoing.appendix-unknown';
    const certificate = registeredCertificate(body, records);
    if (!certificate || !maySealFor(certificate, document.organId)) return 'signing.not-registered';
    return appendix.file.sha256 === body.basedOn ? undefined : 'outgoing.file-changed';
  },
  change: ({ appendixId, pdf }, appendices) =>
    appendices.map((one) => (one.id === appendixId ? { ...one, file: pdf, isSigned: true } : one)),
});

export const appendixActs = {
  'cmd.addAppendix': addAppendix,
  'cmd.dropAppendix': dropAppendix,
  'cmd.recordAppendixSignature': recordAppendixSignature,
} as const;
