import type { GateFinding } from '@shared/domain/signing/gate-finding';
import { t } from '@shared/i18n/translate';

/** What the gate found, with the page where it is of one (S-18, VB038). */
export const findingInWords = ({ code, page }: GateFinding): string =>
  page === null
    ? t(`signing.gate.finding.${code}`)
    : t('signing.gate.onPage', { page, finding: t(`signing.gate.finding.${code}`) });
