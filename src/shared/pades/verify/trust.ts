import { equalBytes } from '../../kernel/bytes';
import type { Certificate } from '../cms/certificate';
import type { Crl } from '../cms/crl';
import type { PadesPlatform } from '../platform';
import { reason, type Reason } from '../../domain/signing/verification-reason';
import type { Trust } from '../../domain/signing/verification-report';

/** What the administrator trusts and what is at hand to build paths; nothing here comes from the judged file. */
export interface TrustMaterial {
  readonly anchors: readonly Certificate[];
  readonly intermediates: readonly Certificate[];
  readonly crls: readonly Crl[];
}

export interface TrustInput {
  readonly leaf: Certificate;
  /** Certificates and lists the file carries: material, never anchors (V-12). */
  readonly fromFile: {
    readonly certificates: readonly Certificate[];
    readonly crls: readonly Crl[];
  };
  readonly material: TrustMaterial;
  /** The time to judge for, milliseconds. */
  readonly at: number;
  /** `now` stands in when a signature claims no usable time. */
  readonly basis: 'proven' | 'claimed' | 'now';
  readonly now: number;
  readonly purpose: 'signing' | 'timestamping';
}

export interface TrustFinding {
  readonly trust: Trust;
  readonly reasons: readonly Reason[];
  readonly revocation:
    | { readonly thisUpdate: number; readonly source: 'file' | 'given' }
    | undefined;
}

const MAX_PATH = 8;

/** Path building and revocation, offline (V-12, V-13; RFC 5280 §6). */
export function judgeTrust(platform: PadesPlatform, input: TrustInput): TrustFinding {
  const path = buildPath(platform, input);
  const purpose = checkPurpose(input);
  if (path.status !== 'anchored') {
    const trust: Trust = path.status === 'incomplete' ? 'unknown' : 'untrusted';
    return { trust, reasons: [...purpose, path.reason], revocation: undefined };
  }
  const outside = checkValidity(path.certificates, input);
  if (outside)
    return { ...outside, reasons: [...purpose, ...outside.reasons], revocation: undefined };
  const revocation = checkRevocation(platform, path.certificates, input);
  if (purpose.length > 0 && revocation.trust === 'trusted') {
    return { ...revocation, trust: 'untrusted', reasons: [...purpose, ...revocation.reasons] };
  }
  return { ...revocation, reasons: [...purpose, ...revocation.reasons] };
}

function checkPurpose({ leaf, purpose }: TrustInput): readonly Reason[] {
  const { keyUsage, extendedKeyUsage, unknownCritical } = leaf;
  const maySign = !keyUsage || keyUsage.has('nonRepudiation') || keyUsage.has('digitalSignature');
  // RFC 3161 §2.3: critical, and nothing else.
  const mayStamp =
    extendedKeyUsage?.isCritical === true &&
    extendedKeyUsage.ids.length === 1 &&
    extendedKeyUsage.ids[0] === '1.3.6.1.5.5.7.3.8';
  const isFit = maySign && unknownCritical.length === 0 && (purpose === 'signing' || mayStamp);
  return isFit ? [] : [reason('certificate.not-for-signing', leaf.subjectName.commonName)];
}

type Path =
  | { readonly status: 'anchored'; readonly certificates: readonly Certificate[] }
  | { readonly status: 'incomplete' | 'untrusted'; readonly reason: Reason };

/** Leaf first, anchor last; every signature on the way is checked. */
function buildPath(platform: PadesPlatform, { leaf, material, fromFile }: TrustInput): Path {
  const isAnchor = (certificate: Certificate): boolean =>
    material.anchors.some(({ der }) => equalBytes(der, certificate.der));
  const pool = [...material.anchors, ...material.intermediates, ...fromFile.certificates];
  let worst: Path = {
    status: 'incomplete',
    reason: reason('chain.incomplete', leaf.issuerName.commonName),
  };
  let checks = 0;

  const climb = (path: readonly Certificate[]): readonly Certificate[] | undefined => {
    const last = path.at(-1);
    if (!last || isAnchor(last)) return last && path;
    if (equalBytes(last.issuer, last.subject)) {
      worst = {
        status: 'untrusted',
        reason: reason('chain.untrusted-root', last.subjectName.commonName),
      };
      return undefined;
    }
    if (path.length >= MAX_PATH) return undefined;
    for (const issuer of pool) {
      if (!mayHaveIssued(issuer, last) || path.some((one) => equalBytes(one.der, issuer.der)))
        continue;
      if (++checks > 64) return undefined;
      if (!isSignedBy(platform, last, issuer) || !mayIssue(issuer, path.length - 1)) {
        worst = {
          status: 'untrusted',
          reason: reason('chain.unusable-certificate', issuer.subjectName.commonName),
        };
        continue;
      }
      const found = climb([...path, issuer]);
      if (found) return found;
    }
    return undefined;
  };

  const certificates = climb([leaf]);
  return certificates ? { status: 'anchored', certificates } : worst;
}

const mayHaveIssued = (issuer: Certificate, subject: Certificate): boolean =>
  equalBytes(issuer.subject, subject.issuer) &&
  (subject.authorityKeyId === undefined ||
    issuer.subjectKeyId === undefined ||
    subject.authorityKeyId === issuer.subjectKeyId);

