import { invariant } from '../kernel/assert';
import { err, ok, type Result } from '../kernel/result';
import { appendRevision, objectNumbers, type AppendFailure, type ObjectChange } from './append';
import {
  pictureBox,
  signatureAppearance,
  type AppearanceFailure,
  type SignatureAppearance,
} from './appearance';
import {
  buildCms,
  cmsUpperBound,
  signedAttributes,
  type SigningHash,
  type SigningScheme,
} from './cms/build';
import { parseCertificate, type Certificate } from './cms/certificate';
import {
  addField,
  certifyCatalog,
  linkField,
  signatureFlags,
  type TargetWidget,
} from './field-changes';
import { fillChanges, widgetPlace, type FillFailure, type NumberAndDate } from './fill';
import type { Rect } from './geometry';
import type { CertificationLevel } from './permissions';
import type { Place } from './places';
import type { PadesPlatform } from './platform';
import { findField, readForm, type FormField, type FormTree } from './reader/form';
import { isKind, rawEntry } from './reader/objects';
import { listPages } from './reader/pages';
import { openPdf, type PdfFile } from './reader/pdf-file';
import { readingPdf, type PdfFailure } from './reader/problem';
import { signatureDictionary } from './signature-dictionary';
import { coveredParts, fillGap, gapRoom, openGap, type OpenGap } from './signature-gap';
import { checkMaySign, lockForField, type PermissionFailure } from './signing-permission';
import { refText } from './syntax';
import { locatePlace, type PlaceFailure } from './widget-page';

export interface SignatureOptions {
  /** Name of an empty signature field; with `place`, of a new one where none of this name exists. */
  readonly field: string;
  readonly place?: Place;
  /** DER of the signer's certificate, then of its issuers; the root may be left out (S-1). */
  readonly certificates: readonly Uint8Array[];
  readonly hash?: SigningHash;
  /** Only when configured and offered by the token (K-14); otherwise the key decides. */
  readonly usePss?: boolean;
  /** Claimed time, milliseconds since the epoch; written to /M in Vietnam's zone. */
  readonly signedAtMs: number;
  readonly name?: string;
  readonly reason?: string;
  readonly location?: string;
  readonly appearance: SignatureAppearance;
  /** Number and date, filled in the same increment (S-11). */
  readonly fill?: NumberAndDate;
  /**
   * Makes this a certification (S-8): only as the first signature and in a prepared field. 2 allows filling and signing,
   * which is what our own order of acts needs.
   */
  readonly certify?: CertificationLevel;
  /** Leaves room for a timestamp token (S-4). */
  readonly planTimestamp?: boolean;
}

/** A signature that waits for its value: plain data, may cross processes. */
export interface PendingSignature extends OpenGap {
  readonly attributes: Uint8Array<ArrayBuffer>;
  readonly certificates: readonly Uint8Array[];
  readonly scheme: SigningScheme;
}

export type PrepareSignatureFailure =
  | PdfFailure
  | AppendFailure
  | FillFailure
  | AppearanceFailure
  | PermissionFailure
  | PlaceFailure
  | { readonly code: 'signing.certificate-unusable' };

export type CompleteSignatureFailure =
  | { readonly code: 'signing.signature-wrong' }
  | { readonly code: 'signing.signature-too-large' };

/**
 * First step: writes everything but the signature value as one incremental update.
 *
 * @returns `dataToSign`, DER of the CMS signed attributes: what `TokenSession.sign` takes.
 */
export function prepareSignature(
  platform: PadesPlatform,
  bytes: Uint8Array,
  options: SignatureOptions,
): Result<
  { readonly pending: PendingSignature; readonly dataToSign: Uint8Array<ArrayBuffer> },
  PrepareSignatureFailure
> {
  const signer = readSigner(options);
  if (!signer) return err({ code: 'signing.certificate-unusable' });
  const opened = openPdf(platform, bytes);
  if (!opened.ok) return opened;
  const written = readingPdf(() => writeIncrement(opened.value, signer, options));
  if (!written.ok) return written;
  if (!written.value.ok) return written.value;
  const open = written.value.value;
  const attributes = signedAttributes({
    scheme: signer.scheme,
    messageDigest: platform.digest(signer.scheme.hash, ...coveredParts(open)),
    certificateHash: platform.digest(signer.scheme.hash, signer.certificate.der),
  });
  const pending = {
    ...open,
    attributes,
    certificates: options.certificates,
    scheme: signer.scheme,
  };
  return ok({ pending, dataToSign: attributes });
}

/**
 * Second step: checks the value against the certificate's key (K-14) and puts the CMS into the gap.
 *
 * @param value PKCS#1 v1.5 or PSS value as long as the modulus, or DER of an ECDSA signature.
 * @param timestamp DER of an RFC 3161 token over `value`, checked by the caller; left out when it does not fit, for a
 * second signature of the token would need the user (S-4).
 */
