import { z } from 'zod';
import { mayAct, type Permission } from '../../domain/organ/permission';
import type { User } from '../../domain/organ/user';
import { possessionChallenge } from '../../domain/signing/possession';
import {
  CertificateFacts,
  CertificateOwner,
  isSoftwareKey,
  KeyStore,
  SigningCertificate,
  SigningPicture,
  type CertificateBinding,
} from '../../domain/signing/signing-certificate';
import { isSoundPicture } from '../../domain/signing/picture-png';
import { maySignInSoftware } from '../../domain/signing/software-keys';
import type { ErrorCode } from '../../errors/catalogue';
import { fromHex } from '../../kernel/bytes';
import { sameJson, type JsonObject } from '../../kernel/canonical-json';
import { codePointLength } from '../../kernel/vietnamese-text';
import type { Operation } from '../operation';
import { defineAct, instantOf, rejected, type Decision, type DecisionContext } from './act';

/** Whole bytes: half a byte is refused here, before anything reads it. */
const hexBytes = (most: number) =>
  z
    .hex()
    .max(most)
    .refine((text) => text.length % 2 === 0);

const Request = z
  .object({
    owner: CertificateOwner,
    /** As the requester's machine read it, to be shown before the server has; the server reads it anew. */
    certificate: CertificateFacts,
    /** The certificate's DER, hexadecimal. */
    der: hexBytes(32_768),
    /** Over `possessionChallenge`, by the certificate's key with SHA-256, hexadecimal. */
    signature: hexBytes(2048),
    picture: SigningPicture.nullable(),
    keyStore: KeyStore.optional(),
  })
  .readonly();
type Request = z.infer<typeof Request>;

/** `create` signingCertificate: the holder of a token asks that it be registered; nobody signs with it yet (K-6). */
const requestBinding = defineAct<Request>({
  body: Request,
  needs: ({ certificate }) => ({ thumbprint: certificate.thumbprint }),
  decide: (body, context) => {
    const { operation, records } = context;
    if (records.has(operation.target.id)) return rejected('operation.target-exists');
    const refusal = refuseRequest(body, context);
    if (refusal) return rejected(refusal);
    return accepted(operation, contentOf(body, operation));
  },
  preview: (content, body, operation) => content ?? contentOf(body, operation),
});

function refuseRequest(
  { owner, certificate, der, signature, picture, keyStore }: Request,
  { operation, actor, now, readProof, softwareKeys, isKnownCertificate }: DecisionContext,
): ErrorCode | undefined {
  if (!mayAskFor(owner, { operation, actor })) return 'session.role-missing';
  if (picture && !isSoundPicture(picture)) return 'picture.not-sound';
  if (isSoftwareKey({ keyStore }) && !maySignInSoftware(softwareKeys, owner.kind))
    return 'softwareKey.not-allowed';
  const data = possessionChallenge({
    officeId: operation.office,
    userId: operation.actor,
    recordId: operation.target.id,
    thumbprint: certificate.thumbprint,
    owner,
    ...(keyStore === 'software' ? { keyStore } : {}),
  });
  const read = readProof({ der: fromHex(der), signature: fromHex(signature), data });
  if (!read || !sameJson(read, certificate)) return 'signing.not-proven';
  // Two records of one certificate: withdrawing the one would leave the other in force.
  if (isKnownCertificate) return 'signing.already-asked';
  return read.notAfter < now ? 'signing.certificate-expired' : undefined;
}

/** The person themselves, or whoever holds the organ's seal. */
export const mayAskFor = (
  owner: CertificateOwner,
  { operation, actor }: Pick<DecisionContext, 'operation' | 'actor'>,
): boolean =>
  owner.kind === 'person'
    ? owner.userId === operation.actor && holds(actor, operation)
    : mayAct(actor, { permission: 'holdSeal', role: operation.role, organId: owner.organId });

const holds = (actor: User, { role }: Operation): boolean =>
  actor.active && actor.grants.some((grant) => grant.role === role);

