import { equalBytes } from '../../kernel/bytes';
import type { Certificate } from '../cms/certificate';
import type { Crl } from '../cms/crl';
import { allowsName } from '../cms/name-constraints';
import type { OcspAnswer } from '../cms/ocsp';
import { oid } from '../cms/oids';
import type { PadesPlatform } from '../platform';
import { reason, type Reason } from '../../domain/signing/verification-reason';
import type { Trust } from '../../domain/signing/verification-report';
import { packageAge } from '../trust-package';
import { isSignedWith, revocationOf, type RevocationData } from './revocation';

/** What the administrator trusts and what is at hand to build paths; nothing here comes from the judged file. */
export interface TrustMaterial {
  readonly anchors: readonly Certificate[];
  readonly intermediates: readonly Certificate[];
  readonly crls: readonly Crl[];
  readonly ocsps: readonly OcspAnswer[];
  /** Date of the trust package that all this rests on, milliseconds; absent where there is none. */
  readonly packageIssuedMs?: number;
}

/** What a file carries to be judged with. */
export interface FileMaterial {
  readonly certificates: readonly Certificate[];
  readonly crls: readonly Crl[];
  readonly ocsps: readonly OcspAnswer[];
}

export interface TrustInput {
  readonly leaf: Certificate;
  /** Certificates and lists the file carries: material, never anchors (V-12). */
  readonly fromFile: FileMaterial;
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
  /** Of the leaf. */
  readonly revocation: RevocationData | undefined;
  /** Leaf to anchor; empty when no anchor was reached. */
  readonly path: readonly Certificate[];
  /** Every list and answer that the finding rests on. */
  readonly evidence: readonly RevocationData[];
}

const MAX_PATH = 8;

/** Path building and revocation, offline (V-12, V-13; RFC 5280 §6). */
export function judgeTrust(platform: PadesPlatform, input: TrustInput): TrustFinding {
  const path = buildPath(platform, input);
  const purpose = checkPurpose(input);
  if (path.status !== 'anchored') {
    const trust: Trust = path.status === 'incomplete' ? 'unknown' : 'untrusted';
    const reasons = [...purpose, path.reason];
    return { trust, reasons, revocation: undefined, path: [], evidence: [] };
  }
  const { certificates } = path;
  const outside = checkValidity(certificates, input);
  const found = outside
    ? { ...outside, revocation: undefined, evidence: [] }
    : checkRevocation(platform, certificates, input);
  const aged = found.trust === 'trusted' ? withAge(found, input) : found;
  const trust = purpose.length > 0 && aged.trust === 'trusted' ? 'untrusted' : aged.trust;
  return { ...aged, trust, reasons: [...purpose, ...aged.reasons], path: certificates };
}

/** O-4: a package that nobody renewed for long decides no revocation; what is known to be revoked stays so. */
function withAge<T extends Pick<TrustFinding, 'trust' | 'reasons'>>(
  found: T,
  { material: { packageIssuedMs: issuedMs }, now }: TrustInput,
): T {
  const age = issuedMs === undefined ? 'fresh' : packageAge(issuedMs, now);
  if (issuedMs === undefined || age === 'fresh') return found;
  const code = age === 'old' ? 'trust.package-old' : 'revocation.package-too-old';
  const reasons = [...found.reasons, reason(code, iso(issuedMs))];
  return { ...found, reasons, trust: age === 'old' ? found.trust : 'unknown' };
}

function checkPurpose({ leaf, purpose }: TrustInput): readonly Reason[] {
  const { keyUsage, extendedKeyUsage, unknownCritical } = leaf;
  const maySign = !keyUsage || keyUsage.has('nonRepudiation') || keyUsage.has('digitalSignature');
  // RFC 3161 §2.3: critical, and nothing else.
  const mayStamp =
    extendedKeyUsage?.isCritical === true &&
    extendedKeyUsage.ids.length === 1 &&
    extendedKeyUsage.ids[0] === oid.timeStamping;
  const isFit = maySign && unknownCritical.length === 0 && (purpose === 'signing' || mayStamp);
  return isFit ? [] : [reason('certificate.not-for-signing', leaf.subjectName.commonName)];
}

type Path =
  | { readonly status: 'anchored'; readonly certificates: readonly Certificate[] }
  | { readonly status: 'incomplete' | 'untrusted'; readonly reason: Reason };

type PathInput = Pick<TrustInput, 'leaf' | 'material' | 'fromFile'>;

/** Leaf to anchor; empty when no anchor is reached. Says nothing of dates and revocation. */
export function findPath(platform: PadesPlatform, input: PathInput): readonly Certificate[] {
  const path = buildPath(platform, input);
  return path.status === 'anchored' ? path.certificates : [];
}

/** Leaf first, anchor last; every signature on the way is checked. */
function buildPath(platform: PadesPlatform, { leaf, material, fromFile }: PathInput): Path {
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
      if (!isSignedWith(platform, last, issuer) || !mayIssue(issuer, path)) {
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

/** RFC 5280 §6.1.4 (k) to (n) and §6.1.3 (b), (c); `below` is the path under this one, leaf first. */
function mayIssue(issuer: Certificate, [leaf, ...below]: readonly Certificate[]): boolean {
  const { nameConstraints } = issuer;
  // Certificates by which an authority changes its own key count neither for the length nor for the names.
  const named = below.filter((one) => !equalBytes(one.issuer, one.subject));
  return (
    issuer.isCa &&
    issuer.unknownCritical.length === 0 &&
    (issuer.pathLength === undefined || named.length <= issuer.pathLength) &&
    (!issuer.keyUsage || issuer.keyUsage.has('keyCertSign')) &&
    (!nameConstraints ||
      [...(leaf ? [leaf] : []), ...named].every((one) => allowsName(nameConstraints, one)))
  );
}

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
): Omit<TrustFinding, 'path'> {
  const reasons: Reason[] = [];
  const evidence: RevocationData[] = [];
  let leafData: TrustFinding['revocation'];
  for (let i = 0; i + 1 < path.length; i++) {
    const certificate = path[i];
    const issuer = path[i + 1];
    if (!certificate || !issuer) continue;
    const status = revocationOf(platform, { certificate, issuer }, input);
    const name = certificate.subjectName.commonName;
    const isLeaf = i === 0;
    if (status.kind === 'unknown') {
      if (isLeaf) {
        const code = status.newest === undefined ? 'revocation.missing' : 'revocation.too-old';
        reasons.push(reason(code, status.newest === undefined ? name : iso(status.newest)));
        return { trust: 'unknown', reasons, revocation: undefined, evidence };
      }
      reasons.push(reason('revocation.issuer-unchecked', name));
      continue;
    }
    evidence.push(status.data);
    if (status.kind === 'revoked') {
      const code =
        status.at <= input.at
          ? 'certificate.revoked'
          : input.basis === 'proven'
            ? 'certificate.revoked-later'
            : 'certificate.revoked-unproven';
      reasons.push(reason(code, `${name} ${iso(status.at)}`));
      if (code !== 'certificate.revoked-later') {
        return { trust: 'revoked', reasons, revocation: status.data, evidence };
      }
    }
    if (isLeaf) leafData = status.data;
  }
  return { trust: 'trusted', reasons, revocation: leafData, evidence };
}

const iso = (ms: number): string => new Date(ms).toISOString();
