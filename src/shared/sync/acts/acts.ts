import type { JsonObject } from '../../kernel/canonical-json';
import type { Operation, OpKind, TargetType } from '../operation';
import { converters } from '../schema-steps';
import type { AnyAct } from './act';
import { appendixActs } from './appendix';
import { certificateActs } from './certificate';
import { pictureActs } from './certificate-picture';
import { copyActs } from './certified-copy';
import { resolveConflict } from './conflict';
import { refuseDelivery } from './delivery';
import { dispatchOutgoing } from './dispatch';
import { dossierActs, leaveDossier, moveToDossier, sealDocument } from './dossier';
import { heldWorkActs } from './held-work';
import { outgoingActs } from './outgoing';
import { registerActs } from './register';
import { numberActs } from './register-numbers';
import { createIncoming, patchIncoming, requestArrivalNumber } from './incoming';

const dossierMoves = {
  'cmd.moveToDossier': moveToDossier,
  'cmd.leaveDossier': leaveDossier,
  'cmd.seal': sealDocument,
} as const;

/** Every act of the product: what is not here is rejected by the server and shows nothing on a screen. */
const acts: Readonly<Partial<Record<TargetType, Readonly<Partial<Record<OpKind, AnyAct>>>>>> = {
  incomingDocument: {
    create: createIncoming,
    patch: patchIncoming,
    'cmd.requestNumber': requestArrivalNumber,
    ...dossierMoves,
    ...numberActs,
  },
  outgoingDocument: {
    ...outgoingActs,
    'cmd.dispatch': dispatchOutgoing,
    ...appendixActs,
    ...dossierMoves,
    ...numberActs,
  },
  conflict: { 'cmd.resolveConflict': resolveConflict },
  register: registerActs,
  delivery: { 'cmd.refuseDelivery': refuseDelivery },
  dossier: dossierActs,
  signingCertificate: { ...certificateActs, ...pictureActs },
  certifiedCopy: { ...copyActs, ...numberActs },
  heldWork: heldWorkActs((type, kind) => findAct(type, kind)),
};

export const findAct = (type: TargetType, kind: OpKind): AnyAct | undefined => acts[type]?.[kind];

export const isKnownType = (type: TargetType): boolean => acts[type] !== undefined;

/** A record's content with one more local operation upon it; unknown or ill-formed operations change nothing. */
export function previewOperation(
  content: JsonObject | null,
  operation: Operation,
): JsonObject | null {
  const act = findAct(operation.target.type, operation.kind)?.parse(converters.bodyUp(operation));
  return act ? act.preview(content, operation) : content;
}
