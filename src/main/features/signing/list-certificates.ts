import type { OutgoingDocument } from '@shared/domain/document/outgoing-document';
import {
  isSoftwareKey,
  maySealFor,
  maySignAs,
  type CertificateOwner,
  type SigningCertificate,
} from '@shared/domain/signing/signing-certificate';
import { maySignInSoftware, type SoftwareKeyPolicy } from '@shared/domain/signing/software-keys';
import type { OfferedCertificate, SigningIntent } from '@shared/ipc/signing-contract';
import { parseCertificate } from '@shared/pades/cms/certificate';
import { isSoftware } from './software-keys';
import type { TokenCertificate } from './token-port';

export interface OfferContext {
  readonly intent: SigningIntent;
  readonly userId: string;
  readonly documents: readonly Pick<OutgoingDocument, 'organId'>[];
  readonly registered: readonly SigningCertificate[];
  readonly softwareKeys: SoftwareKeyPolicy;
  readonly nowMs: number;
}

/**
 * The registered certificate behind one on a token, when it may make this signature on all the documents (K-6). A key of
 * a file signs only under a record that says so, and a token's never under one: the record is what reports go by.
 */
export function findRegistered(
  { thumbprint, token }: TokenCertificate,
  { intent, userId, documents, registered }: OfferContext,
): SigningCertificate | undefined {
  return registered.find(
    (one) =>
      one.thumbprint === thumbprint &&
      isSoftwareKey(one) === isSoftware(token) &&
      (intent === 'leader'
        ? maySignAs(one, userId)
        : documents.every(({ organId }) => maySealFor(one, organId))),
  );
}

/** A certificate as the window offers it: usable, or with the reason why not (K-5, K-6, K-7). */
export function offerCertificate(
  one: TokenCertificate,
  context: OfferContext,
): readonly OfferedCertificate[] {
  const described = describeCertificate(one, context.nowMs);
  if (!described) return [];
  const wanted = context.intent === 'leader' ? 'person' : 'organ';
  const isRegistered = findRegistered(one, context) !== undefined;
  const refusal =
    refuseSoftware(one, context.softwareKeys, wanted) ??
    (isRegistered ? undefined : 'signing.not-registered');
  return [refusal ? { ...described, refusal } : described];
}

/** Why the office's rule stands against a key of a file; undefined for a token's. */
export const refuseSoftware = (
  { token }: TokenCertificate,
  policy: SoftwareKeyPolicy,
  owner: CertificateOwner['kind'],
): 'softwareKey.not-allowed' | undefined =>
  isSoftware(token) && !maySignInSoftware(policy, owner) ? 'softwareKey.not-allowed' : undefined;

/** A certificate by itself, whoever it is registered for: refused only when it is not valid now. */
export function describeCertificate(
  { thumbprint, der, token }: TokenCertificate,
  nowMs: number,
): OfferedCertificate | undefined {
  const certificate = parseCertificate(der);
  if (!certificate || certificate.isCa) return undefined;
  const { subjectName, issuerName, notBefore, notAfter } = certificate;
  const isValid = notBefore <= nowMs && nowMs <= notAfter;
  return {
    thumbprint,
    holderName: subjectName.commonName ?? thumbprint,
    organization: subjectName.organization ?? null,
    issuerName: issuerName.commonName ?? null,
    notBefore: new Date(notBefore).toISOString(),
    notAfter: new Date(notAfter).toISOString(),
    tokenLabel: token.label,
    refusal: isValid ? null : 'signing.certificate-expired',
    pin: token.pin,
    failedLogins: token.failedLogins,
    pinLength: token.pinLength,
    typesPinOnDevice: token.typesPinOnDevice,
  };
}
