import { z } from 'zod';

/** What a reason does to the verdict of its signature (`signing-requirements.md` §4.1). */
export type ReasonEffect = 'invalid' | 'unknown' | 'warning' | 'note';

/**
 * Every reason code of a verification report; stable, because reports are filed with documents (V-16). Words in
 * Vietnamese belong to `shared/i18n`.
 */
export const reasonEffects = {
  'file.not-pdf': 'unknown',
  'file.broken': 'unknown',
  'file.broken-signed': 'invalid',
  'file.encrypted': 'unknown',
  'file.limit': 'unknown',
  'file.trailing-bytes': 'invalid',
  'file.undeclared-signature': 'invalid',

  'range.malformed': 'invalid',
  'range.gap-mismatch': 'invalid',
  'range.not-at-revision-end': 'invalid',
  'range.overlap': 'invalid',
  'contents.malformed': 'invalid',
  'dictionary.duplicate-key': 'invalid',
  'field.shared-signature': 'invalid',
  'subfilter.unsupported': 'unknown',

  'cms.unreadable': 'invalid',
  'cms.not-der': 'unknown',
  'cms.signer-count': 'invalid',
  'cms.duplicate-attribute': 'invalid',
  'cms.trailing-data': 'invalid',
  'cms.not-detached': 'invalid',
  'cms.content-type': 'invalid',
  'cms.digest-mismatch': 'invalid',
  'cms.signature-wrong': 'invalid',
  'cms.certificate-missing': 'unknown',
  'cms.certificate-mismatch': 'invalid',
  'cms.certificate-not-bound': 'warning',
  'cms.algorithm-protection': 'invalid',
  'algorithm.unsupported': 'unknown',
  'algorithm.weak-hash': 'warning',
  'key.short': 'warning',
  // A key in a file: `where` tells from where it is known, the signature itself or the register of certificates.
  'key.software': 'warning',

  'change.page-tree': 'invalid',
  'change.page': 'invalid',
  'change.catalog': 'invalid',
  'change.trailer': 'invalid',
  'change.form': 'invalid',
  'change.field': 'invalid',
  'change.field-locked': 'invalid',
  'change.appearance-differs': 'invalid',
  'change.signature': 'invalid',
  'change.certified': 'invalid',
  'change.annotation': 'invalid',
  'change.annotation-allowed': 'warning',
  'change.unexplained-bytes': 'invalid',
  'change.validation-data': 'invalid',

  'chain.incomplete': 'unknown',
  'chain.untrusted-root': 'unknown',
  'chain.unusable-certificate': 'unknown',
  'certificate.not-for-signing': 'unknown',
  'certificate.expired': 'invalid',
  'certificate.expired-unproven': 'unknown',
  'certificate.not-yet-valid': 'invalid',
  'certificate.unusual-name': 'warning',
  'certificate.revoked': 'invalid',
  'certificate.revoked-later': 'warning',
  'certificate.revoked-unproven': 'unknown',
  'revocation.missing': 'unknown',
  'revocation.too-old': 'unknown',
  'revocation.issuer-unchecked': 'warning',
  'revocation.package-too-old': 'unknown',
  'trust.package-old': 'warning',

  'time.claimed-only': 'warning',
  'time.missing': 'warning',
  'time.in-future': 'warning',
  'time.zone-confused': 'note',
  'timestamp.invalid': 'warning',
  'timestamp.untrusted': 'warning',
  'place.overlaps-signature': 'warning',
  // Of the pages as they are drawn (V-10, V-11): in no report of the command line.
  'place.covers-text': 'warning',
  'visual.changed': 'invalid',
  'visual.annotated': 'warning',
} as const satisfies Record<string, ReasonEffect>;

export type ReasonCode = keyof typeof reasonEffects;
export const ReasonCode = z.enum(Object.keys(reasonEffects) as [ReasonCode, ...ReasonCode[]]);

/** A finding: what, and where to look (page, field, object, date); `where` is for people who look into the file. */
export const Reason = z.object({ code: ReasonCode, where: z.string().optional() }).readonly();
export type Reason = z.infer<typeof Reason>;

export const reason = (code: ReasonCode, where?: string): Reason =>
  where === undefined ? { code } : { code, where };

/** Revocation data that are not at hand; not that the trust package is too old to decide anything (O-4). */
export const isMissingRevocation = (code: Reason['code']): boolean =>
  code.startsWith('revocation.') && code !== 'revocation.package-too-old';
