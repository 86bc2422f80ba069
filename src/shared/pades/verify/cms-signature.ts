import { concatBytes, equalBytes } from '../../kernel/bytes';
import { schemeOf, type Certificate, type SignatureScheme } from '../cms/certificate';
import {
  compareBytes,
  derElement,
  readAlgorithm,
  readDerChildren,
  readDerOid,
  readDerSpan,
  spanBytes,
  spanContent,
} from '../cms/der';
import { hashByOid, oid } from '../cms/oids';
import type { ParsedCms } from '../cms/parse';
import type { HashName, PadesPlatform } from '../platform';
import { reason, type Reason } from '../../domain/signing/verification-reason';

export interface CmsCheck {
  readonly signer: Certificate | undefined;
  readonly scheme: SignatureScheme | undefined;
  readonly reasons: readonly Reason[];
}

export interface CmsInput {
  readonly cms: ParsedCms;
  /** What the signature is over, in parts: the covered bytes, or the encapsulated content. */
  readonly content: readonly Uint8Array[];
  /** Expected content type; id-data for documents, TSTInfo for timestamps. */
  readonly contentType: string;
  /** Certificates of the file besides those of the CMS. */
  readonly pool: readonly Certificate[];
}

/** V-4 and V-5: digest, attributes, binding of the certificate, and the mathematics on the platform. */
export function checkCms(platform: PadesPlatform, input: CmsInput): CmsCheck {
  const { cms, content } = input;
  const reasons: Reason[] = [];
  const signer = findSigner(cms, [...cms.certificates, ...input.pool]);
  if (!signer) reasons.push(reason('cms.certificate-missing'));
  const digest = cms.digestAlgorithm;
  const scheme = digest && schemeOf(cms.signatureAlgorithm, digest);
  // Of other curves the platforms know different ones: asked, one says right and another wrong.
  if (!digest || !scheme || signer?.key.type === 'other') {
    return {
      signer,
      scheme: undefined,
      reasons: [...reasons, reason('algorithm.unsupported', cms.signatureAlgorithm.id)],
    };
  }
  if (cms.contentType !== input.contentType) reasons.push(reason('cms.content-type'));
  reasons.push(...weaknesses(signer, digest, scheme));
  if (cms.signedAttributes) {
    reasons.push(...checkAttributes(platform, { ...input, digest, signer }));
  } else if (scheme.hash !== digest) {
    reasons.push(reason('cms.algorithm-protection'));
  }
  const signed = cms.signedAttributes ?? concatBytes(...content);
  if (signer && !isSignedBy(platform, signer, scheme, signed, cms)) {
    reasons.push(reason('cms.signature-wrong'));
  }
  return { signer, scheme, reasons };
}

function findSigner(cms: ParsedCms, certificates: readonly Certificate[]): Certificate | undefined {
  const { signer } = cms;
  return certificates.find((certificate) =>
    'keyId' in signer
      ? certificate.subjectKeyId === signer.keyId
      : certificate.serial === signer.serial && equalBytes(certificate.issuer, signer.issuer),
  );
}

function weaknesses(
  signer: Certificate | undefined,
  digest: HashName,
  scheme: SignatureScheme,
): readonly Reason[] {
  const reasons: Reason[] = [];
  const weak = [digest, scheme.hash].find((hash) => hash === 'SHA-1' || hash === 'MD5');
  if (weak) reasons.push(reason('algorithm.weak-hash', weak));
  const { type, bits } = signer?.key ?? { type: 'other', bits: 0 };
  if (type === 'rsa' && bits < 2048) reasons.push(reason('key.short', `RSA-${bits}`));
  return reasons;
}

function checkAttributes(
  platform: PadesPlatform,
  input: CmsInput & { readonly digest: HashName; readonly signer: Certificate | undefined },
): readonly Reason[] {
  const { cms, digest } = input;
  const reasons: Reason[] = [];
  const contentType = cms.signed.get(oid.contentType)?.[0];
  if (!contentType || readDerOid(contentType, readDerSpan(contentType, 0)) !== input.contentType) {
    reasons.push(reason('cms.content-type'));
  }
  const stated = cms.signed.get(oid.messageDigest)?.[0];
  const span = stated && readDerSpan(stated, 0);
  const isSame =
    stated &&
    span &&
    equalBytes(spanContent(stated, span), platform.digest(digest, ...input.content));
  if (!isSame) reasons.push(reason('cms.digest-mismatch'));
  if (input.signer) reasons.push(...checkBinding(platform, cms, input.signer));
  const protection = cms.signed.get(oid.cmsAlgorithmProtection)?.[0];
  if (protection && !matchesProtection(cms, protection)) {
    reasons.push(reason('cms.algorithm-protection'));
  }
  return reasons;
}