function isSignedBy(platform: PadesPlatform, subject: Certificate, issuer: Certificate): boolean {
  const scheme = subject.signatureScheme;
  if (!scheme || scheme.hash === 'MD5') return false;
  return platform.verify({
    ...scheme,
    publicKey: issuer.publicKey,
    data: subject.toBeSigned,
    signature: subject.signature,
  });
}

/** RFC 5280 §6.1.4 (k) to (n); `below` is the number of CA certificates under this one. */
const mayIssue = (issuer: Certificate, below: number): boolean =>
  issuer.isCa &&
  issuer.unknownCritical.length === 0 &&
  (issuer.pathLength === undefined || below <= issuer.pathLength) &&
  (!issuer.keyUsage || issuer.keyUsage.has('keyCertSign'));

function checkValidity(
  path: readonly Certificate[],
  { at, basis }: TrustInput,
): { readonly trust: Trust; readonly reasons: readonly Reason[] } | undefined {
  const early = path.find(({ notBefore }) => at < notBefore);
  if (early) {
    return {
      trust: 'notYetValid',
      reasons: [reason('certificate.not-yet-valid', early.subjectName.commonName)],
    };
  }
  const late = path.find(({ notAfter }) => at > notAfter);
  if (!late) return undefined;
  // Without any signing time, "expired today" says nothing about the day of signing.
  const code = basis === 'now' ? 'certificate.expired-unproven' : 'certificate.expired';
  return { trust: 'expired', reasons: [reason(code, late.subjectName.commonName)] };
}

function checkRevocation(
  platform: PadesPlatform,
  path: readonly Certificate[],
  input: TrustInput,
): TrustFinding {
  const reasons: Reason[] = [];
  let leafData: TrustFinding['revocation'];
  for (let i = 0; i + 1 < path.length; i++) {
    const certificate = path[i];
    const issuer = path[i + 1];
    if (!certificate || !issuer) continue;
    const status = statusOf(platform, { certificate, issuer, input });
    const name = certificate.subjectName.commonName;
    const isLeaf = i === 0;
    if (status.kind === 'revoked') {
      const code =
        status.at <= input.at
          ? 'certificate.revoked'
          : input.basis === 'proven'
            ? 'certificate.revoked-later'
            : 'certificate.revoked-unproven';
      reasons.push(reason(code, `${name} ${iso(status.at)}`));
      if (code !== 'certificate.revoked-later') {
        return { trust: 'revoked', reasons, revocation: status.data };
      }
    }
    if (isLeaf && status.kind !== 'unknown') leafData = status.data;
    if (status.kind === 'unknown') {
      if (isLeaf) {
        const code = status.newest === undefined ? 'revocation.missing' : 'revocation.too-old';
        reasons.push(reason(code, status.newest === undefined ? name : iso(status.newest)));
        return { trust: 'unknown', reasons, revocation: undefined };
      }
      reasons.push(reason('revocation.issuer-unchecked', name));
    }
  }
  return { trust: 'trusted', reasons, revocation: leafData };
}

type RevocationStatus =
  | { readonly kind: 'good'; readonly data: NonNullable<TrustFinding['revocation']> }
  | {
      readonly kind: 'revoked';
      readonly at: number;
      readonly data: NonNullable<TrustFinding['revocation']>;
    }
  /** `newest` is the date of the newest list of this issuer that could not be used for its age. */
  | { readonly kind: 'unknown'; readonly newest: number | undefined };

/** V-13: a list is used when it is the issuer's, full, verified, not of the future, and covers the time or is later. */
function statusOf(
  platform: PadesPlatform,
  query: {
    readonly certificate: Certificate;
    readonly issuer: Certificate;
    readonly input: TrustInput;
  },
): RevocationStatus {
  const { certificate, issuer, input } = query;
  const lists = [
    ...input.fromFile.crls.map((crl) => ({ crl, source: 'file' as const })),
    ...input.material.crls.map((crl) => ({ crl, source: 'given' as const })),
  ]
    .filter(({ crl }) => equalBytes(crl.issuer, issuer.subject) && !crl.isPartial)
    .filter(
      ({ crl }) => crl.thisUpdate <= input.now + 300_000 && isListSigned(platform, crl, issuer),
    )
    .toSorted((a, b) => b.crl.thisUpdate - a.crl.thisUpdate);
  for (const { crl, source } of lists) {
    const data = { thisUpdate: crl.thisUpdate, source };
    const revokedAt = crl.revokedAt(certificate.serial);
    if (revokedAt !== undefined) return { kind: 'revoked', at: revokedAt, data };
    const covers = crl.thisUpdate >= input.at || (crl.nextUpdate ?? 0) >= input.at;
    // Expired certificates leave the list: absence then proves nothing.
    if (covers && crl.thisUpdate <= certificate.notAfter) return { kind: 'good', data };
  }
  return { kind: 'unknown', newest: lists[0]?.crl.thisUpdate };
}

/** Whether the list is this issuer's own word (RFC 5280 §6.3.3 (f), (g)). */
export function isListSigned(platform: PadesPlatform, crl: Crl, issuer: Certificate): boolean {
  const { signatureScheme } = crl;
  if (!signatureScheme || (issuer.keyUsage && !issuer.keyUsage.has('cRLSign'))) return false;
  return platform.verify({
    ...signatureScheme,
    publicKey: issuer.publicKey,
    data: crl.toBeSigned,
    signature: crl.signature,
  });
}

const iso = (ms: number): string => new Date(ms).toISOString();
