import { equalBytes, toHex } from '../../kernel/bytes';
import type { Certificate } from '../cms/certificate';
import type { Crl } from '../cms/crl';
import { keyBits, type IssuedCertificate, type OcspAnswer } from '../cms/ocsp';
import { oid } from '../cms/oids';
import type { PadesPlatform } from '../platform';
import type { TrustInput } from './trust';

/** A list or an answer that was used, and where it was at hand. */
export interface RevocationData {
  readonly kind: 'crl' | 'ocsp';
  readonly der: Uint8Array;
  /** Milliseconds since the epoch. */
  readonly thisUpdate: number;
  readonly source: 'file' | 'given';
}

export type RevocationStatus =
  | { readonly kind: 'good'; readonly data: RevocationData }
  | { readonly kind: 'revoked'; readonly at: number; readonly data: RevocationData }
  /** `newest` is the date of the newest word of this issuer that could not be used for its age. */
  | { readonly kind: 'unknown'; readonly newest: number | undefined };

type RevocationInput = Pick<TrustInput, 'fromFile' | 'material' | 'at' | 'now'>;

/** What one list or answer says of the certificate. */
interface Word {
  readonly data: RevocationData;
  readonly nextUpdate: number | undefined;
  readonly revokedAt: number | undefined;
}

/** A clock may be this much behind who published, milliseconds. */
const CLOCK_TOLERANCE_MS = 300_000;

/**
 * V-13: data are used when they are the issuer's own word on this certificate, whole, verified and not of the future.
 * The newest word counts wherever it was at hand, so that an old answer inside a file never hides a revocation that is
 * known here; at the same date the file's own comes first. It must cover the time asked for, or be later.
 */
export function revocationOf(
  platform: PadesPlatform,
  asked: IssuedCertificate,
  input: RevocationInput,
): RevocationStatus {
  const words = [...wordsOfLists(platform, asked, input), ...wordsOfAnswers(platform, asked, input)]
    .filter(({ data }) => data.thisUpdate <= input.now + CLOCK_TOLERANCE_MS)
    .toSorted((a, b) => b.data.thisUpdate - a.data.thisUpdate);
  for (const { data, nextUpdate, revokedAt } of words) {
    if (revokedAt !== undefined) return { kind: 'revoked', at: revokedAt, data };
    const covers = data.thisUpdate >= input.at || (nextUpdate ?? 0) >= input.at;
    // Expired certificates leave lists and registers: absence then proves nothing.
    if (covers && data.thisUpdate <= asked.certificate.notAfter) return { kind: 'good', data };
  }
  return { kind: 'unknown', newest: words[0]?.data.thisUpdate };
}

function wordsOfLists(
  platform: PadesPlatform,
  { certificate, issuer }: IssuedCertificate,
  { fromFile, material }: RevocationInput,
): readonly Word[] {
  return [...withSource(fromFile.crls, 'file'), ...withSource(material.crls, 'given')].flatMap(
    ([crl, source]) => {
      const { der, thisUpdate, nextUpdate } = crl;
      if (!equalBytes(crl.issuer, issuer.subject) || crl.isPartial) return [];
      if (!isListSigned(platform, crl, issuer)) return [];
      const data = { kind: 'crl' as const, der, thisUpdate, source };
      return [{ data, nextUpdate, revokedAt: crl.revokedAt(certificate.serial) }];
    },
  );
}

function wordsOfAnswers(
  platform: PadesPlatform,
  asked: IssuedCertificate,
  input: RevocationInput,
): readonly Word[] {
  const { fromFile, material } = input;
  return [...withSource(fromFile.ocsps, 'file'), ...withSource(material.ocsps, 'given')].flatMap(
    ([answer, source]) => {
      const said = answer.statusOf(platform, asked);
      if (!said || said.status === 'unknown') return [];
      if (!isAnswerSigned(platform, answer, asked.issuer, input)) return [];
      const { thisUpdate, nextUpdate, revokedAt } = said;
      const data = { kind: 'ocsp' as const, der: answer.der, thisUpdate, source };
      return [{ data, nextUpdate, revokedAt }];
    },
  );
}

const withSource = <T>(items: readonly T[], source: RevocationData['source']) =>
  items.map((item) => [item, source] as const);

/** Whether the list is this issuer's own word (RFC 5280 §6.3.3 (f), (g)). */
export function isListSigned(platform: PadesPlatform, crl: Crl, issuer: Certificate): boolean {
  const mayList = !issuer.keyUsage || issuer.keyUsage.has('cRLSign');
  return mayList && isSignedWith(platform, crl, issuer);
}

/**
 * Whether an OCSP answer is this issuer's word (RFC 6960 §4.2.2.2): signed by the issuer itself, or by a responder that
 * the issuer certified for nothing else. Such a responder must carry id-pkix-ocsp-nocheck, or be on no list of its issuer
 * that is at hand now.
 */
export function isAnswerSigned(
  platform: PadesPlatform,
  answer: OcspAnswer,
  issuer: Certificate,
  input: RevocationInput,
): boolean {
  if (answer.producedAt > input.now + CLOCK_TOLERANCE_MS) return false;
  const isResponder = (one: Certificate): boolean =>
    'name' in answer.responder
      ? equalBytes(one.subject, answer.responder.name)
      : toHex(platform.digest('SHA-1', keyBits(one))) === answer.responder.keyHash;
  if (isResponder(issuer)) return isSignedWith(platform, answer, issuer);
  return answer.certificates.some(
    (one) =>
      isResponder(one) &&
      isAuthorised(platform, one, issuer, answer.producedAt) &&
      isSignedWith(platform, answer, one) &&
      (one.hasNoCheck || isOnGoodList(platform, { certificate: one, issuer }, input)),
  );
}

function isAuthorised(
  platform: PadesPlatform,
  responder: Certificate,
  issuer: Certificate,
  at: number,
): boolean {
  return (
    equalBytes(responder.issuer, issuer.subject) &&
    responder.extendedKeyUsage?.ids.includes(oid.ocspSigning) === true &&
    responder.unknownCritical.length === 0 &&
    responder.notBefore <= at &&
    at <= responder.notAfter &&
    isSignedWith(platform, responder, issuer)
  );
}

const isOnGoodList = (
  platform: PadesPlatform,
  asked: IssuedCertificate,
  { fromFile, material, at, now }: RevocationInput,
): boolean =>
  revocationOf(platform, asked, {
    fromFile: { ...fromFile, ocsps: [] },
    material: { ...material, ocsps: [] },
    at,
    now,
  }).kind === 'good';

type Signed = Pick<Certificate, 'toBeSigned' | 'signatureScheme' | 'signature'>;

/** Whether a certificate, list or answer bears a signature of this certificate's key. */
export function isSignedWith(
  platform: PadesPlatform,
  signed: Signed,
  signer: Certificate,
): boolean {
  const { signatureScheme } = signed;
  if (!signatureScheme || signatureScheme.hash === 'MD5') return false;
  return platform.verify({
    ...signatureScheme,
    publicKey: signer.publicKey,
    data: signed.toBeSigned,
    signature: signed.signature,
  });
}
