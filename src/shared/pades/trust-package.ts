import { z } from 'zod';
import { Thumbprint } from '../domain/signing/signing-certificate';
import { equalBytes, toHex, utf8 } from '../kernel/bytes';
import { canonicalJson } from '../kernel/canonical-json';
import { err, ok, type Result } from '../kernel/result';
import { parseCertificate, type Certificate } from './cms/certificate';
import { parseCrl } from './cms/crl';
import { parsePem } from './pem';
import type { PadesPlatform } from './platform';

const Der = z.base64().min(1).max(30_000_000);

/** What a trust package says: whom this program trusts, and what it needs to build paths without a line (V-12, O-4). */
const TrustManifest = z
  .object({
    format: z.literal('tcvtrust/1'),
    /** Counts up by one authority; a smaller one is older. */
    version: z.int().positive(),
    /** Instant. */
    issuedAt: z.iso.datetime(),
    /** Each with the SHA-256 of its DER, which people compare with the authority's published one. */
    anchors: z
      .array(z.object({ sha256: Thumbprint, der: Der }).readonly())
      .min(1)
      .max(200)
      .readonly(),
    intermediates: z.array(Der).max(2000).readonly(),
    crls: z.array(Der).max(2000).readonly(),
  })
  .readonly();
export type TrustManifest = z.infer<typeof TrustManifest>;

const Envelope = z.object({ manifest: z.json(), signature: z.hex().length(128) });

export type TrustPackageFailure =
  | { readonly code: 'trust.unreadable' }
  | { readonly code: 'trust.not-signed' };

export interface PackageReading extends Pick<PadesPlatform, 'digest'> {
  /** Whether one of the pinned package keys (Ed25519) made the signature. */
  readonly isSigned: (data: Uint8Array, signature: string) => boolean;
}

/** What a package's key signs; the words before it keep the signature from being one over anything else. */
export const signedPartOf = (manifest: unknown): Uint8Array =>
  utf8(`tram-cong-vu/goi-tin-cay/1\n${canonicalJson(manifest)}`);

/** A package by one of our keys whose every part is what it is said to be; nothing of another one is ever used. */
export function readTrustPackage(
  text: string,
  { digest, isSigned }: PackageReading,
): Result<TrustManifest, TrustPackageFailure> {
  const envelope = Envelope.safeParse(parseJson(text));
  if (!envelope.success) return err({ code: 'trust.unreadable' });
  if (!isSigned(signedPartOf(envelope.data.manifest), envelope.data.signature)) {
    return err({ code: 'trust.not-signed' });
  }
  const manifest = TrustManifest.safeParse(envelope.data.manifest);
  if (!manifest.success || !isSound(manifest.data, digest))
    return err({ code: 'trust.unreadable' });
  return ok(manifest.data);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isSound(
  { anchors, intermediates, crls }: TrustManifest,
  digest: PadesPlatform['digest'],
): boolean {
  return (
    anchors.every(({ sha256, der }) => {
      const anchor = authorityIn(der);
      return (
        anchor !== undefined &&
        isSelfIssued(anchor) &&
        toHex(digest('SHA-256', anchor.der)) === sha256
      );
    }) &&
    intermediates.every((der) => {
      const authority = authorityIn(der);
      return authority !== undefined && !isSelfIssued(authority);
    }) &&
    crls.every((der) => parseCrl(derIn('X509 CRL', der)) !== undefined)
  );
}

/** A CA's certificate that is no demonstration's: those say so in their names, and are never trusted in earnest (O-6). */
function authorityIn(der: string): Certificate | undefined {
  const found = parseCertificate(derIn('CERTIFICATE', der));
  return found?.isCa && !found.subjectName.commonName?.includes(DEMO_MARK) ? found : undefined;
}

/** Stands in the names of every authority that the repository makes for demonstrations and training (O-6). */
const DEMO_MARK = 'TRÌNH DIỄN';

const isSelfIssued = ({ issuer, subject }: Certificate): boolean => equalBytes(issuer, subject);

const derIn = (label: string, base64: string): Uint8Array =>
  parsePem(pemBlock(label, base64))[0]?.der ?? new Uint8Array();

const pemBlock = (label: string, base64: string): string =>
  `-----BEGIN ${label}-----\n${base64}\n-----END ${label}-----\n`;

/** The package as `trustFromPem` takes it; its date goes with it wherever something is judged by it (O-4). */
export const pemOfPackage = (
  { anchors, intermediates, crls }: TrustManifest,
  dateBase64: string,
): readonly string[] => [
  pemBlock(PACKAGE_DATE, dateBase64),
  ...anchors.map(({ der }) => pemBlock('CERTIFICATE', der)),
  ...intermediates.map((der) => pemBlock('CERTIFICATE', der)),
  ...crls.map((der) => pemBlock('X509 CRL', der)),
];

/** Label of a block that holds a package's date as text. */
export const PACKAGE_DATE = 'TRUST PACKAGE DATE';

export type PackageAge = 'fresh' | 'old' | 'tooOld';

const DAY_MS = 86_400_000;

/** O-4: past 30 days people are warned, past 90 no revocation is decided by it. A date of the future is no date. */
export function packageAge(issuedMs: number, nowMs: number): PackageAge {
  const days = (nowMs - issuedMs) / DAY_MS;
  if (Number.isNaN(days) || days < -1 || days > 90) return 'tooOld';
  return days > 30 ? 'old' : 'fresh';
}
