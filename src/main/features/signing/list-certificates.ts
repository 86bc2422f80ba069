import type { ErrorCode } from '@shared/errors/catalogue';
import type { OutgoingDocument } from '@shared/domain/document/outgoing-document';
import {
  maySealFor,
  maySignAs,
  type SigningCertificate,
} from '@shared/domain/signing/signing-certificate';
import type { OfferedCertificate, SigningIntent } from '@shared/ipc/signing-contract';
import { parseCertificate } from '@shared/pades/cms/certificate';
import type { TokenCertificate } from './token-port';

export interface OfferContext {
  readonly intent: SigningIntent;
  readonly userId: string;
  readonly documents: readonly OutgoingDocument[];
  readonly registered: readonly SigningCertificate[];
  readonly nowMs: number;
}

/** The registered certificate behind one on a token, when it may make this signature on all the documents (K-6). */
export function findRegistered(
  thumbprint: string,
  { intent, userId, documents, registered }: OfferContext,
): SigningCertificate | undefined {
  return registered.find(
    (one) =>
      one.thumbprint === thumbprint &&
      (intent === 'leader'
        ? maySignAs(one, userId)
        : documents.every(({ organId }) => maySealFor(one, organId))),
  );
}

/** A certificate as the window offers it: usable, or with the reason why not (K-5, K-6, K-7). */
export function offerCertificate(
  { thumbprint, der, token }: TokenCertificate,
  context: OfferContext,
): readonly OfferedCertificate[] {
  const certificate = parseCertificate(der);
  if (!certificate || certificate.isCa) return [];
  const { subjectName, issuerName, notBefore, notAfter } = certificate;
  return [
    {
      thumbprint,
      holderName: subjectName.commonName ?? thumbprint,
      organization: subjectName.organization ?? null,
      issuerName: issuerName.commonName ?? null,
      notBefore: new Date(notBefore).toISOString(),
      notAfter: new Date(notAfter).toISOString(),
      tokenLabel: token.label,
      refusal: refusalOf({ thumbprint, notBefore, notAfter }, context),
      pin: token.pin,
      failedLogins: token.failedLogins,
      pinLength: token.pinLength,
      typesPinOnDevice: token.typesPinOnDevice,
    },
  ];
}

function refusalOf(
  certificate: {
    readonly thumbprint: string;
    readonly notBefore: number;
    readonly notAfter: number;
  },
  context: OfferContext,
): ErrorCode | null {
  if (!findRegistered(certificate.thumbprint, context)) return 'signing.not-registered';
  const { nowMs } = context;
  const isValid = certificate.notBefore <= nowMs && nowMs <= certificate.notAfter;
  return isValid ? null : 'signing.certificate-expired';
}