function contentOf(
  { owner, certificate, picture, keyStore }: Request,
  operation: Operation,
): JsonObject {
  const binding: CertificateBinding = {
    state: 'choXacNhan',
    certificate,
    requestedBy: operation.actor,
    requestedAt: instantOf(operation),
    decidedBy: null,
    reason: null,
  };
  return {
    id: operation.target.id,
    officeId: operation.office,
    thumbprint: certificate.thumbprint,
    owner,
    holderName: certificate.holderName,
    picture,
    active: false,
    ...(keyStore ? { keyStore } : {}),
    binding,
  } satisfies SigningCertificate;
}

export const accepted = ({ target }: Operation, content: JsonObject): Decision => ({
  status: 'accepted',
  changes: [{ ...target, content }],
  conflicts: [],
});

const Reason = z.object({ reason: z.string().max(2000) }).readonly();
/** Says something: three characters at least. */
export const isReason = (text: string): boolean => codePointLength(text.trim()) >= 3;

/** `cmd.confirmCertificate`: from here on the holder signs with it. */
const confirm = defineAct<object>({
  body: z.object({}).readonly(),
  needs: () => ({}),
  decide: (_body, context) => decideRequest(context, { state: 'daXacNhan', reason: null }),
  preview: (content, _body, operation) =>
    previewEnd(content, operation, { state: 'daXacNhan', reason: null }),
});

/** `cmd.refuseCertificate`: the request ends; its holder may make another. */
const refuse = defineAct<z.infer<typeof Reason>>({
  body: Reason,
  needs: () => ({}),
  decide: ({ reason }, context) =>
    isReason(reason)
      ? decideRequest(context, { state: 'tuChoi', reason: reason.trim() })
      : rejected('held.reason-missing'),
  preview: (content, { reason }, operation) =>
    previewEnd(content, operation, { state: 'tuChoi', reason }),
});

type End = Pick<CertificateBinding, 'state' | 'reason'>;

function decideRequest(context: DecisionContext, end: End): Decision {
  const { operation, records } = context;
  const record = SigningCertificate.safeParse(records.get(operation.target.id)?.content);
  if (!record.success || !record.data.binding) return rejected('operation.target-missing');
  const { owner, binding } = record.data;
  if (binding.state !== 'choXacNhan') return rejected('signing.request-decided');
  const isAllowed =
    !isSoftwareKey(record.data) || maySignInSoftware(context.softwareKeys, owner.kind);
  if (end.state === 'daXacNhan' && !isAllowed) return rejected('softwareKey.not-allowed');
  const refusal = refuseDecider({ owner, requestedBy: binding.requestedBy }, context);
  if (refusal) return rejected(refusal);
  return accepted(operation, ended(record.data, binding, { ...end, decidedBy: operation.actor }));
}

/** Why this person decides nothing of what was asked for this owner's certificate. */
export function refuseDecider(
  { owner, requestedBy }: { readonly owner: CertificateOwner; readonly requestedBy: string },
  { operation, actor }: Pick<DecisionContext, 'operation' | 'actor'>,
): ErrorCode | undefined {
  // The seal of an office is no matter of the office alone (K-6).
  if (owner.kind === 'organ') return 'signing.province-confirms';
  if (requestedBy === operation.actor) return 'signing.own-request';
  return maySomewhere(actor, operation, 'confirmCertificate') ? undefined : 'session.role-missing';
}

const maySomewhere = (actor: User, { role }: Operation, permission: Permission): boolean =>
  actor.grants.some(({ organId }) => mayAct(actor, { permission, role, organId }));

export const asContent = (record: SigningCertificate): JsonObject => record as JsonObject;

/** The record as it is from a decision on. */
const ended = (
  record: SigningCertificate,
  binding: CertificateBinding,
  end: Pick<CertificateBinding, 'state' | 'reason' | 'decidedBy'>,
): JsonObject => ({
  ...asContent(record),
  active: end.state === 'daXacNhan',
  binding: { ...binding, ...end },
});

/** A confirmation shows as its author made it; nobody signs with the certificate before the server has agreed. */
function previewEnd(content: JsonObject | null, operation: Operation, end: End): JsonObject | null {
  const record = SigningCertificate.safeParse(content);
  if (!record.success || !record.data.binding) return content;
  const { active } = record.data;
  const shown = ended(record.data, record.data.binding, { ...end, decidedBy: operation.actor });
  return { ...shown, active };
}

export const certificateActs = {
  create: requestBinding,
  'cmd.confirmCertificate': confirm,
  'cmd.refuseCertificate': refuse,
} as const;
