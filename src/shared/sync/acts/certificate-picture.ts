import { z } from 'zod';
import { isSoundPicture } from '../../domain/signing/picture-png';
import {
  SigningCertificate,
  SigningPicture,
  waitsForPicture,
  type PictureChange,
} from '../../domain/signing/signing-certificate';
import type { JsonObject } from '../../kernel/canonical-json';
import type { Operation } from '../operation';
import { defineAct, instantOf, rejected, type Decision, type DecisionContext } from './act';
import { accepted, asContent, isReason, mayAskFor, refuseDecider } from './certificate';

const Request = z.object({ picture: SigningPicture }).readonly();

/** `cmd.requestPicture`: the holder of a registered certificate asks for another picture; the old one signs meanwhile. */
const request = defineAct<z.infer<typeof Request>>({
  body: Request,
  needs: () => ({}),
  decide: ({ picture }, context) => {
    const { operation } = context;
    const record = recordOf(context);
    if (!record) return rejected('operation.target-missing');
    if (!mayAskFor(record.owner, context)) return rejected('session.role-missing');
    if (!record.active) return rejected('signing.not-registered');
    if (!isSoundPicture(picture)) return rejected('picture.not-sound');
    return accepted(operation, asked(record, picture, operation));
  },
  preview: (content, { picture }, operation) => {
    const record = SigningCertificate.safeParse(content);
    return record.success ? asked(record.data, picture, operation) : content;
  },
});

/** A later asking takes the place of one that waits: what counts is what the holder showed last. */
function asked(
  record: SigningCertificate,
  picture: SigningPicture,
  operation: Operation,
): JsonObject {
  const pictureChange: PictureChange = {
    id: operation.opId,
    state: 'choXacNhan',
    picture,
    requestedBy: operation.actor,
    requestedAt: instantOf(operation),
    decidedBy: null,
    reason: null,
  };
  return asContent({ ...record, pictureChange });
}

const Confirmation = z.object({ change: z.uuid() }).readonly();
const Refusal = z.object({ change: z.uuid(), reason: z.string().max(2000) }).readonly();

/** `cmd.confirmPicture`: from here on signatures show it; what was signed before stays as it is. */
const confirm = defineAct<z.infer<typeof Confirmation>>({
  body: Confirmation,
  needs: () => ({}),
  decide: ({ change }, context) => decideChange(context, change, null),
  preview: (content, { change }, operation) => previewEnd(content, operation, change, null),
});

/** `cmd.refusePicture`: the old picture stays; its holder may ask again. */
const refuse = defineAct<z.infer<typeof Refusal>>({
  body: Refusal,
  needs: () => ({}),
  decide: ({ change, reason }, context) =>
    isReason(reason)
      ? decideChange(context, change, reason.trim())
      : rejected('held.reason-missing'),
  preview: (content, { change, reason }, operation) =>
    previewEnd(content, operation, change, reason),
});

/** Of the very picture that was looked at: another may have been asked for since. */
function decideChange(context: DecisionContext, id: string, reason: string | null): Decision {
  const { operation } = context;
  const record = recordOf(context);
  const change = record?.pictureChange;
  if (!record || !change) return rejected('operation.target-missing');
  if (change.id !== id || !waitsForPicture(record)) return rejected('signing.request-decided');
  const refusal = refuseDecider({ ...record, requestedBy: change.requestedBy }, context);
  if (refusal) return rejected(refusal);
  return accepted(
    operation,
    asContent(endPictureChange(record, { reason, decidedBy: operation.actor })),
  );
}

/** The record once its waiting picture is taken (no reason) or refused. */
export function endPictureChange(
  record: SigningCertificate,
  { reason, decidedBy }: Pick<PictureChange, 'reason' | 'decidedBy'>,
): SigningCertificate {
  const { picture, pictureChange } = record;
  if (!pictureChange) return record;
  const state = reason === null ? 'daXacNhan' : 'tuChoi';
  return {
    ...record,
    picture: reason === null ? pictureChange.picture : picture,
    pictureChange: { ...pictureChange, state, picture: null, reason, decidedBy },
  };
}

const recordOf = ({ operation, records }: DecisionContext): SigningCertificate | undefined =>
  SigningCertificate.safeParse(records.get(operation.target.id)?.content).data;

/** A decision shows as its author made it; nobody signs under the picture before the server has agreed. */
function previewEnd(
  content: JsonObject | null,
  { actor }: Operation,
  id: string,
  reason: string | null,
): JsonObject | null {
  const { data: record } = SigningCertificate.safeParse(content);
  if (!record || record.pictureChange?.id !== id) return content;
  const shown = endPictureChange(record, { reason, decidedBy: actor });
  return asContent({ ...shown, picture: record.picture });
}

export const pictureActs = {
  'cmd.requestPicture': request,
  'cmd.confirmPicture': confirm,
  'cmd.refusePicture': refuse,
} as const;