/** ESS signing-certificate (RFC 2634 §5.4) and -v2 (RFC 5035): the first entry must be the certificate used. */
function checkBinding(
  platform: PadesPlatform,
  cms: ParsedCms,
  signer: Certificate,
): readonly Reason[] {
  const v2 = cms.signed.get(oid.signingCertificateV2)?.[0];
  const v1 = cms.signed.get(oid.signingCertificate)?.[0];
  if (!v2 && !v1) return [reason('cms.certificate-not-bound')];
  const isBound =
    (!v2 || certIdMatches(platform, v2, signer, 'SHA-256')) &&
    (!v1 || certIdMatches(platform, v1, signer, 'SHA-1'));
  return isBound ? [] : [reason('cms.certificate-mismatch')];
}

/** SigningCertificateV2 ::= SEQUENCE { certs SEQUENCE OF ESSCertIDv2, … }; v1 has no algorithm. */
function certIdMatches(
  platform: PadesPlatform,
  der: Uint8Array,
  signer: Certificate,
  defaultHash: HashName,
): boolean {
  const children = (span: Parameters<typeof readDerChildren>[1] | undefined) =>
    (span && readDerChildren(der, span)) ?? [];
  const [certs] = children(readDerSpan(der, 0));
  const [first] = children(certs);
  const parts = [...children(first)];
  const algorithm = parts[0]?.tag === 0x30 ? readAlgorithm(der, parts.shift()) : undefined;
  const hash = algorithm ? hashByOid.get(algorithm.id) : defaultHash;
  const [value, issuerSerial] = parts;
  if (!hash || value?.tag !== 0x04) return false;
  if (!equalBytes(spanContent(der, value), platform.digest(hash, signer.der))) return false;
  if (!issuerSerial) return true;
  const [, serial] = children(issuerSerial);
  return serial !== undefined && compareHex(spanContent(der, serial), signer.serial);
}

const compareHex = (bytes: Uint8Array, hex: string): boolean =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('') === hex;

/** RFC 6211: the algorithms inside the signed attributes are those outside. */
function matchesProtection(cms: ParsedCms, der: Uint8Array): boolean {
  const outer = readDerSpan(der, 0);
  const [digest, signature] = (outer && readDerChildren(der, outer)) ?? [];
  const digestId = readAlgorithm(der, digest)?.id ?? '';
  if (signature?.tag !== 0xa1) return false;
  const retagged = spanBytes(der, signature).slice();
  retagged[0] = 0x30;
  const inner = readAlgorithm(retagged, readDerSpan(retagged, 0));
  return hashByOid.get(digestId) === cms.digestAlgorithm && inner?.id === cms.signatureAlgorithm.id;
}

/** Over the attributes as they stand, or, for writers that sorted only while signing, over the sorted SET (§5.4). */
function isSignedBy(
  platform: PadesPlatform,
  signer: Certificate,
  scheme: SignatureScheme,
  data: Uint8Array,
  cms: ParsedCms,
): boolean {
  const check = (bytes: Uint8Array): boolean =>
    platform.verify({
      ...scheme,
      publicKey: signer.publicKey,
      data: bytes,
      signature: cms.signature,
    });
  if (check(data)) return true;
  const sorted = cms.signedAttributes && sortedSet(cms.signedAttributes);
  return sorted !== undefined && !equalBytes(sorted, data) && check(sorted);
}

function sortedSet(set: Uint8Array): Uint8Array | undefined {
  const span = readDerSpan(set, 0);
  const members = span && readDerChildren(set, span)?.map((member) => spanBytes(set, member));
  return members && derElement(0x31, ...members.toSorted(compareBytes));
}