export function completeSignature(
  platform: PadesPlatform,
  pending: PendingSignature,
  value: Uint8Array,
  timestamp?: Uint8Array,
): Result<Uint8Array<ArrayBuffer>, CompleteSignatureFailure> {
  const [certificate, ...chain] = pending.certificates.map((der) => parseCertificate(der));
  invariant(certificate !== undefined, 'the certificate was read in the first step');
  const isRight = platform.verify({
    ...pending.scheme,
    publicKey: certificate.publicKey,
    data: pending.attributes,
    signature: value,
  });
  if (!isRight) return err({ code: 'signing.signature-wrong' });
  const parts = {
    scheme: pending.scheme,
    certificate,
    chain: chain.filter((one) => one !== undefined),
    attributes: pending.attributes,
    signature: value,
  };
  const room = gapRoom(pending);
  const stamped = buildCms({ ...parts, timestamp });
  const cms = timestamp && stamped.length > room ? buildCms(parts) : stamped;
  if (cms.length > room) return err({ code: 'signing.signature-too-large' });
  return ok(fillGap(pending, cms));
}

interface Signer {
  readonly certificate: Certificate;
  readonly chain: readonly Certificate[];
  readonly scheme: SigningScheme;
}

/** K-5, K-14: at least RSA-2048 or P-256, and a key meant for signing. */
function readSigner(options: SignatureOptions): Signer | undefined {
  const [certificate, ...chain] = options.certificates.map((der) => parseCertificate(der));
  const hash = options.hash ?? 'SHA-256';
  if (!certificate || !chain.every((one) => one !== undefined)) return undefined;
  const { key, keyUsage } = certificate;
  const maySign = !keyUsage || keyUsage.has('nonRepudiation') || keyUsage.has('digitalSignature');
  if (!maySign) return undefined;
  if (key.type === 'rsa' && key.bits >= 2048) {
    const saltLength = { 'SHA-256': 32, 'SHA-384': 48, 'SHA-512': 64 }[hash];
    const scheme: SigningScheme = options.usePss
      ? { scheme: 'rsaPss', hash, saltLength }
      : { scheme: 'rsaPkcs1', hash };
    return { certificate, chain, scheme };
  }
  if (key.type === 'ec') return { certificate, chain, scheme: { scheme: 'ecdsa', hash } };
  return undefined;
}

function writeIncrement(
  file: PdfFile,
  signer: Signer,
  options: SignatureOptions,
): Result<OpenGap, PrepareSignatureFailure> {
  const form = readForm(file.now);
  const field = findField(form, options.field);
  const allowed = checkMaySign(file, form, {
    field: options.field,
    isNew: field === undefined,
    fills: options.fill !== undefined,
    certifies: options.certify !== undefined,
  });
  if (!allowed.ok) return allowed;
  const nextNumber = objectNumbers(file);
  const target = field ? existingWidget(file, field) : newWidget(file, options);
  if (!target.ok) return target;

  const appearance = signatureAppearance(file.platform, {
    appearance: options.appearance,
    ...target.value,
    under: pictureBelow(file, form, options.appearance),
    nextNumber,
  });
  if (!appearance.ok) return appearance;
  const filled = options.fill
    ? fillChanges(file, form, { values: options.fill, nextNumber })
    : ok<readonly ObjectChange[]>([]);
  if (!filled.ok) return filled;

  const signature = nextNumber();
  const dictionary = signatureDictionary({
    contentsBytes: cmsUpperBound({
      ...signer,
      attributes: 512,
      planTimestamp: options.planTimestamp ?? false,
    }),
    signedAtMs: options.signedAtMs,
    name: options.name ?? signer.certificate.subjectName.commonName,
    reason: options.reason,
    location: options.location,
    lock: field && lockForField(file.now, field),
    certification: options.certify,
    catalog: rootText(file),
  });
  const links = { signature, appearance: appearance.value.num };
  const fieldChanges = field
    ? [linkField(file, field, links), ...signatureFlags(file, form)]
    : addField(file, form, { name: options.field, links, target: target.value, nextNumber });
  const appended = appendRevision(file, [
    { num: signature, gen: 0, body: dictionary.body },
    ...appearance.value.changes,
    ...filled.value,
    ...fieldChanges,
    ...(options.certify === undefined ? [] : [certifyCatalog(file, signature)]),
  ]);
  if (!appended.ok) return appended;
  return ok(openGap(appended.value, signature, dictionary));
}

function existingWidget(
  file: PdfFile,
  field: FormField,
): Result<TargetWidget, PrepareSignatureFailure> {
  const place = widgetPlace(file, field.widgets[0]?.dict);
  return place ? ok(place) : err({ code: 'signing.field-missing', field: field.name });
}

function newWidget(
  file: PdfFile,
  options: SignatureOptions,
): Result<TargetWidget, PrepareSignatureFailure> {
  if (!options.place) return err({ code: 'signing.field-missing', field: options.field });
  const { place, field } = options;
  const located = locatePlace(file, listPages(file.now), { name: field, place });
  return located.ok ? ok({ ...located.value, rect: place.rect }) : located;
}

function pictureBelow(
  file: PdfFile,
  form: FormTree,
  appearance: SignatureAppearance,
): Rect | undefined {
  const name = appearance.kind === 'seal' ? appearance.over : undefined;
  const leader = name === undefined ? undefined : findField(form, name);
  const place = leader && widgetPlace(file, leader.widgets[0]?.dict);
  return leader && place ? pictureBox(file, leader, place.rect) : undefined;
}

function rootText(file: PdfFile): string {
  const root = rawEntry(file.now.trailer, 'Root');
  invariant(isKind(root, 'ref'), 'an opened file has a catalogue');
  return refText(root);
}
