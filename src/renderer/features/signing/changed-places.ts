import type { SignatureReport } from '@shared/domain/signing/verification-report';
import { t } from '@shared/i18n/translate';

/** Fields that a later act fills, as people name them. */
const names: Readonly<Record<string, string>> = {
  so: t('signing.place.number'),
  ngay: t('signing.place.date'),
  ky_ca_nhan: t('signing.place.leader'),
  ky_co_quan: t('signing.place.seal'),
};

export const placeName = (field: string): string =>
  names[field] ?? t('signing.place.other', { place: field });

/** What changed after a signature, in words: fields that were filled, and what was not allowed (V-15). */
export const changesInWords = ({ changedPlaces, reasons }: SignatureReport): readonly string[] => [
  ...changedPlaces.map(placeName),
  ...new Set(
    reasons.flatMap(({ code }) =>
      code.startsWith('change.') ? [t(`signing.reason.${code}`)] : [],
    ),
  ),
];

/** A signature behind which something follows: what was signed can be looked at by itself. */
export const isEarlierRevision = (
  signature: SignatureReport,
): signature is SignatureReport & { readonly signedLength: number } =>
  signature.kind !== 'timestamp' &&
  signature.revision !== null &&
  signature.signedLength !== null &&
  !signature.coversWholeFile;
