import { describeFailure } from '@shared/i18n/failures';
import { formatInstant } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';
import type { CheckedCertificate, CheckedToken, DeviceCheck } from '@shared/ipc/device-check';

const dateOf = (instant: string): string => formatInstant(instant).slice(0, 10);

export const validityText = ({ notAfter, daysLeft }: CheckedCertificate): string =>
  daysLeft < 0
    ? t('tokenCheck.ended', { date: dateOf(notAfter) })
    : t('tokenCheck.daysLeft', { date: dateOf(notAfter), days: daysLeft });

export const registrationText = ({ registeredFor }: CheckedCertificate): string =>
  t(`tokenCheck.registeredFor.${registeredFor ?? 'nobody'}`);

export const tokenTitle = ({ label, maskedSerial }: CheckedToken): string =>
  t('tokenCheck.tokenTitle', { label: label || t('tokenCheck.noLabel'), serial: maskedSerial });

/** What a token says of its PIN, worst first. */
export const pinTexts = ({ pin, failedLogins, typesPinOnDevice }: CheckedToken) => [
  t(`tokenCheck.pin.${pin}`),
  ...(failedLogins > 0 ? [t('tokenCheck.failedLogins', { count: failedLogins })] : []),
  ...(typesPinOnDevice ? [t('tokenCheck.onDevice')] : []),
];

type CheckedModule = DeviceCheck['modules'][number];

/** It has not answered yet, which is no fault so far (O-3). */
export const isLate = ({ failure }: CheckedModule): boolean => failure === 'token.driver-late';

export const moduleText = (module: CheckedModule): string => {
  const { failure, why } = module;
  if (failure === null) return t('tokenCheck.loads');
  if (isLate(module)) return t('tokenCheck.late');
  return why === null ? describeFailure(failure).what : t(`tokenCheck.why.${why}`);
};

export function failureText({
  at,
  during,
  code,
  ckr,
}: DeviceCheck['lastFailures'][number]): string {
  const { what, reference } = describeFailure(code);
  return t('tokenCheck.failure', {
    at: formatInstant(at),
    during: t(`tokenCheck.during.${during}`),
    what,
    reference: ckr === null ? reference : `${reference}, ${ckr}`,
  });
}

export const endText = ({ holderName, daysLeft, notAfter }: CheckedCertificate): string =>
  daysLeft === 0
    ? t('tokenCheck.endsToday', { holder: holderName })
    : t('tokenCheck.endsSoon', { holder: holderName, days: daysLeft, date: dateOf(notAfter) });

/** The whole check as lines to be sent to support (K-17). */
export const checkText = (check: DeviceCheck): string =>
  [
    t('tokenCheck.page'),
    t('tokenCheck.at', { at: formatInstant(check.at) }),
    '',
    `${t('tokenCheck.modules')}:`,
    ...check.modules.map((module) => `- ${module.id}: ${moduleText(module)}`),
    ...(check.modules.length === 0 ? [`- ${t('tokenCheck.noDriver')}`] : []),
    '',
    `${t('tokenCheck.tokens')}:`,
    ...check.tokens.flatMap(tokenLines),
    ...(check.tokens.length === 0 ? [`- ${t('tokenCheck.empty')}`] : []),
    '',
    `${t('tokenCheck.failures')}:`,
    ...check.lastFailures.map((failure) => `- ${failureText(failure)}`),
    ...(check.lastFailures.length === 0 ? [`- ${t('tokenCheck.noFailures')}`] : []),
  ].join('\n');

const tokenLines = (token: CheckedToken): readonly string[] => [
  `- ${[tokenTitle(token), token.moduleId, ...pinTexts(token)].join('; ')}`,
  ...token.certificates.map(
    (certificate) =>
      `  + ${[
        certificate.holderName,
        certificate.organization,
        certificate.issuerName,
        validityText(certificate),
        registrationText(certificate),
      ]
        .filter((part) => part !== null)
        .join('; ')}`,
  ),
];
